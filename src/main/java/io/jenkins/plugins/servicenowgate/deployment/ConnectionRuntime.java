package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.polling.ChangePoller;
import io.jenkins.plugins.servicenowgate.polling.ClientSource;
import io.jenkins.plugins.servicenowgate.polling.ConnectionContext;
import io.jenkins.plugins.servicenowgate.polling.InstanceClock;
import io.jenkins.plugins.servicenowgate.polling.PollingPolicy;
import io.jenkins.plugins.servicenowgate.polling.RateLimiter;
import io.jenkins.plugins.servicenowgate.polling.ReleasedChangeMonitor;
import io.jenkins.plugins.servicenowgate.polling.SeenModelStates;
import io.jenkins.plugins.servicenowgate.polling.SteadyClock;
import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeUpdateQueue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** All that is in memory for one connection: what polls its changes, monitors them, updates them, and limits the requests. */
@Restricted(NoExternalUse.class)
public final class ConnectionRuntime {
    private static final Logger LOGGER = Logger.getLogger(ConnectionRuntime.class.getName());

    private final ConnectionContext context;
    private final ChangePoller poller;
    private final ReleasedChangeMonitor releasedMonitor;
    private final ChangeUpdateQueue updateQueue;

    /**
     * @param timer for delays only; no request is sent on its threads
     * @param workers sends the requests
     * @param states what the states of the instance's change models mean, as it is configured now
     */
    ConnectionRuntime(
            @NonNull ClientSource clients,
            @NonNull Supplier<PollingPolicy> policy,
            @NonNull ScheduledExecutorService timer,
            @NonNull Executor workers,
            @NonNull Supplier<ModelStates> states) {
        context = new ConnectionContext(
                clients,
                policy,
                new RateLimiter(),
                new SteadyClock(),
                new InstanceClock(Clock.systemUTC()),
                new Random(),
                timer,
                workers,
                states,
                new SeenModelStates());
        poller = new ChangePoller(context);
        releasedMonitor = new ReleasedChangeMonitor(context);
        updateQueue = new ChangeUpdateQueue(context);
    }

    /** The states of the instance's change models that were seen. */
    @NonNull
    SeenModelStates seenStates() {
        return context.seenStates();
    }

    /** Polls the changes of the deployments that wait. */
    @NonNull
    ChangePoller poller() {
        return poller;
    }

    /** Polls the changes of the deployments that were released. */
    @NonNull
    public ReleasedChangeMonitor releasedMonitor() {
        return releasedMonitor;
    }

    /** Writes work notes and moves changes. */
    @NonNull
    ChangeUpdateQueue updateQueue() {
        return updateQueue;
    }

    /**
     * Reads changes in the background, unless requests are paused. Those that can't be read are left out.
     *
     * @param consumer receives the changes of each batch
     */
    void read(@NonNull List<SysId> changes, @NonNull Consumer<Map<SysId, ChangeRequest>> consumer) {
        context.workers().execute(() -> {
            for (int from = 0; from < changes.size() && pausedUntil() == null; from += ServiceNowClient.BATCH) {
                try {
                    consumer.accept(
                            readBatch(changes.subList(from, Math.min(changes.size(), from + ServiceNowClient.BATCH))));
                } catch (ServiceNowException e) {
                    LOGGER.log(Level.FINE, e, () -> "Could not read changes that no deployment uses");
                    return;
                }
            }
        });
    }

    private Map<SysId, ChangeRequest> readBatch(List<SysId> changes) throws ServiceNowException {
        Map<SysId, ChangeRequest> read = new HashMap<>();
        context.clients().get().read(changes).forEach((change, result) -> {
            if (result instanceof ServiceNowClient.ReadResult.Seen seen) {
                read.put(change, seen.change());
            }
        });
        return read;
    }

    /** Until when requests are paused; null if they are not. */
    @CheckForNull
    Instant pausedUntil() {
        Instant until = context.rateLimiter().pausedUntil();
        return until.isAfter(context.clock().instant()) ? context.wallTime(until) : null;
    }

    /** The factor by which poll intervals are longer than configured. */
    double intervalFactor() {
        return context.rateLimiter().intervalFactor();
    }

    /** The time by which planned windows of the connection's changes are evaluated. */
    @NonNull
    public Instant now() {
        return context.instanceClock().instant();
    }

    /** By how much the clock of the instance is ahead of this controller's; negative where it is behind. */
    @NonNull
    Duration clockDifference() {
        return context.instanceClock().difference();
    }
}
