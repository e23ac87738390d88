package io.jenkins.plugins.servicenowgate.gate;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
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
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Keeps the gates of one connection: links each to its change, then looks at all waiting changes together, a hundred in
 * a request, in rounds. A waiting gate costs its object and nothing else; the timer only hands work to the workers.
 */
public final class GateKeeper {
    private static final int LANES = 4;

    private final ClientSource clients;
    private final Supplier<Pace> pace;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final ScheduledExecutorService timer;
    private final Executor workers;
    private final Lanes lanes;
    private final ChangeLinker linker;
    private final ChangeMover mover;

    private final Set<Gate> gates = new LinkedHashSet<>();
    private boolean looking;
    private long roundGeneration;
    private Instant roundAt;
    private int failedRounds;
    private Instant quietUntil = Instant.MIN;

    /** Gives the connection's client as it is configured at that moment. */
    @FunctionalInterface
    public interface ClientSource {
        /**
         * @throws ServiceNowException {@link io.jenkins.plugins.servicenowgate.servicenow.Problem#CONFIGURATION} where
         *     there is no such connection any more, or it can't be used
         */
        @NonNull
        ServiceNowClient get() throws ServiceNowException;
    }

    /**
     * @param timer for delays alone; no request is sent on its threads
     * @param workers where requests are sent; how many threads it has bounds the requests under way
     */
    public GateKeeper(
            @NonNull ClientSource clients,
            @NonNull Supplier<Pace> pace,
            @NonNull InstantSource clock,
            @NonNull RandomGenerator random,
            @NonNull ScheduledExecutorService timer,
            @NonNull Executor workers) {
        this.clients = clients;
        this.pace = pace;
        this.clock = clock;
        this.random = random;
        this.timer = timer;
        this.workers = workers;
        this.lanes = new Lanes(LANES, workers);
        this.linker = new ChangeLinker(clock);
        this.mover = new ChangeMover(clients, pace, clock, new Moves());
    }

    /** Lets the gate begin, or go on after a restart; returns at once. */
    public void admit(@NonNull Gate gate) {
        synchronized (this) {
            gates.add(gate);
        }
        if (gate.record().isLinked()) {
            gate.lookAt(clock.instant());
            scheduleRound();
        } else {
            lanes.execute(laneOf(gate), () -> link(gate));
        }
    }

    /** Ends the gate without an outcome; true if it had none yet. After that its listener is not called any more. */
    public boolean withdraw(@NonNull Gate gate) {
        synchronized (this) {
            gates.remove(gate);
        }
        return gate.end();
    }

    /** How many gates wait here. */
    public synchronized int size() {
        return gates.size();
    }

    private static Object laneOf(Gate gate) {
        String number = gate.request().number();
        return number == null ? gate.request().title() : number;
    }

    // ---- linking

    private void link(Gate gate) {
        if (gate.isEnded()) {
            return;
        }
        Instant quiet = quietUntil();
        Instant now = clock.instant();
        if (quiet.isAfter(now)) {
            linkLater(gate, Duration.between(now, quiet));
            return;
        }
        try {
            ChangeLinker.Outcome outcome = linker.link(gate, clients.get(), pace.get());
            gate.recovered();
            if (outcome instanceof ChangeLinker.Outcome.Linked linked) {
                gate.say(linked.news());
                act(gate, linked.change());
                scheduleRound();
            } else if (outcome instanceof ChangeLinker.Outcome.Refused refused) {
                forget(gate);
                gate.refuse(refused.reason());
            } else if (outcome instanceof ChangeLinker.Outcome.Unsettled unsettled) {
                gate.say(unsettled.news());
                linkLater(gate, pace.get().firstRetry());
            }
        } catch (ServiceNowException e) {
            failed(gate, e);
        } catch (IOException | RuntimeException e) {
            broken(gate, e);
        }
    }

    private void failed(Gate gate, ServiceNowException e) {
        if (!e.problem().isPassing()) {
            forget(gate);
            gate.refuse(Phrase.of(Reason.SERVICENOW_REFUSED, e.phrase().text()));
            return;
        }
        gate.troubled(e.phrase());
        linkLater(gate, afterFailure(gate, e));
    }

    private Duration afterFailure(Gate gate, ServiceNowException e) {
        Duration wait = pace.get().afterFailures(gate.failedAgain(), random);
        Duration asked = e.retryAfter();
        if (asked == null) {
            return wait;
        }
        beQuiet(asked);
        return asked.compareTo(wait) > 0 ? asked : wait;
    }

    private void linkLater(Gate gate, Duration wait) {
        long spread = random.nextLong(Math.max(1, Math.min(1000, wait.toMillis() / 5)));
        later(wait.plusMillis(spread), () -> lanes.execute(laneOf(gate), () -> link(gate)));
    }

    /** A failure of our own, not of ServiceNow: the gate must end shut rather than be forgotten. */
    private void broken(Gate gate, Exception e) {
        forget(gate);
        gate.refuse(Phrase.of(Reason.BROKEN, String.valueOf(e)));
    }

    // ---- looking, in rounds

    private synchronized void scheduleRound() {
        if (looking || gates.isEmpty()) {
            return;
        }
        Instant due = null;
        for (Gate gate : gates) {
            Instant at = gate.record().isLinked() ? gate.due() : null;
            due = at != null && (due == null || at.isBefore(due)) ? at : due;
        }
        if (due == null) {
            return;
        }
        due = due.isBefore(quietUntil) ? quietUntil : due;
        if (roundAt != null && !due.isBefore(roundAt)) {
            return;
        }
        roundAt = due;
        long generation = ++roundGeneration;
        Duration wait = Duration.between(clock.instant(), due);
        later(wait.isNegative() ? Duration.ZERO : wait, () -> workers.execute(() -> round(generation)));
    }

    private void round(long generation) {
        List<Gate> dueGates;
        synchronized (this) {
            if (looking || generation != roundGeneration) {
                return;
            }
            looking = true;
            roundAt = null;
            dueGates = dueGates();
        }
        try {
            for (int from = 0; from < dueGates.size(); from += ServiceNowClient.BATCH) {
                look(dueGates.subList(from, Math.min(dueGates.size(), from + ServiceNowClient.BATCH)));
            }
            synchronized (this) {
                failedRounds = 0;
            }
        } catch (ServiceNowException e) {
            roundFailed(e);
        } catch (RuntimeException e) {
            dueGates.stream().filter(gate -> !gate.isEnded()).forEach(gate -> broken(gate, e));
        } finally {
            synchronized (this) {
                looking = false;
            }
            scheduleRound();
        }
    }

    /** All whose time has come or comes soon: taken together they cost no more requests. */
    private List<Gate> dueGates() {
        Instant soon = clock.instant().plus(pace.get().interval().dividedBy(2));
        List<Gate> due = new ArrayList<>();
        for (Gate gate : gates) {
            if (gate.record().isLinked() && gate.due() != null && !gate.due().isAfter(soon)) {
                due.add(gate);
            }
        }
        return due;
    }

    private void look(List<Gate> batch) throws ServiceNowException {
        Map<SysId, List<Gate>> bySysId = new LinkedHashMap<>();
        for (Gate gate : batch) {
            if (!gate.isEnded()) {
                bySysId.computeIfAbsent(gate.record().sysId(), unused -> new ArrayList<>())
                        .add(gate);
            }
        }
        if (bySysId.isEmpty()) {
            return;
        }
        clients.get().read(bySysId.keySet()).forEach((sysId, look) -> {
            for (Gate gate : bySysId.get(sysId)) {
                try {
                    looked(gate, look);
                } catch (RuntimeException e) {
                    broken(gate, e);
                }
            }
        });
    }

    private void looked(Gate gate, ServiceNowClient.Look look) {
        if (look instanceof ServiceNowClient.Look.Seen seen) {
            gate.recovered();
            act(gate, seen.change());
        } else if (look instanceof ServiceNowClient.Look.Unreadable unreadable) {
            gate.troubled(unreadable.why());
            gate.lookAt(clock.instant().plus(pace.get().interval()));
        } else {
            missed(gate);
        }
    }

    private void missed(Gate gate) {
        String number = String.valueOf(gate.record().number());
        gate.recovered();
        if (gate.missedTooOften(pace.get().absences())) {
            forget(gate);
            gate.refuse(Phrase.of(Reason.REFUSED_VANISHED, number));
        } else {
            gate.say(Phrase.of(Reason.ABSENT, number));
            gate.lookAt(clock.instant().plus(pace.get().interval()));
        }
    }

    private void roundFailed(ServiceNowException e) {
        List<Gate> waiting;
        synchronized (this) {
            waiting = gates.stream().filter(gate -> gate.record().isLinked()).toList();
        }
        if (!e.problem().isPassing()) {
            for (Gate gate : waiting) {
                forget(gate);
                gate.refuse(Phrase.of(Reason.SERVICENOW_REFUSED, e.phrase().text()));
            }
            return;
        }
        int failures;
        synchronized (this) {
            failures = ++failedRounds;
        }
        Duration wait = pace.get().afterFailures(failures, random);
        Duration asked = e.retryAfter();
        beQuiet(asked != null && asked.compareTo(wait) > 0 ? asked : wait);
        waiting.forEach(gate -> gate.troubled(e.phrase()));
    }

    // ---- both

    private void act(Gate gate, ChangeRequest change) {
        Instant now = clock.instant();
        Decision decision = ReleaseRule.decide(change, now);
        if (decision instanceof Decision.Wait && gate.request().automaticTransition()) {
            if (TransitionRule.next(change, now) != null) {
                gate.lookAt(null);
                lanes.execute(change.sysId(), () -> mover.move(gate));
                return;
            }
            decision = mover.explain(gate, change, decision, now);
        }
        Instant next = now.plus(pace.get().interval());
        if (decision instanceof Decision.Wait wait) {
            Instant until = wait.until();
            next = until != null && until.isBefore(next) ? until : next;
        } else {
            forget(gate);
        }
        gate.looked(change, decision, next);
    }

    /** What the mover came to. */
    private final class Moves implements ChangeMover.Listener {
        @Override
        public void moved(Gate gate, ChangeRequest change) {
            act(gate, change);
            scheduleRound();
        }

        @Override
        public void again(Gate gate, Duration wait) {
            later(wait, () -> lanes.execute(gate.record().sysId(), () -> mover.move(gate)));
        }

        @Override
        public void unseen(Gate gate, ServiceNowClient.Look look) {
            looked(gate, look);
            scheduleRound();
        }

        @Override
        public void failed(Gate gate, ServiceNowException e) {
            gate.troubled(e.phrase());
            again(gate, afterFailure(gate, e));
        }

        @Override
        public void refused(Gate gate, Phrase reason) {
            forget(gate);
            gate.refuse(reason);
        }

        @Override
        public void broken(Gate gate, RuntimeException e) {
            GateKeeper.this.broken(gate, e);
        }
    }

    private synchronized void forget(Gate gate) {
        gates.remove(gate);
    }

    private synchronized Instant quietUntil() {
        return quietUntil;
    }

    private synchronized void beQuiet(Duration wait) {
        Instant until = clock.instant().plus(wait);
        quietUntil = until.isAfter(quietUntil) ? until : quietUntil;
    }

    private void later(Duration wait, Runnable task) {
        timer.schedule(() -> workers.execute(task), wait.toMillis(), TimeUnit.MILLISECONDS);
    }
}
