package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * What the instance has found out about a change: columns that come with each row, as far as the integration user may read
 * them. Its texts are untrusted, see {@link ChangeRequest}.
 *
 * @param conflictStatus as stored, for example {@code Conflict} or {@code Not Run}; empty if it is not readable
 * @param conflictLastRun when the last check for conflicts was started (UTC); null if there was none, or it is not readable
 * @param outsideMaintenanceSchedule null if it is not readable
 * @param risk the label of the risk; empty if it is not readable
 * @param cabRequired null if it is not readable
 * @param hasConfigurationItem whether the change has a configuration item, without which no check is possible
 */
public record ChangeAssessment(
        @NonNull String conflictStatus,
        @CheckForNull Instant conflictLastRun,
        @CheckForNull Boolean outsideMaintenanceSchedule,
        @NonNull String risk,
        @CheckForNull Boolean cabRequired,
        boolean hasConfigurationItem) {
    @NonNull
    static ChangeAssessment of(@NonNull JsonNode row) {
        return new ChangeAssessment(
                ChangeReader.optionalText(row, "conflict_status"),
                ChangeReader.optionalDate(row, "conflict_last_run"),
                flag(row, "outside_maintenance_schedule"),
                ChangeReader.displayValue(row, "risk"),
                flag(row, "cab_required"),
                !ChangeReader.optionalText(row, "cmdb_ci").isEmpty());
    }

    @CheckForNull
    private static Boolean flag(JsonNode row, String column) {
        return switch (row.path(column).path("value").asString("")) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> null;
        };
    }
}
