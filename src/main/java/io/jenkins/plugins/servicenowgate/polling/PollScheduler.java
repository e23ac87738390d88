package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.Decision;
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
 * Schedules the deployments that wait on one connection: which of them has a task of its own to run, which is polled
 * together with others, and when. Its timer fires when the first of them is due, but not while the instance is paused.
 */
final class PollScheduler {
    /** A deployment with a known start is polled shortly before it, and this often until then, since plans change. */
    private static final Duration MAX_DELAY = Duration.ofHours(1);

    private final Supplier<PollingPolicy> policy;
    private final RateLimiter rateLimiter;
    private final InstanceClock clock;
    private final InstantSource here;
    private final WakeUpTimer wakeUp;

    private final Set<PendingApproval> gates = new HashSet<>();
    /** Gates without a change yet, and gates whose change is to be moved: a task each. */
    private final ScheduleQueue<PendingApproval> tasks = new ScheduleQueue<>();
    /** Gates whose change is to be looked at, together with others. */
    private final ScheduleQueue<PendingApproval> polls = new ScheduleQueue<>();

    private boolean looking;
    private Instant nextRound = Instant.MIN;

    /** What is due at one moment; each gate is in one of them at most. */
    record Due(
            @NonNull List<PendingApproval> tasks, @NonNull List<PendingApproval> polls) {}

    /**
     * @param here this machine's clock
     * @param clock the same, corrected by what the instance's differs
     * @param wake called when something is due; must return at once
     */
    PollScheduler(
            @NonNull Supplier<PollingPolicy> policy,
            @NonNull RateLimiter rateLimiter,
            @NonNull InstantSource here,
            @NonNull InstanceClock clock,
            @NonNull ScheduledExecutorService timer,
            @NonNull Runnable wake) {
        this.policy = policy;
        this.rateLimiter = rateLimiter;
        this.here = here;
        this.clock = clock;
        this.wakeUp = new WakeUpTimer(timer, here, wake);
    }

    synchronized void admit(@NonNull PendingApproval gate) {
        gates.add(gate);
    }

    synchronized void remove(@NonNull PendingApproval gate) {
        gates.remove(gate);
        tasks.remove(gate);
        polls.remove(gate);
    }

    synchronized int size() {
        return gates.size();
    }

    /** The gates that have their change. */
    @NonNull
    synchronized List<PendingApproval> linked() {
        return gates.stream().filter(gate -> gate.record().isLinked()).toList();
    }

    /** The gate is to be linked, or its change to be moved. Nothing happens to a gate that was forgotten. */
    void scheduleTask(@NonNull PendingApproval gate, @NonNull Instant due) {
        put(tasks, gate, due);
    }

    /** The gate's change is to be looked at; all else as {@link #scheduleTask}. */
    void schedulePoll(@NonNull PendingApproval gate, @NonNull Instant due) {
        put(polls, gate, due);
    }

    private void put(ScheduleQueue<PendingApproval> schedule, PendingApproval gate, Instant due) {
        synchronized (this) {
            if (!gates.contains(gate)) {
                return;
            }
            schedule.put(gate, due);
        }
        setWakeUp();
    }

    synchronized void setWakeUp() {
        Instant task = tasks.first();
        Instant look = looking ? null : latest(polls.first(), nextRound);
        Instant due = task == null || (look != null && look.isBefore(task)) ? look : task;
        wakeUp.set(latest(due, rateLimiter.pausedUntil()));
    }

    @CheckForNull
    private static Instant latest(@CheckForNull Instant due, Instant atLeast) {
        return due == null || due.isAfter(atLeast) ? due : atLeast;
    }

    /** Takes out what is due now. Where that is a round of looks, there is no other until {@link #pollEnded}. */
    @NonNull
    synchronized Due take() {
        Instant now = here.instant();
        if (rateLimiter.pausedUntil().isAfter(now)) {
            return new Due(List.of(), List.of());
        }
        List<PendingApproval> toDo = tasks.take(now);
        Instant look = latest(polls.first(), nextRound);
        if (looking || look == null || look.isAfter(now)) {
            return new Due(toDo, List.of());
        }
        PollingPolicy current = policy.get();
        looking = true;
        nextRound = now.plus(current.delayBetweenPolls());
        // Those whose time comes soon are taken along, as far as they cost no request of their own.
        Instant soon = now.plus(current.interval().dividedBy(2));
        return new Due(toDo, polls.take(now, soon, ServiceNowClient.BATCH));
    }

    void pollEnded() {
        synchronized (this) {
            looking = false;
        }
        setWakeUp();
    }

    /** When to look again where no time is known at which it will be different. */
    @NonNull
    Instant nextPoll(@NonNull PendingApproval gate) {
        return here.instant().plus(interval(gate));
    }

    @NonNull
    Instant nextPoll(@NonNull PendingApproval gate, @NonNull Decision.Wait wait) {
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
        Instant latest = now.plus(MAX_DELAY);
        return shortlyBefore.isBefore(latest) ? shortlyBefore : latest;
    }

    private Duration interval(PendingApproval gate) {
        return rateLimiter.intervalFactor(policy.get().intervalAfter(Duration.between(gate.since(), here.instant())));
    }
}
