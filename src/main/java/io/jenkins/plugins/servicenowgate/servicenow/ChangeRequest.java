package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Instant;

/**
 * A Change Request as one look at ServiceNow showed it. Texts are foreign: compare them as they are, clean them with
 * {@link ForeignText} before a person reads them.
 *
 * @param sysId its row
 * @param number for example CHG0030001: letters, digits, hyphen and underscore only
 * @param shortDescription its title, as stored
 * @param stateValue the column {@code state}
 * @param approval {@code not requested}, {@code requested}, {@code approved}, {@code rejected} or what the instance adds
 * @param onHold the flag; the state does not show it
 * @param onHoldReason why, or empty
 * @param active false when Closed or Canceled
 * @param plannedStart beginning of the planned window (UTC, inclusive), null where none is set
 * @param plannedEnd end of the planned window (UTC, inclusive), null where none is set
 * @param type {@code normal}, {@code standard}, {@code emergency} or what the instance adds; empty where it does not say
 * @param closeNotes what was entered when it was reviewed or closed, or empty
 * @param template what is shown of the version of its Standard template, or empty
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
        @NonNull String template) {
    /** For a change that came from no template. */
    public ChangeRequest(
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
            @NonNull String closeNotes) {
        this(
                sysId,
                number,
                shortDescription,
                stateValue,
                approval,
                onHold,
                onHoldReason,
                active,
                plannedStart,
                plannedEnd,
                type,
                closeNotes,
                "");
    }

    /**
     * Whether it came from the template of that name, in whichever version: ServiceNow shows the name, or the name and the
     * number of the version.
     */
    public boolean isFromTemplate(@NonNull String name) {
        return template.equals(name)
                || template.startsWith(name + " - ")
                        && template.substring(name.length() + 3).chars().allMatch(Character::isDigit)
                        && template.length() > name.length() + 3;
    }

    /** The state, or null for one outside the default life cycle. */
    @CheckForNull
    public ChangeState state() {
        return ChangeState.of(stateValue);
    }

    /** The state's label, for people; the bare value for a state outside the default life cycle. */
    @NonNull
    public String stateLabel() {
        ChangeState state = state();
        return state == null ? String.valueOf(stateValue) : state.label();
    }

    /** Whether it is of the type that is approved in advance, by its template. */
    public boolean isStandard() {
        return "standard".equals(type);
    }

    /** Whether an approver said no. ServiceNow puts such a change back to New. */
    public boolean rejected() {
        return "rejected".equalsIgnoreCase(approval.strip());
    }
}
