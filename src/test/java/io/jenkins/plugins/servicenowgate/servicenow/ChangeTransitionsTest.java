package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a change can go, from the documented form of {@code nextstates}; anything else offers nothing. */
class ChangeTransitionsTest {
    private static ChangeTransitions parse(String result) {
        return ChangeTransitions.of(Transport.JSON.readTree(result));
    }

    private static String way(String to, String available, String conditions) {
        return "{\"to_state\":" + to + ",\"transition_available\":" + available + ",\"conditions\":[" + conditions
                + "]}";
    }

    private static String condition(String name, boolean passed) {
        return "{\"passed\":" + passed + ",\"condition\":{\"name\":\"" + name + "\"}}";
    }

    @Test
    void oneOfSeveralWaysIsEnough() {
        ChangeTransitions transitions = parse("{\"available_states\":[\"0\",\"4\",\"-1\"],\"state_transitions\":[["
                + way("\"0\"", "false", condition("No active Change Tasks", false)) + ","
                + way("\"0\"", "true", condition("Not On hold", true)) + "],["
                + way("4.0", "false", condition("A\\u0007 reason", false) + "," + condition("B", true))
                + "]],\"state_label\":{\"0\":\"Review\",\"4\":\"Canceled\",\"-1\":\"Implement\",\"x\":\"y\"}}");

        assertThat(transitions.isAvailable(ChangeState.REVIEW)).isTrue();
        assertThat(transitions.failedConditions(ChangeState.REVIEW)).isEmpty();
        assertThat(transitions.isAvailable(ChangeState.CANCELED)).isFalse();
        assertThat(transitions.failedConditions(ChangeState.CANCELED))
                .singleElement()
                .asString()
                .doesNotContain("\u0007")
                .contains("reason");
        assertThat(transitions.failedConditions(ChangeState.CLOSED)).isEmpty();
        assertThat(transitions.labels()).isEqualTo(Map.of(0, "Review", 4, "Canceled", -1, "Implement"));
    }

    /** A life cycle without a model. */
    @Test
    void withoutTransitionsTheAvailableStatesCount() {
        ChangeTransitions transitions = parse("{\"available_states\":[\"-2\",-1.0],\"state_transitions\":[]}");
        assertThat(transitions.isAvailable(ChangeState.SCHEDULED)).isTrue();
        assertThat(transitions.isAvailable(ChangeState.IMPLEMENT)).isTrue();
        assertThat(transitions.isAvailable(ChangeState.REVIEW)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "\"x\"",
                "{\"state_transitions\":[[{\"to_state\":\"-1\"}]],\"available_states\":[\"-1\"]}",
                "{\"state_transitions\":[[{\"to_state\":\"-1\",\"transition_available\":\"yes\"}]]}",
                "{\"state_transitions\":[[{\"to_state\":\"Implement\",\"transition_available\":true}]]}",
                "{\"state_transitions\":[{\"to_state\":\"-1\",\"transition_available\":true}]}",
                "{\"available_states\":{\"x\":\"y\"}}"
            })
    void anotherFormOffersNothing(String result) {
        assertThat(parse(result).available()).isEmpty();
        assertThat(parse(result).isAvailable(ChangeState.IMPLEMENT)).isFalse();
    }

    @Test
    void whatHasNoNameIsNotShown() {
        ChangeTransitions transitions = parse("{\"state_transitions\":[[" + way("\"0\"", "false", condition("", false))
                + "," + way("\"0\"", "false", "{\"condition\":{\"name\":\"No result\"}}")
                + "]],\"state_label\":{\"0\":\"\\u0007\",\"4\":\"Canceled\"}}");
        assertThat(transitions.failedConditions(ChangeState.REVIEW)).isEmpty();
        assertThat(transitions.labels()).isEqualTo(Map.of(4, "Canceled"));
    }
}
