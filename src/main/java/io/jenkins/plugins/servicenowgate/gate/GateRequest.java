package io.jenkins.plugins.servicenowgate.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Map;

/**
 * What a deployment asks its gate for.
 *
 * @param title the Short Description of its change, from {@link Deployment#title}
 * @param number the one change that counts, as a person entered it, or null to go by the title
 * @param newChange what is created where there is no change of that title
 * @param fields what a new change is given besides its title: names of columns and their values
 * @param automaticTransition whether a Standard change is moved to Implement by the gate itself
 */
public record GateRequest(
        @NonNull String title,
        @CheckForNull String number,
        @NonNull NewChange newChange,
        @NonNull Map<String, String> fields,
        boolean automaticTransition) {
    public GateRequest {
        fields = Map.copyOf(fields);
    }
}
