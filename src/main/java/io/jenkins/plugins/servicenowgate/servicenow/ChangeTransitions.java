package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Where a change can go from its state, in the words of its model ({@code GET /change/{sys_id}/nextstates}).
 *
 * @param labels the labels of the current and the next states by their values, cleaned
 * @param available the values of the states to which a transition is available
 * @param failedConditions by the value of a state, the names of the conditions that keep the change from it, cleaned
 */
public record ChangeTransitions(
        @NonNull Map<Integer, String> labels,
        @NonNull Set<Integer> available,
        @NonNull Map<Integer, Set<String>> failedConditions) {
    public ChangeTransitions {
        labels = Map.copyOf(labels);
        available = Set.copyOf(available);
        failedConditions = Map.copyOf(failedConditions);
    }

    /** Whether the instance offers a transition to this state now. */
    public boolean isAvailable(@NonNull ChangeState target) {
        return available.contains(target.value());
    }

    /** The names of the conditions that keep the change from a state; empty if none is known. */
    @NonNull
    public Set<String> failedConditions(@NonNull ChangeState target) {
        return isAvailable(target) ? Set.of() : failedConditions.getOrDefault(target.value(), Set.of());
    }

    /** What is not in the documented form is left out, so that nothing is available by mistake. */
    @NonNull
    static ChangeTransitions of(@NonNull JsonNode result) {
        Map<Integer, String> labels = new TreeMap<>();
        result.path("state_label").properties().forEach(label -> {
            Integer state = state(label.getKey());
            String text = TextSanitizer.clean(label.getValue().asString(""), 40);
            if (state != null && !text.isEmpty()) {
                labels.put(state, text);
            }
        });
        Set<Integer> available = new HashSet<>();
        Map<Integer, Set<String>> failed = new LinkedHashMap<>();
        JsonNode transitions = result.path("state_transitions");
        for (JsonNode ways : transitions) {
            for (JsonNode way : ways) {
                Integer target = state(way.path("to_state").asString(""));
                if (target == null) {
                    continue;
                }
                if (isTrue(way.path("transition_available"))) {
                    available.add(target);
                }
                for (JsonNode condition : way.path("conditions")) {
                    String name = TextSanitizer.clean(
                            condition.path("condition").path("name").asString(""), 120);
                    if (condition.has("passed") && !isTrue(condition.path("passed")) && !name.isEmpty()) {
                        failed.computeIfAbsent(target, state -> new LinkedHashSet<>())
                                .add(name);
                    }
                }
            }
        }
        if (transitions.isEmpty()) {
            // A life cycle without a model has states, but no transitions.
            for (JsonNode next : result.path("available_states")) {
                Integer state = state(next.asString(""));
                if (state != null) {
                    available.add(state);
                }
            }
        }
        return new ChangeTransitions(labels, available, failed);
    }

    private static boolean isTrue(JsonNode flag) {
        return flag.isBoolean() ? flag.booleanValue() : "true".equals(flag.asString(""));
    }

    private static Integer state(String text) {
        return ChangeReader.isState(text) ? Integer.valueOf(new BigDecimal(text).intValueExact()) : null;
    }
}
