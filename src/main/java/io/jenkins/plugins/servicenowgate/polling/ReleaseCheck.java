package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jvnet.localizer.Localizable;

/**
 * Decides about the deployments whose changes were just read, in this order: by the change alone, by its approvals, by its
 * conflicts; and before a release by the change once more, because reading the others took time. If that took long, the
 * changes of all that may be released are read again, with one request.
 */
final class ReleaseCheck {
    private static final Logger LOGGER = Logger.getLogger(ReleaseCheck.class.getName());

    private final ConnectionContext context;
    private final BatchReader reader;
    private final ChangeTransitioner transitioner;
    private final ApprovalCheck approvals;
    private final ConflictCheck conflicts;
    private final AtomicInteger failures = new AtomicInteger();

    ReleaseCheck(
            @NonNull ConnectionContext context,
            @NonNull BatchReader reader,
            @NonNull ChangeTransitioner transitioner,
            @NonNull ApprovalCheck approvals) {
        this.context = context;
        this.reader = reader;
        this.transitioner = transitioner;
        this.approvals = approvals;
        this.conflicts = new ConflictCheck(context);
    }

    /** What was read at once for several deployments, each of which is completed once. */
    static final class Batch {
        private final Map<PendingApproval, PolledChange> changes;
        private final ApprovalCheck.Batch approvals;
        /** Why changes could not be read again. */
        private final Map<PendingApproval, Localizable> unreadable = new HashMap<>();
        /** Deployments that are not completed. */
        private final Set<PendingApproval> left;

        private final ConnectionContext.ReadTime time;

        /** When changes had been read again. */
        private final Map<PendingApproval, ConnectionContext.ReadTime> again = new HashMap<>();

        private Batch(
                Map<PendingApproval, PolledChange> changes,
                ApprovalCheck.Batch approvals,
                ConnectionContext.ReadTime time) {
            this.changes = changes;
            this.approvals = approvals;
            this.left = new LinkedHashSet<>(changes.keySet());
            this.time = time;
        }

        /** Whether this controller's clock was set since the changes were requested. */
        boolean isClockSet(@NonNull ConnectionContext context) {
            return context.isSetSince(time);
        }

        private ConnectionContext.ReadTime time(PendingApproval approval) {
            return again.getOrDefault(approval, time);
        }

        /** The change of a deployment, as it was read last. */
        @NonNull
        PolledChange of(@NonNull PendingApproval approval) {
            return changes.get(approval);
        }
    }

    /**
     * What becomes of a deployment.
     *
     * @param change as it was read last
     * @param isFinal false if something that is needed to decide could not be read
     */
    record Completed(@NonNull ChangeRequest change, @NonNull ReleaseDecision decision, boolean isFinal) {}

    /**
     * Decides by the changes alone, and reads what else is needed, with one request for up to 100 changes.
     *
     * @param time when the first of the changes had been read
     */
    @NonNull
    Batch read(@NonNull Map<PendingApproval, ChangeRequest> changes, @NonNull ConnectionContext.ReadTime time) {
        Map<PendingApproval, PolledChange> polled = new HashMap<>();
        changes.forEach((approval, change) -> polled.put(approval, new PolledChange(change, decide(approval, change))));
        return new Batch(polled, approvals.read(polled), time);
    }

    private ReleaseDecision decide(PendingApproval approval, ChangeRequest change) {
        return approval.decide(change, now(), context.states().get());
    }

    private Instant now() {
        return context.instanceClock().instant();
    }

    /** Completes the decision about one deployment, and reports what people should know about its change. */
    @NonNull
    Completed complete(@NonNull PendingApproval approval, @NonNull Batch batch) {
        Completed completed = judge(approval, batch);
        if (isTooOld(completed, approval, batch)) {
            readAgain(approval, false, batch);
            completed = judgeAgain(approval, completed.change(), batch);
        }
        if (isTooOld(completed, approval, batch)) {
            // Those that were to be read together had to be read one after another.
            readAgain(approval, true, batch);
            completed = judgeAgain(approval, completed.change(), batch);
        }
        batch.left.remove(approval);
        // The planned end may have passed meanwhile.
        return completed.decision() instanceof ReleaseDecision.Proceed
                ? new Completed(completed.change(), decide(approval, completed.change()), completed.isFinal())
                : completed;
    }

    private boolean isTooOld(Completed completed, PendingApproval approval, Batch batch) {
        return completed.decision() instanceof ReleaseDecision.Proceed
                && !approval.isEnded()
                && !context.isRecent(batch.time(approval));
    }

    private Completed judge(PendingApproval approval, Batch batch) {
        PolledChange polled = batch.of(approval);
        ChangeRequest change = polled.change();
        if (batch.unreadable.containsKey(approval)) {
            return notReadAgain(approval, change, batch);
        }
        ReleaseDecision decision = polled.decision();
        if (decision instanceof ReleaseDecision.Wait) {
            approval.settleReplanning(change, context.states().get());
            decision = transitioner.explain(approval, change, decision, now());
        }
        ApprovalCheck.Verdict verdict = approvals.complete(approval, change, decision, batch.approvals);
        return new Completed(change, conflicts.complete(approval, change, verdict.decision()), verdict.isFinal());
    }

    /** Approvals and conflicts are not judged again: an instance that is always slow releases, too. */
    private static Completed judgeAgain(PendingApproval approval, ChangeRequest before, Batch batch) {
        if (batch.unreadable.containsKey(approval)) {
            return notReadAgain(approval, before, batch);
        }
        PolledChange again = batch.of(approval);
        return new Completed(again.change(), again.decision(), true);
    }

    private static Completed notReadAgain(PendingApproval approval, ChangeRequest before, Batch batch) {
        return new Completed(
                before,
                new ReleaseDecision.Wait(
                        Messages._ReleaseCheck_NotReadAgain(before.number(), batch.unreadable.get(approval)), null),
                false);
    }

    /**
     * Reads the change of a deployment again, and of all others that may be released as many as the same request can: other
     * deployments of the batch, or a slow instance, took that long. What can't be read now is not tried once more for this
     * batch.
     */
    private void readAgain(PendingApproval due, boolean alone, Batch batch) {
        Set<PendingApproval> open = new LinkedHashSet<>(batch.left);
        open.removeIf(approval -> approval.isEnded()
                || batch.unreadable.containsKey(approval)
                || !(batch.of(approval).decision() instanceof ReleaseDecision.Proceed));
        List<PendingApproval> together = alone
                ? List.of(due)
                : reader.together(due, open, approval -> approval.link().sysId());
        ApprovalCheck.Approvals.Unknown paused = approvals.paused();
        Localizable problem = paused == null ? null : paused.why();
        // What fails for one change alone says nothing about the others.
        boolean concernsAll = problem != null || together.size() > 1;
        try {
            if (problem == null) {
                reader.readBatches(together, approval -> approval.link().sysId(), (results, time) -> {
                    boolean clockSet = context.isSetSince(time);
                    results.forEach((approval, result) -> {
                        batch.again.put(approval, time);
                        seenAgain(approval, approval.verify(result), clockSet, batch);
                    });
                });
                failures.set(0);
                return;
            }
        } catch (ServiceNowException e) {
            concernsAll |= e.problem().concernsConnection();
            if (e.problem().concernsConnection()) {
                context.failed(e, failures.incrementAndGet());
            }
            problem = e.localizable();
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "Changes could not be read again; the gate retries");
            problem = Messages._ChangePoller_InternalError(String.valueOf(e));
        }
        for (PendingApproval unread : concernsAll ? open : together) {
            if (unread == due || !batch.again.containsKey(unread)) {
                batch.unreadable.put(unread, problem);
            }
        }
    }

    private void seenAgain(
            PendingApproval approval, ServiceNowClient.ReadResult result, boolean clockSet, Batch batch) {
        ChangeRequest before = batch.of(approval).change();
        if (result instanceof ServiceNowClient.ReadResult.Seen seen
                && !clockSet
                && isJudgedAlike(before, seen.change())) {
            batch.changes.put(approval, new PolledChange(seen.change(), decide(approval, seen.change())));
        } else {
            batch.unreadable.put(approval, whyNotReadAgain(result, clockSet, before.number()));
        }
    }

    private static Localizable whyNotReadAgain(ServiceNowClient.ReadResult result, boolean clockSet, String number) {
        if (clockSet) {
            return Messages._ReleaseCheck_ClockSet();
        }
        if (result instanceof ServiceNowClient.ReadResult.Seen) {
            return Messages._ReleaseCheck_Changed();
        }
        return result instanceof ServiceNowClient.ReadResult.Unreadable unreadable
                ? unreadable.why()
                : Messages._ChangePoller_Absent(number);
    }

    /** Whether what was judged by the approvals and conflicts of a change still holds, as it was read later. */
    private static boolean isJudgedAlike(ChangeRequest before, ChangeRequest change) {
        return before.isStandard() == change.isStandard()
                && before.assessment().equals(change.assessment())
                && Objects.equals(before.plannedStart(), change.plannedStart())
                && Objects.equals(before.plannedEnd(), change.plannedEnd());
    }
}
