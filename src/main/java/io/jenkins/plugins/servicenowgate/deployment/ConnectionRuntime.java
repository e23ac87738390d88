package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.polling.ChangePoller;
import io.jenkins.plugins.servicenowgate.polling.PollingPolicy;
import io.jenkins.plugins.servicenowgate.polling.RateLimiter;
import io.jenkins.plugins.servicenowgate.polling.ReleasedChangeMonitor;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeUpdateQueue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** All that is in memory for one connection: what polls its changes, monitors them, updates them, and limits the requests. */
final class ConnectionRuntime {
    private final RateLimiter rateLimiter = new RateLimiter();
    private final ChangePoller poller;
    private final ReleasedChangeMonitor releasedMonitor;
    private final ChangeUpdateQueue updateQueue;

    /**
     * @param timer for delays alone; no request is sent on its threads
     * @param workers where requests are sent
     */
    ConnectionRuntime(
            @NonNull ChangePoller.ClientSource clients,
            @NonNull Supplier<PollingPolicy> policy,
            @NonNull ScheduledExecutorService timer,
            @NonNull Executor workers) {
        Clock clock = Clock.systemUTC();
        Random random = new Random();
        poller = new ChangePoller(clients, policy, rateLimiter, clock, random, timer, workers);
        releasedMonitor = new ReleasedChangeMonitor(
                clients, policy, rateLimiter, clock, poller.instanceClock(), random, timer, workers);
        updateQueue = new ChangeUpdateQueue(clients, policy, rateLimiter, clock, random, timer, workers);
    }

    /** Polls the changes of the deployments that wait. */
    @NonNull
    ChangePoller poller() {
        return poller;
    }

    /** Polls the changes of the deployments that were released. */
    @NonNull
    ReleasedChangeMonitor releasedMonitor() {
        return releasedMonitor;
    }

    /** Writes work notes and moves changes. */
    @NonNull
    ChangeUpdateQueue updateQueue() {
        return updateQueue;
    }

    @NonNull
    RateLimiter rateLimiter() {
        return rateLimiter;
    }

    /** The time by which planned windows of the connection's changes are judged. */
    @NonNull
    Instant now() {
        return poller.instanceClock().instant();
    }

    /** By how much the clock of the instance is ahead of this controller's; negative where it is behind. */
    @NonNull
    Duration clockDifference() {
        return poller.instanceClock().difference();
    }
}
