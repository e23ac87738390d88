package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Schedules the deployments that wait on one connection: which of them has a task of its own to run, which is polled
 * together with others, and when. Its timer fires when the first of them is due, but not while the instance is paused.
 */
final class PollScheduler {
    private final ConnectionContext context;
    private final WakeUpTimer wakeUp;

    private final Set<PendingApproval> gates = new HashSet<>();
    /** Deployments without a change, and deployments whose change is to be moved: one task each. */
    private final ScheduleQueue<PendingApproval> tasks = new ScheduleQueue<>();
    /** Deployments whose change is polled together with others. */
    private final ScheduleQueue<PendingApproval> polls = new ScheduleQueue<>();

    private boolean polling;
    private Instant earliestPoll = Instant.MIN;
    private Instant pollsPausedUntil = Instant.MIN;

    /** What is due at one time; each deployment is in at most one of the lists. */
    record Due(
            @NonNull List<PendingApproval> tasks, @NonNull List<PendingApproval> polls) {}

    /**
     * @param wake called when something is due; must return at once
     */
    PollScheduler(@NonNull ConnectionContext context, @NonNull Runnable wake) {
        this.context = context;
        this.wakeUp = new WakeUpTimer(context.timer(), context.clock(), wake);
    }

    synchronized void admit(@NonNull PendingApproval approval) {
        gates.add(approval);
    }

    synchronized void remove(@NonNull PendingApproval approval) {
        gates.remove(approval);
        tasks.remove(approval);
        polls.remove(approval);
    }

    synchronized int size() {
        return gates.size();
    }

    /** The deployments that are linked to a change. */
    @NonNull
    synchronized List<PendingApproval> linked() {
        return gates.stream().filter(approval -> approval.link().isLinked()).toList();
    }

    /**
     * Schedules linking, or a transition, in place of what was scheduled before. Does nothing for a deployment that was
     * removed.
     */
    void scheduleTask(@NonNull PendingApproval approval, @NonNull Instant due) {
        put(tasks, polls, approval, due);
    }

    /** Schedules a poll of the change; otherwise like {@link #scheduleTask}. */
    void schedulePoll(@NonNull PendingApproval approval, @NonNull Instant due) {
        put(polls, tasks, approval, due);
    }

    private void put(
            ScheduleQueue<PendingApproval> schedule,
            ScheduleQueue<PendingApproval> other,
            PendingApproval approval,
            Instant due) {
        synchronized (this) {
            if (!gates.contains(approval)) {
                return;
            }
            other.remove(approval);
            schedule.put(approval, due);
        }
        setWakeUp();
    }

    /**
     * Schedules the next check of a deployment anew, without regard to {@link #pausePolls}: a poll if it is linked to its
     * change, else its task.
     *
     * @return false if nothing is scheduled, because it is being checked at this time or was removed; then nothing changes,
     *     so that two checks of one deployment never run at the same time
     */
    boolean bringForward(@NonNull PendingApproval approval, @NonNull Instant task, @NonNull Instant poll) {
        synchronized (this) {
            if (!tasks.contains(approval) && !polls.contains(approval)) {
                return false;
            }
            if (approval.link().isLinked()) {
                pollsPausedUntil = Instant.MIN;
                schedulePoll(approval, poll);
            } else {
                scheduleTask(approval, task);
            }
        }
        return true;
    }

    synchronized void setWakeUp() {
        Instant task = tasks.first();
        Instant poll = polling ? null : latest(polls.first(), earliestPoll());
        Instant due = task == null || (poll != null && poll.isBefore(task)) ? poll : task;
        wakeUp.set(latest(due, context.rateLimiter().pausedUntil()));
    }

    @CheckForNull
    private static Instant latest(@CheckForNull Instant due, Instant atLeast) {
        return due == null || due.isAfter(atLeast) ? due : atLeast;
    }

    /** Removes and returns what is due. No further polls are due until {@link #pollEnded}. */
    @NonNull
    synchronized Due take() {
        Instant now = context.clock().instant();
        if (context.rateLimiter().pausedUntil().isAfter(now)) {
            return new Due(List.of(), List.of());
        }
        PollingPolicy current = context.policy().get();
        List<PendingApproval> toDo = tasks.take(now);
        Instant poll = latest(polls.first(), earliestPoll());
        if (polling || poll == null || poll.isAfter(now)) {
            return new Due(toDo, List.of());
        }
        polling = true;
        earliestPoll = now.plus(current.delayBetweenPolls());
        // Deployments that are due soon are included as far as they need no further request.
        Instant soon = now.plus(current.interval().dividedBy(2));
        return new Due(toDo, polls.take(now, soon, ServiceNowClient.BATCH));
    }

    /** No poll is due before this time. */
    synchronized void pausePolls(@NonNull Instant until) {
        pollsPausedUntil = until;
    }

    private Instant earliestPoll() {
        return earliestPoll.isAfter(pollsPausedUntil) ? earliestPoll : pollsPausedUntil;
    }

    void pollEnded() {
        synchronized (this) {
            polling = false;
        }
        setWakeUp();
    }

    /** When to poll again if it is not known when the decision will change. */
    @NonNull
    Instant nextPoll(@NonNull PendingApproval approval) {
        return context.clock().instant().plus(interval(approval));
    }

    /**
     * @param atLatest by the clock of the instance, or null
     */
    @NonNull
    Instant nextPoll(
            @NonNull PendingApproval approval, @NonNull ReleaseDecision.Wait wait, @CheckForNull Instant atLatest) {
        Instant next = nextPoll(approval, wait);
        if (atLatest == null) {
            return next;
        }
        Instant now = context.clock().instant();
        Instant latest = now.plus(Duration.between(context.instanceClock().instant(), atLatest));
        // Not at once: what is due now was tried just before.
        return latest.isAfter(now) && latest.isBefore(next) ? latest : next;
    }

    @NonNull
    Instant nextPoll(@NonNull PendingApproval approval, @NonNull ReleaseDecision.Wait wait) {
        Instant now = context.clock().instant();
        Duration interval = interval(approval);
        Instant known = wait.until();
        if (known == null) {
            return now.plus(interval);
        }
        Duration untilThen = Duration.between(context.instanceClock().instant(), known);
        if (untilThen.compareTo(interval) <= 0) {
            return now.plus(untilThen);
        }
        // People may bring the start forward, or cancel the change.
        Duration longest =
                context.rateLimiter().intervalFactor(context.policy().get().longest());
        Duration shortlyBefore = untilThen.minus(interval);
        return now.plus(Collections.min(List.of(shortlyBefore, longest)));
    }

    private Duration interval(PendingApproval approval) {
        Duration waited =
                Duration.between(approval.since(), context.instanceClock().local());
        return context.rateLimiter().intervalFactor(context.policy().get().intervalAfter(waited));
    }
}
