package io.jenkins.plugins.servicenowgate.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/**
 * When a keeper does what: which gates it has, which of them is due for an errand of its own or for a look together with
 * others, and how long each waits until its next look. Its alarm rings when the first of it is due, but not while the
 * instance is to be left alone.
 */
final class Timetable {
    /** Who waits for a known time is looked at shortly before, and this often until then, since plans change. */
    private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

    private final Supplier<Pace> pace;
    private final Budget budget;
    private final InstanceClock clock;
    private final InstantSource here;
    private final Alarm alarm;

    private final Set<Gate> gates = new HashSet<>();
    /** Gates without a change yet, and gates whose change is to be moved: a task each. */
    private final Agenda<Gate> errands = new Agenda<>();
    /** Gates whose change is to be looked at, together with others. */
    private final Agenda<Gate> looks = new Agenda<>();

    private boolean looking;
    private Instant nextRound = Instant.MIN;

    /** What is due at one moment; each gate is in one of them at most. */
    record Due(@NonNull List<Gate> errands, @NonNull List<Gate> looks) {}

    /**
     * @param here this machine's clock
     * @param clock the same, corrected by what the instance's differs
     * @param wake called when something is due; must return at once
     */
    Timetable(
            @NonNull Supplier<Pace> pace,
            @NonNull Budget budget,
            @NonNull InstantSource here,
            @NonNull InstanceClock clock,
            @NonNull ScheduledExecutorService timer,
            @NonNull Runnable wake) {
        this.pace = pace;
        this.budget = budget;
        this.here = here;
        this.clock = clock;
        this.alarm = new Alarm(timer, here, wake);
    }

    synchronized void admit(@NonNull Gate gate) {
        gates.add(gate);
    }

    synchronized void forget(@NonNull Gate gate) {
        gates.remove(gate);
        errands.remove(gate);
        looks.remove(gate);
    }

    synchronized int size() {
        return gates.size();
    }

    /** The gates that have their change. */
    @NonNull
    synchronized List<Gate> linked() {
        return gates.stream().filter(gate -> gate.record().isLinked()).toList();
    }

    /** The gate is to be linked, or its change to be moved. Nothing happens to a gate that was forgotten. */
    void errand(@NonNull Gate gate, @NonNull Instant due) {
        put(errands, gate, due);
    }

    /** The gate's change is to be looked at; all else as {@link #errand}. */
    void look(@NonNull Gate gate, @NonNull Instant due) {
        put(looks, gate, due);
    }

    private void put(Agenda<Gate> agenda, Gate gate, Instant due) {
        synchronized (this) {
            if (!gates.contains(gate)) {
                return;
            }
            agenda.put(gate, due);
        }
        setAlarm();
    }

    synchronized void setAlarm() {
        Instant errand = errands.first();
        Instant look = looking ? null : latest(looks.first(), nextRound);
        Instant due = errand == null || (look != null && look.isBefore(errand)) ? look : errand;
        alarm.set(latest(due, budget.quietUntil()));
    }

    @CheckForNull
    private static Instant latest(@CheckForNull Instant due, Instant atLeast) {
        return due == null || due.isAfter(atLeast) ? due : atLeast;
    }

    /** Takes out what is due now. Where that is a round of looks, there is no other until {@link #roundEnded}. */
    @NonNull
    synchronized Due take() {
        Instant now = here.instant();
        if (budget.quietUntil().isAfter(now)) {
            return new Due(List.of(), List.of());
        }
        List<Gate> toDo = errands.take(now);
        Instant look = latest(looks.first(), nextRound);
        if (looking || look == null || look.isAfter(now)) {
            return new Due(toDo, List.of());
        }
        Pace current = pace.get();
        looking = true;
        nextRound = now.plus(current.betweenRounds());
        // Those whose time comes soon are taken along, as far as they cost no request of their own.
        Instant soon = now.plus(current.interval().dividedBy(2));
        return new Due(toDo, looks.take(now, soon, ServiceNowClient.BATCH));
    }

    void roundEnded() {
        synchronized (this) {
            looking = false;
        }
        setAlarm();
    }

    /** When to look again where no time is known at which it will be different. */
    @NonNull
    Instant nextLook(@NonNull Gate gate) {
        return here.instant().plus(interval(gate));
    }

    @NonNull
    Instant nextLook(@NonNull Gate gate, @NonNull Decision.Wait wait) {
        Instant now = here.instant();
        Duration interval = interval(gate);
        Instant known = wait.until();
        if (known == null) {
            return now.plus(interval);
        }
        Instant until = clock.here(known);
        if (!until.isAfter(now.plus(interval))) {
            return until;
        }
        Instant shortlyBefore = until.minus(interval);
        Instant latest = now.plus(LONGEST_SLEEP);
        return shortlyBefore.isBefore(latest) ? shortlyBefore : latest;
    }

    private Duration interval(Gate gate) {
        return budget.stretched(pace.get().intervalAfter(Duration.between(gate.since(), here.instant())));
    }
}
