package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.structs.describable.CustomDescribableModel;

/**
 * Parses booleans from scripts strictly, and accepts {@code automaticTransition: true} as a boolean although the
 * setting is a string with a third value. Jenkins itself converts every string other than {@code true} to
 * {@code false}.
 */
public interface AcceptsBooleans extends CustomDescribableModel {
    /** The names of all boolean parameters that scripts can set. */
    List<String> BOOLEANS = List.of(
            "changeControlled",
            "allowEmergency",
            "onlyControlledProjects",
            "emergency",
            "sameArtifacts",
            "changes",
            "tests");

    /**
     * @throws IllegalArgumentException if a boolean parameter is neither {@code true} nor {@code false}
     */
    @NonNull
    @Override
    default Map<String, Object> customInstantiate(@NonNull Map<String, Object> arguments) {
        return read(arguments);
    }

    /**
     * @throws IllegalArgumentException if a boolean parameter is neither {@code true} nor {@code false}
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
