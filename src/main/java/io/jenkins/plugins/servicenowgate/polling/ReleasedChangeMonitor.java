package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.Decision;
import io.jenkins.plugins.servicenowgate.rules.Reason;
import io.jenkins.plugins.servicenowgate.rules.ReleaseRule;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Goes on looking at the changes of deployments that were let go, all of a connection together, for as long as new work
 * of them may begin: a change can be cancelled, put on hold or run out of its window while its deployment runs.
 */
public final class ReleasedChangeMonitor {
    private final ChangePoller.ClientSource clients;
    private final Supplier<PollingPolicy> policy;
    private final RateLimiter rateLimiter;
    private final InstantSource clock;
    private final InstanceClock instanceClock;
    private final RandomGenerator random;
    private final WakeUpTimer wakeUp;

    private final Set<MonitoredDeployment> guarded = new LinkedHashSet<>();
    private boolean looking;
    private int failures;
    private Instant next = Instant.MAX;

    /** A deployment that was let go. Called on worker threads. */
    public interface MonitoredDeployment {
        /** Its change. */
        @NonNull
        SysId change();

        /** The change's number; a row that shows another proves nothing. */
        @NonNull
        String number();

        /** Whether it still matters what becomes of the change; asked before each look. */
        boolean isOpen();

        /** What its change means now. */
        void onPolled(@NonNull ChangeRequest change, @NonNull Decision decision);

        /** The change could not be seen this time. */
        void onPollFailed(@NonNull Phrase why);
    }

    /**
     * @param rateLimiter of the connection, shared by all that is sent through it
     * @param instanceClock by which planned windows are judged
     * @param timer for delays alone
     * @param workers where requests are sent
     */
    public ReleasedChangeMonitor(
            @NonNull ChangePoller.ClientSource clients,
            @NonNull Supplier<PollingPolicy> policy,
            @NonNull RateLimiter rateLimiter,
            @NonNull InstantSource clock,
            @NonNull InstanceClock instanceClock,
            @NonNull RandomGenerator random,
            @NonNull ScheduledExecutorService timer,
            @NonNull Executor workers) {
        this.clients = clients;
        this.policy = policy;
        this.rateLimiter = rateLimiter;
        this.clock = clock;
        this.instanceClock = instanceClock;
        this.random = random;
        this.wakeUp = new WakeUpTimer(timer, clock, () -> workers.execute(this::poll));
    }

    /**
     * Looks at the deployment's change from now on, until it is not open any more; returns at once.
     *
     * @param soon whether nothing is known of the change yet
     */
    public void watch(@NonNull MonitoredDeployment deployment, boolean soon) {
        Instant first = clock.instant().plus(soon ? Duration.ZERO : policy.get().interval());
        synchronized (this) {
            guarded.add(deployment);
            poll(first);
        }
    }

    /** How many deployments it looks after. */
    public synchronized int size() {
        return guarded.size();
    }

    private synchronized void poll(Instant when) {
        if (when.isBefore(next)) {
            next = when;
        }
        if (!looking) {
            wakeUp.set(next.equals(Instant.MAX) ? null : next);
        }
    }

    private void poll() {
        List<MonitoredDeployment> all;
        synchronized (this) {
            guarded.removeIf(deployment -> !deployment.isOpen());
            all = new ArrayList<>(guarded);
            looking = true;
            next = Instant.MAX;
        }
        Instant again =
                clock.instant().plus(rateLimiter.intervalFactor(policy.get().interval()));
        try {
            Instant quiet = rateLimiter.pausedUntil();
            again = quiet.isAfter(clock.instant()) ? quiet : poll(all, again);
        } finally {
            synchronized (this) {
                looking = false;
                poll(guarded.isEmpty() ? Instant.MAX : again);
            }
        }
    }

    private static Instant earliest(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /** When to look again: usually then, earlier where a window ends, later where ServiceNow can't be asked. */
    private Instant poll(List<MonitoredDeployment> all, Instant usually) {
        Instant again = usually;
        for (int from = 0; from < all.size(); from += ServiceNowClient.BATCH) {
            List<MonitoredDeployment> batch = all.subList(from, Math.min(all.size(), from + ServiceNowClient.BATCH));
            try {
                again = earliest(again, read(batch));
                failures = 0;
            } catch (ServiceNowException e) {
                Instant now = clock.instant();
                Duration wait = rateLimiter.failed(e, now, policy.get().afterFailures(++failures, random));
                all.subList(from, all.size()).forEach(deployment -> deployment.onPollFailed(e.phrase()));
                return now.plus(wait);
            } catch (RuntimeException e) {
                Phrase broken = Phrase.of(Reason.BROKEN, String.valueOf(e));
                batch.forEach(deployment -> deployment.onPollFailed(broken));
            }
        }
        return again;
    }

    /** The end of the first window to end, on this machine's clock. */
    private Instant read(List<MonitoredDeployment> batch) throws ServiceNowException {
        Map<SysId, List<MonitoredDeployment>> bySysId = new LinkedHashMap<>();
        batch.forEach(deployment -> bySysId.computeIfAbsent(deployment.change(), unused -> new ArrayList<>())
                .add(deployment));
        ServiceNowClient client = clients.get();
        Map<SysId, ServiceNowClient.ReadResult> polls = client.read(bySysId.keySet());
        instanceClock.compare(client.clockDifference());
        Instant now = instanceClock.instant();
        Instant firstEnd = Instant.MAX;
        for (Map.Entry<SysId, List<MonitoredDeployment>> entry : bySysId.entrySet()) {
            ServiceNowClient.ReadResult look = polls.get(entry.getKey());
            for (MonitoredDeployment deployment : entry.getValue()) {
                firstEnd = earliest(firstEnd, report(deployment, look, now));
            }
        }
        return firstEnd;
    }

    private Instant report(MonitoredDeployment deployment, ServiceNowClient.ReadResult look, Instant now) {
        if (look instanceof ServiceNowClient.ReadResult.Unreadable unreadable) {
            deployment.onPollFailed(unreadable.why());
        } else if (look instanceof ServiceNowClient.ReadResult.Seen seen) {
            ChangeRequest change = seen.change();
            if (change.number().equals(deployment.number())) {
                deployment.onPolled(change, ReleaseRule.decide(change, now));
                Instant end = change.plannedEnd();
                return end == null || now.isAfter(end)
                        ? Instant.MAX
                        : instanceClock.here(end).plusMillis(1);
            }
            deployment.onPollFailed(Phrase.of(Reason.OTHER_NUMBER, deployment.number(), change.number()));
        } else {
            deployment.onPollFailed(Phrase.of(Reason.ABSENT, deployment.number()));
        }
        return Instant.MAX;
    }
}
