package io.jenkins.plugins.servicenowgate.gate;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.Problem;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Keeps the gates of one connection: links each to its change, then looks at all waiting changes together, in rounds.
 * A waiting gate costs its object and its place in a timetable; there is one timer, and it only hands work to workers.
 */
public final class GateKeeper {
    private static final int LANES = 4;

    private final ClientSource clients;
    private final Supplier<Pace> pace;
    private final InstantSource clock;
    private final InstanceClock instanceClock;
    private final RandomGenerator random;
    private final Budget budget;
    private final Timetable timetable;
    private final Lanes lanes;
    private final ChangeLinker linker;
    private final ChangeMover mover;
    private final Round round;

    private final AtomicInteger failedRounds = new AtomicInteger();

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
     * @param budget of the connection, shared by all that is sent through it
     * @param timer for delays alone; no request is sent on its threads
     * @param workers where requests are sent; how many threads it has bounds the requests under way
     */
    public GateKeeper(
            @NonNull ClientSource clients,
            @NonNull Supplier<Pace> pace,
            @NonNull Budget budget,
            @NonNull InstantSource clock,
            @NonNull RandomGenerator random,
            @NonNull ScheduledExecutorService timer,
            @NonNull Executor workers) {
        this.clients = clients;
        this.pace = pace;
        this.budget = budget;
        this.clock = clock;
        this.instanceClock = new InstanceClock(clock);
        this.random = random;
        this.timetable = new Timetable(pace, budget, clock, instanceClock, timer, () -> workers.execute(this::wake));
        this.lanes = new Lanes(LANES, workers);
        this.linker = new ChangeLinker(clock);
        this.mover = new ChangeMover(clients, pace, instanceClock, new Moves());
        this.round = new Round(this::act, gate -> timetable.look(gate, timetable.nextLook(gate)), this::end);
    }

    /** Lets the gate begin, or go on after a restart; returns at once. */
    public void admit(@NonNull Gate gate) {
        timetable.admit(gate);
        Instant now = clock.instant();
        if (gate.record().isLinked()) {
            // After a restart all come at once; their looks are spread as they were before, and no instance is asked
            // more because a controller came back.
            long spread = pace.get().interval().toMillis();
            timetable.look(gate, now.plusMillis(spread / 2 + random.nextLong(Math.max(1, spread))));
        } else {
            timetable.errand(gate, now);
        }
    }

    /** Ends the gate without an outcome; true if it had none yet. After that its listener is not called any more. */
    public boolean withdraw(@NonNull Gate gate) {
        boolean first = gate.end();
        timetable.forget(gate);
        return first;
    }

    /** How many gates wait here. */
    public int size() {
        return timetable.size();
    }

    /** The clock by which planned windows are judged. */
    @NonNull
    public InstanceClock instanceClock() {
        return instanceClock;
    }

    // ---- what is due

    private void wake() {
        Timetable.Due due = timetable.take();
        for (Gate gate : due.errands()) {
            if (gate.record().isLinked()) {
                lanes.execute(gate.record().sysId(), () -> mover.move(gate));
            } else {
                lanes.execute(laneOf(gate), () -> link(gate));
            }
        }
        timetable.setAlarm();
        if (!due.looks().isEmpty()) {
            lookAt(due.looks());
        }
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
        Instant quiet = budget.quietUntil();
        if (quiet.isAfter(clock.instant())) {
            timetable.errand(gate, quiet);
            return;
        }
        try {
            ServiceNowClient client = clients.get();
            ChangeLinker.Outcome outcome = linker.link(gate, client, pace.get());
            instanceClock.compare(client.clockDifference());
            gate.recovered();
            if (outcome instanceof ChangeLinker.Outcome.Linked linked) {
                gate.say(linked.news());
                act(gate, linked.change());
            } else if (outcome instanceof ChangeLinker.Outcome.Refused refused) {
                end(gate, refused.reason());
            } else if (outcome instanceof ChangeLinker.Outcome.Unsettled unsettled) {
                gate.say(unsettled.news());
                later(gate, pace.get().firstRetry());
            }
        } catch (ServiceNowException e) {
            if (e.problem().isPassing()) {
                passing(gate, e);
            } else {
                end(gate, Phrase.of(Reason.SERVICENOW_REFUSED, e.phrase().text()));
            }
        } catch (IOException | RuntimeException e) {
            end(gate, Phrase.of(Reason.BROKEN, String.valueOf(e)));
        }
    }

    private void passing(Gate gate, ServiceNowException e) {
        gate.troubled(e.phrase());
        Duration wait = pace.get().afterFailures(gate.failedAgain(), random);
        later(gate, budget.failed(e, clock.instant(), wait));
    }

    private void later(Gate gate, Duration wait) {
        long spread = random.nextLong(Math.max(1, Math.min(1000, wait.toMillis() / 5)));
        timetable.errand(gate, clock.instant().plus(wait).plusMillis(spread));
    }

    /** Also after failures of our own, not of ServiceNow: the gate must end shut rather than be forgotten. */
    private void end(Gate gate, Phrase reason) {
        timetable.forget(gate);
        gate.refuse(reason);
    }

    // ---- looking, in rounds

    private void lookAt(List<Gate> due) {
        Set<Gate> left = new HashSet<>(due);
        Instant again = clock.instant().plus(pace.get().interval());
        try {
            ServiceNowClient client = clients.get();
            for (int from = 0; from < due.size(); from += ServiceNowClient.BATCH) {
                List<Gate> batch = due.subList(from, Math.min(due.size(), from + ServiceNowClient.BATCH));
                Instant sent = clock.instant();
                round.look(batch, left, client, pace.get(), () -> {
                    budget.answered(
                            Duration.between(sent, clock.instant()), pace.get().slow());
                    instanceClock.compare(client.clockDifference());
                });
            }
            failedRounds.set(0);
        } catch (ServiceNowException e) {
            again = clock.instant();
            if (e.problem() == Problem.NOT_FOUND) {
                Set<Gate> missed = Set.copyOf(left);
                left.clear();
                missed.forEach(gate -> round.looked(gate, new ServiceNowClient.Look.Absent(), pace.get()));
            } else {
                roundFailed(e);
            }
        } catch (RuntimeException e) {
            left.forEach(gate -> end(gate, Phrase.of(Reason.BROKEN, String.valueOf(e))));
        } finally {
            for (Gate gate : left) {
                if (!gate.isEnded()) {
                    timetable.look(gate, again);
                }
            }
            timetable.roundEnded();
        }
    }

    private void roundFailed(ServiceNowException e) {
        int failures = failedRounds.incrementAndGet();
        List<Gate> waiting = timetable.linked();
        if (!e.problem().isPassing()) {
            Phrase reason = Phrase.of(Reason.SERVICENOW_REFUSED, e.phrase().text());
            waiting.forEach(gate -> end(gate, reason));
            return;
        }
        Instant now = clock.instant();
        Duration wait = pace.get().afterFailures(failures, random);
        budget.quiet(now, budget.failed(e, now, wait));
        waiting.forEach(gate -> gate.troubled(e.phrase()));
    }

    // ---- both

    private void act(Gate gate, ChangeRequest change) {
        Instant now = instanceClock.instant();
        long ahead = instanceClock.difference().toMinutes();
        if (ahead != 0) {
            gate.sayOnce(Phrase.of(Reason.CLOCK_DIFFERS, String.valueOf(ahead)));
        }
        Decision decision = ReleaseRule.decide(change, now);
        if (decision instanceof Decision.Wait && gate.request().automaticTransition()) {
            if (gate.record().isByNumber()) {
                gate.sayOnce(Phrase.of(Reason.NOT_MOVED_NUMBER, change.number()));
            } else if (TransitionRule.next(change, now) != null) {
                timetable.errand(gate, clock.instant());
                return;
            } else {
                decision = mover.explain(gate, change, decision, now);
            }
        }
        if (decision instanceof Decision.Wait wait) {
            Instant next = timetable.nextLook(gate, wait);
            gate.looked(change, decision, next);
            timetable.look(gate, next);
        } else {
            timetable.forget(gate);
            gate.looked(change, decision, null);
        }
    }

    /** What the mover came to. */
    private final class Moves implements ChangeMover.Listener {
        @Override
        public void moved(Gate gate, ChangeRequest change) {
            act(gate, change);
        }

        @Override
        public void again(Gate gate, Duration wait) {
            later(gate, wait);
        }

        @Override
        public void unseen(Gate gate, ServiceNowClient.Look look) {
            round.looked(gate, look, pace.get());
        }

        @Override
        public void failed(Gate gate, ServiceNowException e) {
            passing(gate, e);
        }

        @Override
        public void refused(Gate gate, Phrase reason) {
            end(gate, reason);
        }

        @Override
        public void broken(Gate gate, RuntimeException e) {
            end(gate, Phrase.of(Reason.BROKEN, String.valueOf(e)));
        }
    }
}
