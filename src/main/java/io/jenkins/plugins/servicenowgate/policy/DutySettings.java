package io.jenkins.plugins.servicenowgate.policy;

/**
 * The resolved settings of the separation of duties.
 *
 * @param separate whether another person than the starter of a build must have approved the change
 * @param standardChangesPreApproved whether Standard changes, which nobody approves, are accepted nevertheless
 */
public record DutySettings(boolean separate, boolean standardChangesPreApproved) {
    /** Who approves does not matter. */
    public static final DutySettings NONE = new DutySettings(false, false);
}
