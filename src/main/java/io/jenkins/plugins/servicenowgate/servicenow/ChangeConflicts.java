package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import okhttp3.HttpUrl;
import tools.jackson.databind.JsonNode;

/** The check of changes for conflicts (docs/servicenow-guide.md, "Conflicts"). */
public final class ChangeConflicts {
    /** The columns that say with what a change conflicts, besides the type of the conflict. */
    private static final List<String> COLUMNS =
            List.of("conflicting_change", "schedule", "configuration_item", "impacted_service");

    private final ChangeApi api;

    ChangeConflicts(@NonNull ChangeApi api) {
        this.api = api;
    }

    private HttpUrl url(SysId change) {
        return api.changes(change.value(), "conflict").build();
    }

    /** Starts a check, which the instance runs in the background. */
    public void start(@NonNull SysId change) throws ServiceNowException {
        api.post(url(change), Map.of());
    }

    /**
     * Returns what the last check found, each conflict in one line, cleaned. The instance says "Conflict" also if it found
     * none.
     */
    @NonNull
    public List<String> found(@NonNull SysId change) throws ServiceNowException {
        JsonNode result = api.get(url(change)).path("result");
        JsonNode conflicts = (result.isArray() ? result.path(0) : result).path("conflicts");
        if (!conflicts.isArray()) {
            throw api.unexpected("conflicts");
        }
        List<String> found = new ArrayList<>();
        for (JsonNode conflict : conflicts) {
            found.add(describe(conflict));
        }
        return found;
    }

    private static String describe(JsonNode conflict) {
        Set<String> parts = new LinkedHashSet<>();
        for (String column : COLUMNS) {
            parts.add(text(conflict, column));
        }
        parts.remove("");
        String type = text(conflict, "type");
        String with = String.join(", ", parts);
        if (type.isEmpty() || with.isEmpty()) {
            return type.isEmpty() && with.isEmpty() ? "?" : type + with;
        }
        return type + ": " + with;
    }

    private static String text(JsonNode conflict, String column) {
        JsonNode cell = conflict.path(column);
        String shown = cell.isObject() ? cell.path("display_value").asString("") : cell.asString("");
        return TextSanitizer.clean(shown, 80);
    }
}
