package io.jenkins.plugins.servicenowgate.gate;

import edu.umd.cs.findbugs.annotations.NonNull;
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
public final class Guard {
    private final GateKeeper.ClientSource clients;
    private final Supplier<Pace> pace;
    private final Budget budget;
    private final InstantSource clock;
    private final InstanceClock instanceClock;
    private final RandomGenerator random;
    private final Alarm alarm;

    private final Set<Guarded> guarded = new LinkedHashSet<>();
    private boolean looking;
    private int failures;
    private Instant next = Instant.MAX;

    /** A deployment that was let go. Called on worker threads. */
    public interface Guarded {
        /** Its change. */
        @NonNull
        SysId change();

        /** The change's number; a row that shows another proves nothing. */
        @NonNull
        String number();

        /** Whether it still matters what becomes of the change; asked before each look. */
        boolean isOpen();

        /** What its change means now. */
        void seen(@NonNull ChangeRequest change, @NonNull Decision decision);

        /** The change could not be seen this time. */
        void unseen(@NonNull Phrase why);
    }

    /**
     * @param budget of the connection, shared by all that is sent through it
     * @param instanceClock by which planned windows are judged
     * @param timer for delays alone
     * @param workers where requests are sent
     */
    public Guard(
            @NonNull GateKeeper.ClientSource clients,
            @NonNull Supplier<Pace> pace,
            @NonNull Budget budget,
            @NonNull InstantSource clock,
            @NonNull InstanceClock instanceClock,
            @NonNull RandomGenerator random,
            @NonNull ScheduledExecutorService timer,
            @NonNull Executor workers) {
        this.clients = clients;
        this.pace = pace;
        this.budget = budget;
        this.clock = clock;
        this.instanceClock = instanceClock;
        this.random = random;
        this.alarm = new Alarm(timer, clock, () -> workers.execute(this::look));
    }

    /**
     * Looks at the deployment's change from now on, until it is not open any more; returns at once.
     *
     * @param soon whether nothing is known of the change yet
     */
    public void watch(@NonNull Guarded deployment, boolean soon) {
        Instant first = clock.instant().plus(soon ? Duration.ZERO : pace.get().interval());
        synchronized (this) {
            guarded.add(deployment);
            lookAt(first);
        }
    }

    /** How many deployments it looks after. */
    public synchronized int size() {
        return guarded.size();
    }

    private synchronized void lookAt(Instant when) {
        if (when.isBefore(next)) {
            next = when;
        }
        if (!looking) {
            alarm.set(next.equals(Instant.MAX) ? null : next);
        }
    }

    private void look() {
        List<Guarded> all;
        synchronized (this) {
            guarded.removeIf(deployment -> !deployment.isOpen());
            all = new ArrayList<>(guarded);
            looking = true;
            next = Instant.MAX;
        }
        Instant again = clock.instant().plus(budget.stretched(pace.get().interval()));
        try {
            Instant quiet = budget.quietUntil();
            again = quiet.isAfter(clock.instant()) ? quiet : look(all, again);
        } finally {
            synchronized (this) {
                looking = false;
                lookAt(guarded.isEmpty() ? Instant.MAX : again);
            }
        }
    }

    private static Instant earliest(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /** When to look again: usually then, earlier where a window ends, later where ServiceNow can't be asked. */
    private Instant look(List<Guarded> all, Instant usually) {
        Instant again = usually;
        for (int from = 0; from < all.size(); from += ServiceNowClient.BATCH) {
            List<Guarded> batch = all.subList(from, Math.min(all.size(), from + ServiceNowClient.BATCH));
            try {
                again = earliest(again, read(batch));
                failures = 0;
            } catch (ServiceNowException e) {
                Instant now = clock.instant();
                Duration wait = budget.failed(e, now, pace.get().afterFailures(++failures, random));
                all.subList(from, all.size()).forEach(deployment -> deployment.unseen(e.phrase()));
                return now.plus(wait);
            } catch (RuntimeException e) {
                Phrase broken = Phrase.of(Reason.BROKEN, String.valueOf(e));
                batch.forEach(deployment -> deployment.unseen(broken));
            }
        }
        return again;
    }

    /** The end of the first window to end, on this machine's clock. */
    private Instant read(List<Guarded> batch) throws ServiceNowException {
        Map<SysId, List<Guarded>> bySysId = new LinkedHashMap<>();
        batch.forEach(deployment -> bySysId.computeIfAbsent(deployment.change(), unused -> new ArrayList<>())
                .add(deployment));
        ServiceNowClient client = clients.get();
        Map<SysId, ServiceNowClient.Look> looks = client.read(bySysId.keySet());
        instanceClock.compare(client.clockDifference());
        Instant now = instanceClock.instant();
        Instant firstEnd = Instant.MAX;
        for (Map.Entry<SysId, List<Guarded>> entry : bySysId.entrySet()) {
            ServiceNowClient.Look look = looks.get(entry.getKey());
            for (Guarded deployment : entry.getValue()) {
                firstEnd = earliest(firstEnd, tell(deployment, look, now));
            }
        }
        return firstEnd;
    }

    private Instant tell(Guarded deployment, ServiceNowClient.Look look, Instant now) {
        if (look instanceof ServiceNowClient.Look.Unreadable unreadable) {
            deployment.unseen(unreadable.why());
        } else if (look instanceof ServiceNowClient.Look.Seen seen) {
            ChangeRequest change = seen.change();
            if (change.number().equals(deployment.number())) {
                deployment.seen(change, ReleaseRule.decide(change, now));
                Instant end = change.plannedEnd();
                return end == null || now.isAfter(end)
                        ? Instant.MAX
                        : instanceClock.here(end).plusMillis(1);
            }
            deployment.unseen(Phrase.of(Reason.OTHER_NUMBER, deployment.number(), change.number()));
        } else {
            deployment.unseen(Phrase.of(Reason.ABSENT, deployment.number()));
        }
        return Instant.MAX;
    }
}
