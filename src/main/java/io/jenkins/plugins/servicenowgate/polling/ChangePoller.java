package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jvnet.localizer.Localizable;

/**
 * Holds the deployments that wait on one connection: links each to its change, then polls all their changes together. A
 * waiting deployment costs one object and one entry in the scheduler; there is one timer, which only passes work to the
 * workers.
 */
public final class ChangePoller {
    private static final Logger LOGGER = Logger.getLogger(ChangePoller.class.getName());
    private static final int MAX_CONCURRENT_LINKS = 4;
    /** Deployments that are added within this time are checked with one request. */
    private static final Duration STARTS_TOGETHER = Duration.ofMillis(200);
    /** Between two checks of a deployment that people ask for. */
    private static final Duration MIN_CHECK_DISTANCE = Duration.ofSeconds(5);

    private final ConnectionContext context;
    private final PollScheduler scheduler;
    private final KeyedSerialExecutor serialExecutor;
    private final ChangeResolver resolver;
    private final ChangeTransitioner transitioner;
    private final BatchReader reader;
    private final ApprovalCheck approvals;
    private final ReleaseCheck releaseCheck;

    private final AtomicInteger failedPolls = new AtomicInteger();

    public ChangePoller(@NonNull ConnectionContext context) {
        this.context = context;
        this.scheduler = new PollScheduler(context, () -> context.workers().execute(this::wake));
        this.serialExecutor = new KeyedSerialExecutor(MAX_CONCURRENT_LINKS, context.workers());
        this.resolver = new ChangeResolver(context);
        this.transitioner = new ChangeTransitioner(context);
        this.reader = new BatchReader(context);
        this.approvals = new ApprovalCheck(context);
        this.releaseCheck = new ReleaseCheck(context, reader, transitioner, approvals);
    }

    /**
     * Adds a deployment that begins to wait, or whose build starts now: its change is checked at once, together with those
     * of other deployments that are added at the same time. Returns at once.
     */
    public void start(@NonNull PendingApproval approval) {
        add(approval, STARTS_TOGETHER);
    }

    /**
     * Adds a deployment that continues after a restart. All of them arrive at once; spread over an interval, they cause
     * no more requests than before. Returns at once.
     */
    public void resume(@NonNull PendingApproval approval) {
        long interval = policy().interval().toMillis();
        add(approval, Duration.ofMillis(interval / 2 + context.random().nextLong(Math.max(1, interval))));
    }

    private void add(PendingApproval approval, Duration firstPoll) {
        scheduler.admit(approval);
        Instant now = context.clock().instant();
        if (approval.link().isLinked()) {
            scheduler.schedulePoll(approval, now.plus(firstPoll));
        } else {
            scheduler.scheduleTask(approval, now);
        }
        Localizable reason = context.rateLimiter().pauseReason();
        if (reason != null && context.rateLimiter().pausedUntil().isAfter(now)) {
            context.workers().execute(() -> approval.reportError(reason, false));
        }
    }

    /**
     * Checks the change of a waiting deployment at once, because a person asks for it. Returns at once.
     *
     * @return false if the deployment does not wait here, its change is being checked or was a few seconds ago, or requests
     *     to the instance are paused; then nothing changes
     */
    public boolean checkNow(@NonNull PendingApproval approval) {
        Instant now = context.clock().instant();
        if (approval.isEnded()
                || context.rateLimiter().pausedUntil().isAfter(now)
                || approval.lastPolled().isAfter(now.minus(MIN_CHECK_DISTANCE))
                || !scheduler.bringForward(approval, now, now.plus(STARTS_TOGETHER))) {
            return false;
        }
        approval.polledAt(now);
        return true;
    }

    /**
     * Removes a deployment without an outcome. After that its listener is not called any more.
     *
     * @return true if it had no outcome yet
     */
    public boolean cancel(@NonNull PendingApproval approval) {
        boolean first = approval.end();
        scheduler.remove(approval);
        return first;
    }

    /** The number of waiting deployments. */
    public int size() {
        return scheduler.size();
    }

    private PollingPolicy policy() {
        return context.policy().get();
    }

    private void wake() {
        PollScheduler.Due due = scheduler.take();
        due.tasks().forEach(this::startTask);
        scheduler.setWakeUp();
        if (!due.polls().isEmpty()) {
            poll(due.polls());
        }
    }

    private void startTask(PendingApproval approval) {
        try {
            if (!approval.link().isLinked()) {
                serialExecutor.execute(approval.serialKey(), () -> run(approval, this::link));
            } else if (approval.mayBeUpdated()) {
                serialExecutor.execute(approval.link().sysId(), () -> run(approval, this::move));
            } else {
                // It was linked after the task had been scheduled.
                scheduler.schedulePoll(approval, context.clock().instant());
            }
        } catch (RuntimeException | Error e) {
            // Such as one of the system, which has no more threads. The executor keeps the task for its next thread.
            LOGGER.log(Level.WARNING, e, () -> "A check begins later, because no thread could be started");
        }
    }

    /** Whatever is thrown, also by another plugin that takes part in a log, the deployment is checked again. */
    private void run(PendingApproval approval, Consumer<PendingApproval> task) {
        try {
            task.accept(approval);
        } catch (RuntimeException | Error e) {
            retryTask(approval, policy().afterFailures(approval.countFailure(), context.random()));
            internalError(approval, e);
        }
    }

    // ---- linking

    private void link(PendingApproval approval) {
        if (approval.isEnded()) {
            return;
        }
        Instant pausedUntil = context.rateLimiter().pausedUntil();
        if (pausedUntil.isAfter(context.clock().instant())) {
            scheduler.scheduleTask(approval, pausedUntil);
            Localizable reason = context.rateLimiter().pauseReason();
            if (reason != null) {
                approval.reportError(reason, false);
            }
            return;
        }
        try {
            Localizable refusal = approvals.refusesStart(approval);
            if (refusal != null) {
                end(approval, refusal);
                return;
            }
            ServiceNowClient client = context.clients().get();
            ConnectionContext.ReadTime time = context.readTime();
            ChangeResolver.LinkResult result = resolver.link(approval, client, policy());
            if (!context.isSetSince(time)) {
                context.instanceClock().compare(client.clockDifference());
            }
            context.rateLimiter().succeeded();
            approval.reportRecovery();
            if (result instanceof ChangeResolver.LinkResult.Linked linked) {
                approval.report(linked.news());
                act(approval, linked.change(), time);
            } else if (result instanceof ChangeResolver.LinkResult.Refused refused) {
                end(approval, refused.reason());
            } else if (result instanceof ChangeResolver.LinkResult.Unsettled unsettled) {
                approval.reportOutage(unsettled.news());
                retryTask(approval, policy().firstRetry());
            }
        } catch (ServiceNowException e) {
            if (approval.link().isLinked() || e.problem().isTransient()) {
                taskFailed(approval, e);
            } else {
                end(approval, refusal(e));
            }
        } catch (IOException | RuntimeException | Error e) {
            if (approval.link().isLinked() && !(e instanceof IOException)) {
                scheduler.schedulePoll(approval, scheduler.nextPoll(approval));
                internalError(approval, e);
            } else {
                end(approval, Messages._ChangePoller_Failed(String.valueOf(e)));
            }
        }
    }

    private void taskFailed(PendingApproval approval, ServiceNowException e) {
        if (isOver(approval, e)) {
            end(approval, refusal(e));
        } else {
            retryTask(approval, context.failed(e, approval.countFailure()));
        }
    }

    /** Reports a failure; returns true if it ends a deployment that is linked to its change. */
    private boolean isOver(PendingApproval approval, ServiceNowException e) {
        if (e.problem().endsAtOnce()) {
            return true;
        }
        if (e.problem().isTransientOnceLinked()) {
            approval.reportError(e.localizable(), false);
            return false;
        }
        approval.reportError(e.localizable(), true);
        return !e.isRepeated()
                && approval.definiteFailures().add(context.clock().instant(), policy());
    }

    private static Localizable refusal(ServiceNowException e) {
        return Messages._ChangePoller_Refused(e.localizable().toString());
    }

    private void retryTask(PendingApproval approval, Duration wait) {
        long spread = context.random().nextLong(Math.max(1, Math.min(1000, wait.toMillis() / 5)));
        scheduler.scheduleTask(approval, context.clock().instant().plus(wait).plusMillis(spread));
    }

    private void end(PendingApproval approval, Localizable reason) {
        scheduler.remove(approval);
        approval.refuse(reason);
    }

    // ---- updates of a change before its deployment

    private void move(PendingApproval approval) {
        if (approval.isEnded()) {
            return;
        }
        ConnectionContext.ReadTime began = context.readTime();
        try {
            ChangeTransitioner.TransitionResult result =
                    transitioner.move(approval, context.clients().get());
            if (result instanceof ChangeTransitioner.TransitionResult.Read read) {
                act(approval, read.change(), context.readTime(began));
            } else if (result instanceof ChangeTransitioner.TransitionResult.NotRead notRead) {
                onPolled(Map.of(approval, notRead.result()), context.readTime());
            } else if (result instanceof ChangeTransitioner.TransitionResult.Unavailable unavailable) {
                approval.reportRecovery();
                ReleaseDecision.Wait wait = new ReleaseDecision.Wait(unavailable.why(), null);
                scheduler.scheduleTask(approval, waits(approval, unavailable.change(), wait, true));
            } else if (result instanceof ChangeTransitioner.TransitionResult.NotApplied notApplied) {
                moveFailed(approval, notApplied.news(), notApplied.refusal(), null);
            } else if (result instanceof ChangeTransitioner.TransitionResult.Rejected rejected) {
                moveFailed(approval, rejected.news(), rejected.refusal(), rejected.failure());
            }
        } catch (ServiceNowException e) {
            taskFailed(approval, e);
        }
    }

    /** Returns when the change is read next. */
    private Instant waits(PendingApproval approval, ChangeRequest change, ReleaseDecision.Wait wait, boolean isFinal) {
        Instant now = context.instanceClock().instant();
        Instant replanned =
                ColumnUpdate.replannedAt(approval, change, now, context.states().get());
        Instant next = scheduler.nextPoll(approval, wait, replanned);
        approval.onWaits(change, wait, context.wallTime(next), isFinal);
        return next;
    }

    private void moveFailed(
            PendingApproval approval, Localizable news, Localizable refusal, @CheckForNull ServiceNowException e) {
        approval.reportOutage(news);
        boolean repeated = e != null && e.isRepeated();
        if (!repeated && approval.definiteFailures().add(context.clock().instant(), policy())) {
            end(approval, refusal);
            return;
        }
        int tries = approval.definiteFailures().tries();
        retryTask(
                approval,
                e == null ? policy().afterDefiniteFailures(tries, context.random()) : context.failed(e, tries));
    }

    // ---- polling

    private void poll(List<PendingApproval> due) {
        Set<PendingApproval> left = new HashSet<>(due);
        left.removeIf(PendingApproval::isEnded);
        Instant next = context.clock().instant();
        try {
            next = next.plus(policy().interval());
            read(due.stream().filter(left::contains).toList(), left);
            failedPolls.set(0);
            context.rateLimiter().succeeded();
        } catch (ServiceNowException e) {
            next = context.clock().instant();
            pollFailed(e);
        } catch (RuntimeException | Error e) {
            Duration wait = policy().afterFailures(failedPolls.incrementAndGet(), context.random());
            scheduler.pausePolls(context.clock().instant().plus(wait));
            left.forEach(approval -> internalError(approval, e));
        } finally {
            for (PendingApproval approval : left) {
                if (!approval.isEnded()) {
                    scheduler.schedulePoll(approval, next);
                }
            }
            scheduler.pollEnded();
        }
    }

    /** Reads the changes of deployments; removes those from {@code left} that were handled, also if a later batch fails. */
    private void read(List<PendingApproval> due, Set<PendingApproval> left) throws ServiceNowException {
        reader.readBatches(due, approval -> approval.link().sysId(), (results, time) -> {
            results.replaceAll(PendingApproval::verify);
            onPolled(results, time);
            left.removeAll(results.keySet());
        });
    }

    private void onPolled(Map<PendingApproval, ServiceNowClient.ReadResult> results, ConnectionContext.ReadTime time) {
        Map<PendingApproval, ChangeRequest> changes = new HashMap<>();
        results.forEach((approval, result) -> {
            if (result instanceof ServiceNowClient.ReadResult.Seen seen) {
                changes.put(approval, seen.change());
            }
        });
        ReleaseCheck.Batch batch = releaseCheck.read(changes, time);
        results.forEach((approval, result) -> onPolled(approval, result, batch));
    }

    /** A failed poll concerns all linked deployments, also those that were not due. */
    private void pollFailed(ServiceNowException e) {
        int failures = e.isRepeated() ? failedPolls.get() : failedPolls.incrementAndGet();
        Duration wait = context.failed(e, failures);
        scheduler.pausePolls(context.clock().instant().plus(wait));
        for (PendingApproval approval : scheduler.linked()) {
            if (isOver(approval, e)) {
                end(approval, refusal(e));
            }
        }
    }

    /** Handles the result of one deployment, so that a failure of the plugin concerns no other. */
    private void onPolled(PendingApproval approval, ServiceNowClient.ReadResult result, ReleaseCheck.Batch batch) {
        approval.polledAt(context.clock().instant());
        try {
            if (result instanceof ServiceNowClient.ReadResult.Seen) {
                approval.reportRecovery();
                act(approval, batch);
            } else if (result instanceof ServiceNowClient.ReadResult.Unreadable unreadable) {
                scheduler.schedulePoll(approval, scheduler.nextPoll(approval));
                approval.reportError(unreadable.why(), false);
            } else {
                onAbsent(approval);
            }
        } catch (RuntimeException | Error e) {
            scheduler.schedulePoll(approval, scheduler.nextPoll(approval));
            internalError(approval, e);
        }
    }

    /** An error of this plugin or another one: the deployment keeps waiting. */
    private void internalError(PendingApproval approval, Throwable e) {
        LOGGER.log(Level.WARNING, e, () -> "A deployment could not be checked; the check is repeated");
        try {
            approval.reportInternalError(e);
        } catch (RuntimeException | Error broken) {
            LOGGER.log(Level.WARNING, broken, () -> "The failed check could not be reported");
        }
    }

    /** Access rules and replicas can lag: one response without the change proves nothing. */
    private void onAbsent(PendingApproval approval) {
        String number = String.valueOf(approval.link().number());
        approval.reportRecovery();
        if (approval.definiteFailures().add(context.clock().instant(), policy())) {
            end(approval, Messages._ChangePoller_Vanished(number));
        } else {
            scheduler.schedulePoll(approval, scheduler.nextPoll(approval));
            approval.reportOutage(Messages._ChangePoller_Absent(number));
        }
    }

    // ---- after a change was read

    private void act(PendingApproval approval, ChangeRequest change, ConnectionContext.ReadTime time) {
        act(approval, releaseCheck.read(Map.of(approval, change), time));
    }

    private void act(PendingApproval approval, ReleaseCheck.Batch batch) {
        if (batch.isClockSet(context)) {
            // A poll compares the clocks before it decides about the planned window.
            scheduler.schedulePoll(approval, context.clock().instant());
            return;
        }
        PolledChange polled = batch.of(approval);
        ChangeRequest change = polled.change();
        context.seenStates().record(change, context.states().get(), context.clients());
        long ahead = context.instanceClock().difference().toMinutes();
        if (ahead != 0) {
            approval.reportOnce(Messages._ChangePoller_ClockDiffers(String.valueOf(ahead)));
        }
        Instant now = context.instanceClock().instant();
        if (polled.decision() instanceof ReleaseDecision.Wait
                && ColumnUpdate.due(approval, change, now, context.states().get()) != null) {
            scheduler.scheduleTask(approval, context.clock().instant());
            return;
        }
        ReleaseCheck.Completed completed = releaseCheck.complete(approval, batch);
        if (completed.decision() instanceof ReleaseDecision.Wait wait) {
            scheduler.schedulePoll(approval, waits(approval, completed.change(), wait, completed.isFinal()));
        } else {
            scheduler.remove(approval);
            approval.onEnds(completed.change(), completed.decision());
        }
    }
}
