package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jvnet.localizer.Localizable;

/**
 * Decides about the deployments whose changes were just read, in this order: by the change alone, by its approvals, by its
 * conflicts; and before a release by the change once more, because reading the others took time. If that took long, it is
 * read again.
 */
final class ReleaseCheck {
    /** A change that was read longer ago is read once more before its release. */
    private static final Duration RECENT = Duration.ofSeconds(10);

    private final ConnectionContext context;
    private final ChangeTransitioner transitioner;
    private final ApprovalCheck approvals;
    private final ConflictCheck conflicts;

    ReleaseCheck(
            @NonNull ConnectionContext context,
            @NonNull ChangeTransitioner transitioner,
            @NonNull ApprovalCheck approvals) {
        this.context = context;
        this.transitioner = transitioner;
        this.approvals = approvals;
        this.conflicts = new ConflictCheck(context);
    }

    /**
     * What was read at once for several deployments.
     *
     * @param time when their changes had been read
     */
    record Batch(
            @NonNull Map<PendingApproval, PolledChange> changes,
            ApprovalCheck.Batch approvals,
            @NonNull Instant time) {}

    /**
     * What becomes of a deployment.
     *
     * @param change as it was read last
     * @param isFinal false if something that is needed to decide could not be read
     */
    record Completed(@NonNull ChangeRequest change, @NonNull ReleaseDecision decision, boolean isFinal) {}

    /** Decides by the changes alone, and reads what else is needed, with one request for up to 100 changes. */
    @NonNull
    Batch read(@NonNull Map<PendingApproval, ChangeRequest> changes) {
        Instant time = context.clock().instant();
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
        PolledChange polled = batch.changes().get(approval);
        ChangeRequest change = polled.change();
        ReleaseDecision decision = polled.decision();
        if (decision instanceof ReleaseDecision.Wait) {
            approval.settleReplanning(change, context.states().get());
            decision = transitioner.explain(approval, change, decision, now());
        }
        ApprovalCheck.Verdict verdict = approvals.complete(approval, change, decision, batch.approvals());
        ReleaseDecision complete = conflicts.complete(approval, change, verdict.decision());
        if (complete instanceof ReleaseDecision.Proceed) {
            // The planned end may have passed meanwhile.
            complete = decide(approval, change);
        }
        return complete instanceof ReleaseDecision.Proceed
                        && batch.time().plus(RECENT).isBefore(context.clock().instant())
                ? readAgain(approval, change)
                : new Completed(change, complete, verdict.isFinal());
    }

    /** The change was read too long ago, because other deployments of the batch, or a slow instance, took that long. */
    private Completed readAgain(PendingApproval approval, ChangeRequest before) {
        Localizable unreadable;
        try {
            ServiceNowClient.ReadResult again =
                    approval.verify(context.read(context.clients().get(), List.of(before.sysId()))
                            .get(before.sysId()));
            if (again instanceof ServiceNowClient.ReadResult.Seen seen) {
                ChangeRequest change = seen.change();
                return new Completed(change, conflicts.complete(approval, change, decide(approval, change)), true);
            }
            unreadable = again instanceof ServiceNowClient.ReadResult.Unreadable why
                    ? why.why()
                    : Messages._ChangePoller_Absent(before.number());
        } catch (ServiceNowException e) {
            if (e.problem().concernsConnection()) {
                context.failed(e, 1);
            }
            unreadable = e.localizable();
        }
        return new Completed(
                before,
                new ReleaseDecision.Wait(Messages._ReleaseCheck_NotReadAgain(before.number(), unreadable), null),
                false);
    }
}
