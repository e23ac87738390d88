package io.jenkins.plugins.servicenowgate.control;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import java.util.Map;

/**
 * How a deployment's change is made and what becomes of it.
 *
 * @param standardChangeTemplate name of the template of a new change, null for a Normal change
 * @param automaticTransition whether a Standard change is moved by the plugin
 * @param allowEmergency whether a step may ask for an Emergency change instead
 * @param fields columns of a new change
 */
public record GateSettings(
        @CheckForNull String standardChangeTemplate,
        @NonNull AutomaticTransition automaticTransition,
        boolean allowEmergency,
        @NonNull Map<String, String> fields) {
    public GateSettings {
        fields = Map.copyOf(fields);
    }
}
