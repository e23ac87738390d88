package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.Decision;
import io.jenkins.plugins.servicenowgate.rules.ReleaseRule;
import io.jenkins.plugins.servicenowgate.rules.TransitionRule;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
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

    private final AtomicInteger failedPolls = new AtomicInteger();

    public ChangePoller(@NonNull ConnectionContext context) {
        this.context = context;
        this.scheduler = new PollScheduler(context, () -> context.workers().execute(this::wake));
        this.serialExecutor = new KeyedSerialExecutor(MAX_CONCURRENT_LINKS, context.workers());
        this.resolver = new ChangeResolver(context);
        this.transitioner = new ChangeTransitioner(context.instanceClock());
        this.reader = new BatchReader(context);
    }

    /**
     * Adds a deployment that begins to wait, or whose build starts now: its change is checked at once, together with those
     * of other deployments that are added at the same time. Returns at once.
     */
    public void start(@NonNull PendingApproval gate) {
        add(gate, STARTS_TOGETHER);
    }

    /**
     * Adds a deployment that continues after a restart. All of them arrive at once; spread over an interval, they cause
     * no more requests than before. Returns at once.
     */
    public void resume(@NonNull PendingApproval gate) {
        long interval = policy().interval().toMillis();
        add(gate, Duration.ofMillis(interval / 2 + context.random().nextLong(Math.max(1, interval))));
    }

    private void add(PendingApproval gate, Duration firstPoll) {
        scheduler.admit(gate);
        Instant now = context.clock().instant();
        if (gate.record().isLinked()) {
            scheduler.schedulePoll(gate, now.plus(firstPoll));
        } else {
            scheduler.scheduleTask(gate, now);
        }
        Localizable reason = context.rateLimiter().pauseReason();
        if (reason != null && context.rateLimiter().pausedUntil().isAfter(now)) {
            context.workers().execute(() -> gate.reportError(reason, false));
        }
    }

    /**
     * Checks the change of a waiting deployment at once, because a person asks for it. Returns at once.
     *
     * @return false if the deployment does not wait here, its change was checked a few seconds ago, or requests to the
     *     instance are paused; then nothing changes
     */
    public boolean checkNow(@NonNull PendingApproval gate) {
        Instant now = context.clock().instant();
        if (gate.isEnded()
                || !scheduler.contains(gate)
                || context.rateLimiter().pausedUntil().isAfter(now)
                || Duration.between(latest(gate.lastPolled(), now.minus(MIN_CHECK_DISTANCE)), now)
                                .compareTo(MIN_CHECK_DISTANCE)
                        < 0) {
            return false;
        }
        gate.polledAt(now);
        if (gate.record().isLinked()) {
            scheduler.resumePolls();
            scheduler.schedulePoll(gate, now.plus(STARTS_TOGETHER));
        } else {
            scheduler.scheduleTask(gate, now);
        }
        return true;
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /**
     * Removes a deployment without an outcome. After that its listener is not called any more.
     *
     * @return true if it had no outcome yet
     */
    public boolean cancel(@NonNull PendingApproval gate) {
        boolean first = gate.end();
        scheduler.remove(gate);
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
        for (PendingApproval gate : due.tasks()) {
            if (!gate.record().isLinked()) {
                serialExecutor.execute(serialKey(gate), () -> link(gate));
            } else if (mayMove(gate)) {
                serialExecutor.execute(gate.record().sysId(), () -> move(gate));
            } else {
                // It was linked after the task had been scheduled.
                scheduler.schedulePoll(gate, context.clock().instant());
            }
        }
        scheduler.setWakeUp();
        if (!due.polls().isEmpty()) {
            poll(due.polls());
        }
    }

    private static boolean mayMove(PendingApproval gate) {
        return gate.request().automaticTransition() && !gate.record().isByNumber();
    }

    private static Object serialKey(PendingApproval gate) {
        String number = gate.request().number();
        return number == null ? gate.request().title() : number;
    }

    // ---- linking

    private void link(PendingApproval gate) {
        if (gate.isEnded()) {
            return;
        }
        Instant pausedUntil = context.rateLimiter().pausedUntil();
        if (pausedUntil.isAfter(context.clock().instant())) {
            scheduler.scheduleTask(gate, pausedUntil);
            Localizable reason = context.rateLimiter().pauseReason();
            if (reason != null) {
                gate.reportError(reason, false);
            }
            return;
        }
        try {
            ServiceNowClient client = context.clients().get();
            ChangeResolver.LinkResult result = resolver.link(gate, client, policy());
            context.instanceClock().compare(client.clockDifference());
            context.rateLimiter().succeeded();
            gate.reportRecovery();
            if (result instanceof ChangeResolver.LinkResult.Linked linked) {
                gate.report(linked.news());
                act(gate, linked.change());
            } else if (result instanceof ChangeResolver.LinkResult.Refused refused) {
                end(gate, refused.reason());
            } else if (result instanceof ChangeResolver.LinkResult.Unsettled unsettled) {
                gate.reportOutage(unsettled.news());
                retryTask(gate, policy().firstRetry());
            }
        } catch (ServiceNowException e) {
            if (gate.record().isLinked() || e.problem().isTransient()) {
                taskFailed(gate, e);
            } else {
                end(gate, refusal(e));
            }
        } catch (IOException | RuntimeException e) {
            if (gate.record().isLinked() && e instanceof RuntimeException broken) {
                scheduler.schedulePoll(gate, scheduler.nextPoll(gate));
                internalError(gate, broken);
            } else {
                end(gate, Messages._ChangePoller_Failed(String.valueOf(e)));
            }
        }
    }

    private void taskFailed(PendingApproval gate, ServiceNowException e) {
        if (isOver(gate, e)) {
            end(gate, refusal(e));
        } else {
            retryTask(gate, context.failed(e, gate.countFailure()));
        }
    }

    /** Reports a failure; returns true if it ends a deployment that is linked to its change. */
    private boolean isOver(PendingApproval gate, ServiceNowException e) {
        if (e.problem().endsAtOnce()) {
            return true;
        }
        if (e.problem().isTransientOnceLinked()) {
            gate.reportError(e.localizable(), false);
            return false;
        }
        gate.reportError(e.localizable(), true);
        return !e.isRepeated() && gate.definiteFailures().add(context.clock().instant(), policy());
    }

    private static Localizable refusal(ServiceNowException e) {
        return Messages._ChangePoller_Refused(e.localizable().toString());
    }

    private void retryTask(PendingApproval gate, Duration wait) {
        long spread = context.random().nextLong(Math.max(1, Math.min(1000, wait.toMillis() / 5)));
        scheduler.scheduleTask(gate, context.clock().instant().plus(wait).plusMillis(spread));
    }

    private void end(PendingApproval gate, Localizable reason) {
        scheduler.remove(gate);
        gate.refuse(reason);
    }

    // ---- automatic transition

    private void move(PendingApproval gate) {
        if (gate.isEnded()) {
            return;
        }
        try {
            ChangeTransitioner.TransitionResult result =
                    transitioner.move(gate, context.clients().get());
            if (result instanceof ChangeTransitioner.TransitionResult.Read read) {
                act(gate, read.change());
            } else if (result instanceof ChangeTransitioner.TransitionResult.NotRead notRead) {
                onPolled(gate, notRead.result());
            } else if (result instanceof ChangeTransitioner.TransitionResult.NotApplied notApplied) {
                moveFailed(gate, notApplied.news(), notApplied.refusal(), null);
            } else if (result instanceof ChangeTransitioner.TransitionResult.Rejected rejected) {
                moveFailed(gate, rejected.news(), rejected.refusal(), rejected.failure());
            }
        } catch (ServiceNowException e) {
            taskFailed(gate, e);
        } catch (RuntimeException e) {
            retryTask(gate, policy().afterFailures(gate.countFailure(), context.random()));
            internalError(gate, e);
        }
    }

    private void moveFailed(
            PendingApproval gate, Localizable news, Localizable refusal, @CheckForNull ServiceNowException e) {
        gate.reportOutage(news);
        boolean repeated = e != null && e.isRepeated();
        if (!repeated && gate.definiteFailures().add(context.clock().instant(), policy())) {
            end(gate, refusal);
            return;
        }
        int tries = gate.definiteFailures().tries();
        retryTask(gate, e == null ? policy().afterDefiniteFailures(tries, context.random()) : context.failed(e, tries));
    }

    // ---- polling

    private void poll(List<PendingApproval> due) {
        Set<PendingApproval> left = new HashSet<>(due);
        left.removeIf(PendingApproval::isEnded);
        Instant next = context.clock().instant().plus(policy().interval());
        try {
            reader.read(
                    due.stream().filter(left::contains).toList(),
                    gate -> gate.record().sysId(),
                    (gate, result) -> {
                        left.remove(gate);
                        onPolled(gate, result);
                    });
            failedPolls.set(0);
            context.rateLimiter().succeeded();
        } catch (ServiceNowException e) {
            next = context.clock().instant();
            pollFailed(e);
        } catch (RuntimeException e) {
            Duration wait = policy().afterFailures(failedPolls.incrementAndGet(), context.random());
            scheduler.pausePolls(context.clock().instant().plus(wait));
            left.forEach(gate -> internalError(gate, e));
        } finally {
            for (PendingApproval gate : left) {
                if (!gate.isEnded()) {
                    scheduler.schedulePoll(gate, next);
                }
            }
            scheduler.pollEnded();
        }
    }

    /** A failed poll concerns all linked deployments, also those that were not due. */
    private void pollFailed(ServiceNowException e) {
        int failures = e.isRepeated() ? failedPolls.get() : failedPolls.incrementAndGet();
        Duration wait = context.failed(e, failures);
        scheduler.pausePolls(context.clock().instant().plus(wait));
        for (PendingApproval gate : scheduler.linked()) {
            if (isOver(gate, e)) {
                end(gate, refusal(e));
            }
        }
    }

    /** Handles the result of one deployment, so that a failure of the plugin concerns no other. */
    private void onPolled(PendingApproval gate, ServiceNowClient.ReadResult polled) {
        gate.polledAt(context.clock().instant());
        try {
            ServiceNowClient.ReadResult result = gate.record().verifyNumber(polled);
            if (result instanceof ServiceNowClient.ReadResult.Seen seen) {
                gate.reportRecovery();
                act(gate, seen.change());
            } else if (result instanceof ServiceNowClient.ReadResult.Unreadable unreadable) {
                scheduler.schedulePoll(gate, scheduler.nextPoll(gate));
                gate.reportError(unreadable.why(), false);
            } else {
                onAbsent(gate);
            }
        } catch (RuntimeException e) {
            scheduler.schedulePoll(gate, scheduler.nextPoll(gate));
            internalError(gate, e);
        }
    }

    /** An error of the plugin: the deployment keeps waiting. */
    private void internalError(PendingApproval gate, RuntimeException e) {
        LOGGER.log(Level.WARNING, e, () -> "A deployment could not be checked; the check is repeated");
        try {
            gate.reportInternalError(e);
        } catch (RuntimeException broken) {
            LOGGER.log(Level.WARNING, broken, () -> "The failed check could not be reported");
        }
    }

    /** Access rules and replicas can lag: one response without the change proves nothing. */
    private void onAbsent(PendingApproval gate) {
        String number = String.valueOf(gate.record().number());
        gate.reportRecovery();
        if (gate.definiteFailures().add(context.clock().instant(), policy())) {
            end(gate, Messages._ChangePoller_Vanished(number));
        } else {
            scheduler.schedulePoll(gate, scheduler.nextPoll(gate));
            gate.reportOutage(Messages._ChangePoller_Absent(number));
        }
    }

    // ---- after a change was read

    private void act(PendingApproval gate, ChangeRequest change) {
        Instant now = context.instanceClock().instant();
        long ahead = context.instanceClock().difference().toMinutes();
        if (ahead != 0) {
            gate.reportOnce(Messages._ChangePoller_ClockDiffers(String.valueOf(ahead)));
        }
        Decision decision = ReleaseRule.decide(change, now);
        if (decision instanceof Decision.Wait && gate.request().automaticTransition()) {
            if (gate.record().isByNumber()) {
                gate.reportOnce(Messages._ChangeTransitioner_LinkedByNumber(change.number()));
            } else if (TransitionRule.next(change, now) != null) {
                scheduler.scheduleTask(gate, context.clock().instant());
                return;
            } else {
                decision = ChangeTransitioner.explain(gate, change, decision, now);
            }
        }
        if (decision instanceof Decision.Wait wait) {
            Instant next = scheduler.nextPoll(gate, wait);
            gate.onPolled(change, decision, context.wallTime(next));
            scheduler.schedulePoll(gate, next);
        } else {
            scheduler.remove(gate);
            gate.onPolled(change, decision, null);
        }
    }
}
