package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.deployment.ConnectionRuntimes;
import io.jenkins.plugins.servicenowgate.policy.PolicyDecision;
import io.jenkins.plugins.servicenowgate.polling.SeenModelStates;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Lines about the states of change models that nobody has mapped: those of the models that environments name, and those of
 * models that instances have designated. From memory, so only what was seen since Jenkins started.
 */
final class UnmappedStates {
    private UnmappedStates() {}

    @NonNull
    static List<String> of(@NonNull List<PolicyDecision> decisions) {
        Set<String> lines = new LinkedHashSet<>();
        for (PolicyDecision decision : decisions) {
            if (decision instanceof PolicyDecision.Required required) {
                add(lines, required.connection(), required.settings().changeModel());
            }
        }
        return List.copyOf(lines);
    }

    private static void add(Set<String> lines, String connection, @CheckForNull String model) {
        ConnectionRuntimes runtimes = ConnectionRuntimes.get();
        Map<String, List<String>> states = new TreeMap<>();
        for (SeenModelStates.Unmapped unmapped : runtimes.unmapped(connection, model)) {
            states.computeIfAbsent(unmapped.model(), name -> new ArrayList<>())
                    .add(Messages.UnmappedStates_State(unmapped.label(), String.valueOf(unmapped.value())));
        }
        states.forEach(
                (name, of) -> lines.add(Messages.UnmappedStates_States(name, connection, String.join(", ", of))));
        if (model != null
                && !runtimes.isSeen(connection, model)
                && !ConnectionRuntimes.states(connection).isMapped(model)) {
            lines.add(Messages.UnmappedStates_Model(model, connection));
        }
    }
}
