package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ForeignText;
import java.io.Serial;
import java.io.Serializable;
import java.time.Instant;

/**
 * What was seen when the change of a deployment was last looked at. Part of the stored record; times in milliseconds
 * since 1970, 0 for none.
 */
final class LastLook implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final long at;
    private final String title;
    private final String state;
    private final String approval;
    private final long plannedStart;
    private final long plannedEnd;

    LastLook(@NonNull ChangeRequest change, @NonNull Instant now) {
        at = now.toEpochMilli();
        title = ForeignText.clean(change.shortDescription());
        state = change.stateLabel();
        approval = ForeignText.clean(change.approval(), 40);
        plannedStart = millis(change.plannedStart());
        plannedEnd = millis(change.plannedEnd());
    }

    @CheckForNull
    Instant at() {
        return instant(at);
    }

    @NonNull
    String title() {
        return title;
    }

    @NonNull
    String state() {
        return state;
    }

    @NonNull
    String approval() {
        return approval;
    }

    @CheckForNull
    Instant plannedStart() {
        return instant(plannedStart);
    }

    @CheckForNull
    Instant plannedEnd() {
        return instant(plannedEnd);
    }

    static long millis(@CheckForNull Instant instant) {
        return instant == null ? 0 : instant.toEpochMilli();
    }

    @CheckForNull
    static Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }
}
