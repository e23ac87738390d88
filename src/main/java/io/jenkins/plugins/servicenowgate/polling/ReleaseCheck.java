package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Decides about the deployments whose changes were just read, in this order: by the change alone, by its approvals, by its
 * conflicts; and before a release by the change once more, because reading the others took time.
 */
final class ReleaseCheck {
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

    /** What was read at once for several deployments. */
    record Batch(@NonNull Map<PendingApproval, PolledChange> changes, ApprovalCheck.Batch approvals) {}

    /** Decides by the changes alone, and reads what else is needed, with one request for up to 100 changes. */
    @NonNull
    Batch read(@NonNull Map<PendingApproval, ChangeRequest> changes) {
        Map<PendingApproval, PolledChange> polled = new HashMap<>();
        changes.forEach((approval, change) -> polled.put(approval, new PolledChange(change, decide(approval, change))));
        return new Batch(polled, approvals.read(polled));
    }

    private ReleaseDecision decide(PendingApproval approval, ChangeRequest change) {
        return approval.decide(change, now(), context.states().get());
    }

    private Instant now() {
        return context.instanceClock().instant();
    }

    /** Completes the decision about one deployment, and reports what people should know about its change. */
    @NonNull
    ApprovalCheck.Verdict complete(
            @NonNull PendingApproval approval, @NonNull PolledChange polled, ApprovalCheck.Batch read) {
        ChangeRequest change = polled.change();
        ReleaseDecision decision = polled.decision();
        if (decision instanceof ReleaseDecision.Wait) {
            approval.settleReplanning(change, context.states().get());
            decision = transitioner.explain(approval, change, decision, now());
        }
        ApprovalCheck.Verdict verdict = approvals.complete(approval, change, decision, read);
        ReleaseDecision complete = conflicts.complete(approval, change, verdict.decision());
        // The planned end may have passed meanwhile.
        return new ApprovalCheck.Verdict(
                complete instanceof ReleaseDecision.Proceed ? decide(approval, change) : complete, verdict.isFinal());
    }
}
