package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Instant;

/**
 * The approval that was requested of one person for a change: a row of {@code sysapproval_approver}. Its texts are
 * untrusted: sanitize them with {@link TextSanitizer} before showing them.
 *
 * @param approver the {@code sys_id} of the person who is asked
 * @param userName of the approver; empty if the integration user may not read it, as with name and email
 * @param group the name of the group for which the person is asked; empty for a person who is asked alone
 * @param state {@code requested}, {@code approved}, {@code rejected}, {@code cancelled}, {@code not_required} …
 * @param comment the newest comment, or empty
 * @param updatedBy the user name of whoever changed the row last; empty if not readable
 * @param created when it was requested (UTC), or null if not readable
 * @param updated when the row was changed last, by the decision if there is one; or null if not readable
 */
public record ChangeApproval(
        @NonNull SysId approver,
        @NonNull String userName,
        @NonNull String name,
        @NonNull String email,
        @NonNull String group,
        @NonNull String state,
        @NonNull String comment,
        @NonNull String updatedBy,
        @CheckForNull Instant created,
        @CheckForNull Instant updated) {
    public boolean isRequested() {
        return state.equals("requested");
    }

    public boolean isApproved() {
        return state.equals("approved");
    }

    public boolean isRejected() {
        return state.equals("rejected");
    }

    /** Whether the request was withdrawn, as when a change is sent back to New. */
    public boolean isCancelled() {
        return state.equals("cancelled");
    }

    /** The name for people; the best of what is readable. */
    @NonNull
    public String person() {
        String clean = TextSanitizer.clean(name, 60);
        String user = TextSanitizer.clean(userName, 60);
        if (clean.isEmpty()) {
            return user.isEmpty() ? approver.value() : user;
        }
        return user.isEmpty() ? clean : clean + " (" + user + ")";
    }
}
