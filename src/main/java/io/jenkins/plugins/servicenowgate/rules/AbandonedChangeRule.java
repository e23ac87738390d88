package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ApprovalsResult;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeApproval;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jvnet.localizer.Localizable;

/**
 * Decides whether the change of a deployment that did not take place may be canceled: only one that this controller
 * created, for this deployment or an earlier one, and that nobody has approved.
 */
public final class AbandonedChangeRule {
    /** Before people have approved it. */
    private static final Set<ChangeState> UNAPPROVED =
            EnumSet.of(ChangeState.NEW, ChangeState.ASSESS, ChangeState.AUTHORIZE);

    private static final String NOT_REQUESTED = "not requested";
    private static final Set<String> WITHOUT_APPROVAL = Set.of(NOT_REQUESTED, "requested", "rejected");

    private AbandonedChangeRule() {}

    /**
     * @param change as read just before
     * @param deployment the id of the deployment for which this controller created the change
     * @param deployed whether a deployment took place with the change without its approval
     * @return why the change is kept; null if it may be canceled
     */
    @CheckForNull
    public static Localizable reasonToKeep(
            @NonNull ChangeRequest change, @NonNull String deployment, boolean deployed) {
        if (!change.isCreatedFor(deployment)) {
            return Messages._AbandonedChangeRule_NotCreated(change.number());
        }
        if (deployed) {
            return Messages._AbandonedChangeRule_Deployed(change.number());
        }
        if (!isBeforeApproval(change)) {
            return Messages._AbandonedChangeRule_State(change.number(), change.stateLabel());
        }
        return mayHoldApproval(change) ? Messages._AbandonedChangeRule_Approved(change.number()) : null;
    }

    /**
     * The second half of the decision, about a change that may be canceled otherwise. A single approver may have approved it
     * although its approval as a whole is still requested.
     *
     * @param change as read just before
     * @param approvals of this change, as read after it
     * @return why the change is kept; null if it may be canceled
     */
    @CheckForNull
    public static Localizable reasonToKeep(@NonNull ChangeRequest change, @NonNull ApprovalsResult approvals) {
        if (approvals instanceof ApprovalsResult.Unreadable unreadable) {
            return Messages._AbandonedChangeRule_Unreadable(change.number(), unreadable.why());
        }
        List<ChangeApproval> read = ((ApprovalsResult.Read) approvals).approvals();
        if (read.stream().anyMatch(ChangeApproval::isApproved)) {
            return Messages._AbandonedChangeRule_Approved(change.number());
        }
        // A missing right shows as an empty list, too.
        return read.isEmpty() && !approval(change).equals(NOT_REQUESTED)
                ? Messages._AbandonedChangeRule_NoApprovals(change.number())
                : null;
    }

    /** Whether the change as a whole is certainly not approved yet, also one of a model whose states are mapped. */
    static boolean isUnapproved(@NonNull ChangeRequest change, @NonNull ModelStates states) {
        boolean before =
                switch (states.of(change)) {
                    case DEFAULT_LIFE_CYCLE -> isBeforeApproval(change);
                    case WAITS -> true;
                    case GOES, REFUSED, UNMAPPED, UNREADABLE -> false;
                };
        return before && !mayHoldApproval(change);
    }

    private static boolean isBeforeApproval(ChangeRequest change) {
        ChangeState state = change.state();
        return state != null && UNAPPROVED.contains(state);
    }

    /** Whether anybody may have approved it: also for an approval that can't be read, or that the instance defines. */
    private static boolean mayHoldApproval(ChangeRequest change) {
        return !WITHOUT_APPROVAL.contains(approval(change));
    }

    private static String approval(ChangeRequest change) {
        return change.approval().strip().toLowerCase(Locale.ROOT);
    }
}
