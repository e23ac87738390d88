package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.SuppressFBWarnings;
import hudson.Util;
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
    /** Null if it was stored by an earlier version. */
    private final Boolean onHold;

    private final String onHoldReason;
    private final String conflictStatus;
    private final String risk;
    private final Boolean outsideMaintenanceSchedule;
    private final Boolean cabRequired;

    private ChangeSnapshot() {
        at = 0;
        title = null;
        state = null;
        approval = null;
        plannedStart = 0;
        plannedEnd = 0;
        onHold = null;
        onHoldReason = null;
        conflictStatus = null;
        risk = null;
        outsideMaintenanceSchedule = null;
        cabRequired = null;
    }

    ChangeSnapshot(@NonNull ChangeRequest change, @NonNull Instant now) {
        at = now.toEpochMilli();
        title = TextSanitizer.clean(change.shortDescription());
        state = change.stateLabel();
        approval = TextSanitizer.clean(change.approval(), 40);
        plannedStart = millis(change.plannedStart());
        plannedEnd = millis(change.plannedEnd());
        onHold = change.onHold();
        onHoldReason = TextSanitizer.clean(change.onHoldReason());
        conflictStatus = Util.fixEmpty(TextSanitizer.clean(change.assessment().conflictStatus(), 40));
        risk = Util.fixEmpty(TextSanitizer.clean(change.assessment().risk(), 40));
        outsideMaintenanceSchedule = change.assessment().outsideMaintenanceSchedule();
        cabRequired = change.assessment().cabRequired();
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

    /** Whether the change was on hold; null if that is not known. */
    @CheckForNull
    @SuppressFBWarnings(value = "NP_BOOLEAN_RETURN_NULL", justification = "unknown is not false")
    public Boolean getOnHold() {
        return onHold;
    }

    /** The reason of the hold; null if there is no hold, empty if it has none. */
    @CheckForNull
    public String getOnHoldReason() {
        return Boolean.TRUE.equals(onHold) ? Util.fixNull(onHoldReason) : null;
    }

    /** For example Conflict or Not Run; null if that is not known. */
    @CheckForNull
    public String getConflictStatus() {
        return conflictStatus;
    }

    /** The label of the risk; null if that is not known. */
    @CheckForNull
    public String getRisk() {
        return risk;
    }

    /** Whether the change is planned outside its maintenance schedule; null if that is not known. */
    @CheckForNull
    @SuppressFBWarnings(value = "NP_BOOLEAN_RETURN_NULL", justification = "unknown is not false")
    public Boolean getOutsideMaintenanceSchedule() {
        return outsideMaintenanceSchedule;
    }

    /** Whether the Change Advisory Board has to discuss the change; null if that is not known. */
    @CheckForNull
    @SuppressFBWarnings(value = "NP_BOOLEAN_RETURN_NULL", justification = "unknown is not false")
    public Boolean getCabRequired() {
        return cabRequired;
    }

    static long millis(@CheckForNull Instant instant) {
        return instant == null ? 0 : instant.toEpochMilli();
    }

    @CheckForNull
    public static Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }
}
