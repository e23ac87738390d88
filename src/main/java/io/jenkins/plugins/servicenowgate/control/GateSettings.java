package io.jenkins.plugins.servicenowgate.control;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What environment, folders and job together say about a change.
 *
 * @param standardChangeTemplate name of the template of a Standard change; null for a Normal one
 * @param automaticTransition how far the gate moves the change; only with a template more than OFF
 * @param allowEmergency whether an Emergency change may be asked for
 * @param fields the columns that a new change gets
 */
public record GateSettings(
        @CheckForNull String standardChangeTemplate,
        @NonNull AutomaticTransition automaticTransition,
        boolean allowEmergency,
        @NonNull Map<String, String> fields) {
    public GateSettings {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
}
