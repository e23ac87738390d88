package io.jenkins.plugins.servicenowgate.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** People set columns of a new change, but none that says which change it is or that it is approved. */
class ChangeFieldsTest {
    @ParameterizedTest
    @ValueSource(strings = {"short_description", "state", "sys_id", "number", "approval"})
    void reservesWhatIdentifiesAndWhatApproves(String name) {
        assertThat(ChangeFields.problem(name).getKey()).isEqualTo("ChangeFields.Reserved");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "State", "1a", "a b", "a^b", "a.b"})
    void refusesWhatIsNoColumn(String name) {
        assertThat(ChangeFields.problem(name).getKey()).isEqualTo("ChangeFields.NotAColumn");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "u_own_2", "description"})
    void acceptsOtherColumns(String name) {
        assertThat(ChangeFields.problem(name)).isNull();
    }

    @Test
    void theStrongerMapCounts() {
        assertThat(ChangeFields.merge(Map.of("a", "1", "b", "1"), Map.of("b", "2")))
                .containsOnly(Map.entry("a", "1"), Map.entry("b", "2"));
        assertThat(ChangeFields.merge(Map.of(), Map.of())).isEmpty();
    }

    @Test
    void refusesAReservedColumnFromEitherMap() {
        String sentence = ChangeFields.problem("state").toString();

        assertThatThrownBy(() -> ChangeFields.merge(Map.of("state", "-1"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
        assertThatThrownBy(() -> ChangeFields.merge(Map.of(), Map.of("state", "-1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }
}
