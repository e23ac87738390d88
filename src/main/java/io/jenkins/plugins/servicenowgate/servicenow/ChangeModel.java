package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The change model of a change, as read with it. Its texts are untrusted, see {@link ChangeRequest}.
 *
 * @param sysId the value of the column {@code chg_model}
 * @param name the name of the model; empty if it is not readable
 * @param state the label of the state of the change; other models than the base models give the values a meaning of their own
 */
public record ChangeModel(
        @NonNull String sysId,
        @NonNull String name,
        @NonNull String state) {
    /** The models with the default life cycle (product documentation, "Change model management"). */
    private static final Set<String> BASE = Set.of("Normal", "Standard", "Emergency");

    /** Whether it is known which model it is. */
    public boolean isReadable() {
        return SysId.isValid(sysId) && !name.isBlank();
    }

    /** Whether changes of this model have the default life cycle, unless somebody has changed it. */
    public boolean isBase() {
        return BASE.contains(name);
    }

    /** The model of the change in a row; null for a change without a model, as those of older instances. */
    @CheckForNull
    static ChangeModel of(@NonNull JsonNode row) {
        JsonNode column = row.get("chg_model");
        if (column == null) {
            return null;
        }
        JsonNode value = column.path("value");
        String name = ChangeReader.displayValue(row, "chg_model");
        if (value.isString() && value.stringValue().isEmpty() && name.isEmpty()) {
            return null;
        }
        return new ChangeModel(
                value.isString() ? value.stringValue() : "", name, ChangeReader.displayValue(row, "state"));
    }
}
