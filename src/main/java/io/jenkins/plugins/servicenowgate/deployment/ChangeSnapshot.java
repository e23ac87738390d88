package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.Serial;
import java.io.Serializable;
import java.time.Instant;

/**
 * The content of the change of a deployment when it was last polled; empty before the first poll. Part of the stored
 * record; times in milliseconds since the epoch, 0 for none.
 */
public final class ChangeSnapshot implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    /** The change was not polled yet. */
    static final ChangeSnapshot NONE = new ChangeSnapshot();

    private final long at;
    private final String title;
    private final String state;
    private final String approval;
    private final long plannedStart;
    private final long plannedEnd;

    private ChangeSnapshot() {
        at = 0;
        title = null;
        state = null;
        approval = null;
        plannedStart = 0;
        plannedEnd = 0;
    }

    ChangeSnapshot(@NonNull ChangeRequest change, @NonNull Instant now) {
        at = now.toEpochMilli();
        title = TextSanitizer.clean(change.shortDescription());
        state = change.stateLabel();
        approval = TextSanitizer.clean(change.approval(), 40);
        plannedStart = millis(change.plannedStart());
        plannedEnd = millis(change.plannedEnd());
    }

    @CheckForNull
    public Instant getAt() {
        return instant(at);
    }

    @CheckForNull
    public String getTitle() {
        return title;
    }

    /** The label of the state, for example Implement. */
    @CheckForNull
    public String getState() {
        return state;
    }

    @CheckForNull
    public String getApproval() {
        return approval;
    }

    @CheckForNull
    public Instant getPlannedStart() {
        return instant(plannedStart);
    }

    @CheckForNull
    public Instant getPlannedEnd() {
        return instant(plannedEnd);
    }

    static long millis(@CheckForNull Instant instant) {
        return instant == null ? 0 : instant.toEpochMilli();
    }

    @CheckForNull
    public static Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }
}
