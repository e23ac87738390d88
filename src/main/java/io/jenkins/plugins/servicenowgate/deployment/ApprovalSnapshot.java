package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ApprovalRound;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.Serial;
import java.io.Serializable;
import java.time.Instant;

/** Who approved the change of a deployment, when that was last read. Part of the stored record. */
final class ApprovalSnapshot implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final int MAX_LENGTH = 500;

    private final String approvedBy;
    private final long approvedAt;

    ApprovalSnapshot(@NonNull ApprovalRound approvals) {
        approvedBy = TextSanitizer.clean(approvals.approvedBy(), MAX_LENGTH);
        approvedAt = ChangeSnapshot.millis(approvals.approvedAt());
    }

    /** The people, in one line; null if nobody did. */
    @CheckForNull
    String approvedBy() {
        return approvedBy == null || approvedBy.isEmpty() ? null : approvedBy;
    }

    /** When the last of them did; null if that is not known. */
    @CheckForNull
    Instant approvedAt() {
        return ChangeSnapshot.instant(approvedAt);
    }
}
