package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jenkinsci.plugins.structs.describable.CustomDescribableModel;

/** Lets scripts write {@code automaticTransition: true} where the setting is a text because it has a third value. */
public interface AcceptsBooleans extends CustomDescribableModel {
    @NonNull
    @Override
    default Map<String, Object> customInstantiate(@NonNull Map<String, Object> arguments) {
        Map<String, Object> accepted = new LinkedHashMap<>(arguments);
        accepted.computeIfPresent(
                "automaticTransition", (name, value) -> value instanceof Boolean ? value.toString() : value);
        return accepted;
    }
}
