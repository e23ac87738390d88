package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.structs.describable.CustomDescribableModel;

/**
 * Reads booleans of scripts strictly, and lets scripts write {@code automaticTransition: true} where the setting is a text
 * because it has a third value. Jenkins itself takes every text but true for false.
 */
public interface AcceptsBooleans extends CustomDescribableModel {
    /** The booleans of all that scripts configure here. */
    List<String> BOOLEANS = List.of("changeControlled", "allowEmergency", "onlyControlledProjects", "emergency");

    /**
     * @throws IllegalArgumentException for a boolean that is none
     */
    @NonNull
    @Override
    default Map<String, Object> customInstantiate(@NonNull Map<String, Object> arguments) {
        return read(arguments);
    }

    /**
     * @throws IllegalArgumentException for a boolean that is none
     */
    @NonNull
    static Map<String, Object> read(@NonNull Map<String, Object> arguments) {
        Map<String, Object> accepted = new LinkedHashMap<>(arguments);
        accepted.replaceAll((name, value) -> BOOLEANS.contains(name) ? StrictBoolean.parse(name, value) : value);
        accepted.computeIfPresent(
                "automaticTransition", (name, value) -> value instanceof Boolean ? value.toString() : value);
        return accepted;
    }
}
