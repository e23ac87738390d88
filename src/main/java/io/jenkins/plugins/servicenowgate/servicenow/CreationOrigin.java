package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What a change that the plugin has created says about its creation, in two columns that jobs can't set: the id of the
 * deployment, and the type that was requested. A rule of the instance may have stored another type.
 *
 * @param deploymentId a random UUID
 * @param requestedType empty if the instance did not store it
 */
public record CreationOrigin(
        @NonNull String deploymentId, @NonNull String requestedType) {
    private static final String ID_COLUMN = "correlation_id";
    private static final String TYPE_COLUMN = "correlation_display";
    private static final String TYPE_PREFIX = "Jenkins, requested type: ";
    private static final Pattern ID = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    /** The values of the columns, for the creation of a change. */
    @NonNull
    public Map<String, String> columns() {
        return Map.of(ID_COLUMN, deploymentId, TYPE_COLUMN, TYPE_PREFIX + requestedType);
    }

    /** The origin of the change in a row; null if the plugin did not create it. */
    @CheckForNull
    static CreationOrigin of(@NonNull JsonNode row) {
        String id = ChangeReader.optionalText(row, ID_COLUMN);
        String type = ChangeReader.optionalText(row, TYPE_COLUMN);
        return ID.matcher(id).matches()
                ? new CreationOrigin(id, type.startsWith(TYPE_PREFIX) ? type.substring(TYPE_PREFIX.length()) : "")
                : null;
    }
}
