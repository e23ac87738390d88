package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.List;
import org.jvnet.localizer.Localizable;

/** The approvals of one change, as one request returned them. */
public sealed interface ApprovalsResult {
    /** All approvals that the instance returned, possibly none: a missing right shows as an empty list, too. */
    record Read(@NonNull List<ChangeApproval> approvals) implements ApprovalsResult {
        public Read {
            approvals = List.copyOf(approvals);
        }
    }

    /** The response is incomplete, or lacks a column without which an approval means nothing. */
    record Unreadable(@NonNull Localizable why) implements ApprovalsResult {}
}
