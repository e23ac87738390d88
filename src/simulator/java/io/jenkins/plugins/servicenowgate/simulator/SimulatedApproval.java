package io.jenkins.plugins.servicenowgate.simulator;

import java.util.Map;

/** The approval of one person that was requested for a change: a row of {@code sysapproval_approver}. Immutable. */
record SimulatedApproval(
        long sequence,
        SimulatedChange change,
        String user,
        String group,
        String state,
        String comments,
        String created,
        String updated,
        String updatedBy)
        implements Row {

    SimulatedApproval answered(String newState, String comment, String now, String by) {
        return new SimulatedApproval(sequence, change, user, group, newState, comment, created, now, by);
    }

    boolean isRequested() {
        return state.equals("requested");
    }

    @Override
    public String get(String field) {
        return fields().getOrDefault(field, "");
    }

    /** What is stored in the row itself; the columns of the approver are those of another table. */
    private Map<String, String> fields() {
        return Map.of(
                "sys_id",
                Texts.recordIdOf("approval " + change.sysId() + sequence),
                "sysapproval",
                change.sysId(),
                "group",
                group.isEmpty() ? "" : Texts.recordIdOf("approval of " + group + change.sysId()),
                "group.assignment_group.name",
                group,
                "state",
                state,
                "comments",
                comments,
                "sys_created_on",
                created,
                "sys_updated_on",
                updated,
                "sys_updated_by",
                updatedBy);
    }

    @Override
    public String toString() {
        return (group.isEmpty() ? "" : group + ": ") + user + ": " + state
                + (comments.isEmpty() ? "" : " (" + comments + ")");
    }
}
