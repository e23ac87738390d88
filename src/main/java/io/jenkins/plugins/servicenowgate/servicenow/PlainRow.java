package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import tools.jackson.databind.JsonNode;

/** A row of the Table API or the Attachment API, whose columns are plain values, unlike those of changes. */
final class PlainRow {
    private PlainRow() {}

    /** The text of a column; empty if the column is missing or is no text or number. */
    @NonNull
    static String text(@NonNull JsonNode row, @NonNull String column) {
        JsonNode value = row.path(column);
        return value.isString() ? value.stringValue() : value.isIntegralNumber() ? value.asString() : "";
    }
}
