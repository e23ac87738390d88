package io.jenkins.plugins.servicenowgate.control;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What environment, folders and job together say about a change.
 *
 * @param standardChangeTemplate name of the template of a Standard change; null for a Normal one
 * @param automaticTransition how far the gate moves the change; only with a template more than OFF
 * @param allowEmergency whether an Emergency change may be asked for
 * @param fields the columns that a new change gets
 * @param jobFields the columns that a step may set besides; null for all, where jobs decide who approves
 */
public record GateSettings(
        @CheckForNull String standardChangeTemplate,
        @NonNull AutomaticTransition automaticTransition,
        boolean allowEmergency,
        @NonNull Map<String, String> fields,
        @CheckForNull Set<String> jobFields) {
    public GateSettings {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        jobFields = jobFields == null ? null : Set.copyOf(jobFields);
    }

    /** Where jobs decide who approves. */
    public GateSettings(
            @CheckForNull String standardChangeTemplate,
            @NonNull AutomaticTransition automaticTransition,
            boolean allowEmergency,
            @NonNull Map<String, String> fields) {
        this(standardChangeTemplate, automaticTransition, allowEmergency, fields, null);
    }

    /** Whether administrators decide who approves: then a change that is found must be such as would be created. */
    public boolean decidedByAdministrators() {
        return jobFields != null;
    }

    /** Whether a step may set a column to that value. */
    public boolean mayBeSet(@NonNull String column, @NonNull String value) {
        return jobFields == null || jobFields.contains(column) || value.equals(fields.get(column));
    }
}
