package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.NonNull;

/**
 * The resolved settings of the separation of duties.
 *
 * @param separate whether another person than the starter of a build must have approved the change
 * @param standardChangesPreApproved whether Standard changes, which nobody approves, are accepted nevertheless
 */
public record DutySettings(boolean separate, boolean standardChangesPreApproved) {
    /** Who approves does not matter. */
    public static final DutySettings NONE = new DutySettings(false, false);

    /**
     * Whether approvals that were checked by other settings were checked as strictly as these demand.
     *
     * @param isStandard whether the change is a Standard change, which nobody approves
     */
    public boolean isMetBy(@NonNull DutySettings checked, boolean isStandard) {
        return !separate
                || checked.separate
                        && (!isStandard || standardChangesPreApproved || !checked.standardChangesPreApproved);
    }
}
