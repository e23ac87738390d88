package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Instant;

/**
 * A Change Request as returned by one read. Its texts are untrusted: compare them unchanged, and sanitize them with
 * {@link TextSanitizer} before showing them.
 *
 * @param sysId the {@code sys_id} of its row
 * @param number for example CHG0030001; only letters, digits, hyphens and underscores
 * @param shortDescription the title, as stored
 * @param stateValue the value of the column {@code state}; see {@link ChangeState}
 * @param approval {@code not requested}, {@code requested}, {@code approved}, {@code rejected} or a value that the
 *     instance defines
 * @param onHold whether the change is on hold, which is independent of its state
 * @param onHoldReason the reason, or empty
 * @param active false if the change is Closed or Canceled
 * @param plannedStart start of the planned window (UTC, inclusive), or null
 * @param plannedEnd end of the planned window (UTC, inclusive), or null
 * @param type {@code normal}, {@code standard}, {@code emergency} or a value that the instance defines; empty if
 *     missing
 * @param closeNotes the close notes, or empty
 * @param template the display value of the version of its Standard change template, or empty
 * @param origin how the plugin created the change; null if somebody else created it
 * @param model the change model; null for a change without a model
 * @param isModelHidden whether the row has no column for a model: an access rule hides it, or the instance has no models
 * @param assessment what the instance has found out about it
 */
public record ChangeRequest(
        @NonNull SysId sysId,
        @NonNull String number,
        @NonNull String shortDescription,
        int stateValue,
        @NonNull String approval,
        boolean onHold,
        @NonNull String onHoldReason,
        boolean active,
        @CheckForNull Instant plannedStart,
        @CheckForNull Instant plannedEnd,
        @NonNull String type,
        @NonNull String closeNotes,
        @NonNull String template,
        @CheckForNull CreationOrigin origin,
        @CheckForNull ChangeModel model,
        boolean isModelHidden,
        @NonNull ChangeAssessment assessment) {
    /**
     * Whether the change was created from any version of the template: the display value is the template's name, or the
     * name followed by the version number.
     */
    public boolean isFromTemplate(@NonNull String name) {
        return template.equals(name)
                || template.startsWith(name + " - ")
                        && template.substring(name.length() + 3).chars().allMatch(Character::isDigit)
                        && template.length() > name.length() + 3;
    }

    /** Whether the change has a model, or may have one that an access rule hides, so that its model decides about transitions. */
    public boolean mayHaveModel() {
        return model != null || isModelHidden;
    }

    /** Whether the plugin created the change for the deployment with this id. */
    public boolean isCreatedFor(@CheckForNull String deployment) {
        return origin != null && origin.deploymentId().equals(deployment);
    }

    /** The state; null for a value outside the default life cycle. */
    @CheckForNull
    public ChangeState state() {
        return ChangeState.of(stateValue);
    }

    /** The label of the state, in the words of a model of its own; the number for a value without a label. */
    @NonNull
    public String stateLabel() {
        String own = model == null || model.isBase() ? "" : TextSanitizer.clean(model.state(), 40);
        if (!own.isEmpty()) {
            return own;
        }
        ChangeState state = state();
        return state == null ? String.valueOf(stateValue) : state.label();
    }

    /** Whether it is a Standard change, which is approved in advance through its template. */
    public boolean isStandard() {
        return "standard".equals(type);
    }

    /** Whether an approver rejected the change. ServiceNow then returns it to New. */
    public boolean rejected() {
        return "rejected".equalsIgnoreCase(approval.strip());
    }
}
