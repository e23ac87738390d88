package io.jenkins.plugins.servicenowgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Valid fields and transitions. */
class ChangeFieldTest {
    @ParameterizedTest
    @ValueSource(strings = {"state", " state ", "number", "sys_id", "short_description", "approval"})
    void refusesColumnsThatIdentifyOrApproveAChange(String name) {
        assertThatThrownBy(() -> new ChangeField(name, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the field " + name.strip() + " can't be set from Jenkins");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Assignment group", "a=b", "a^b", "1a", "_a"})
    void refusesInvalidColumnNames(String name) {
        assertThatThrownBy(() -> new ChangeField(name, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a column name");
    }

    @Test
    void refusesAColumnThatIsSetTwiceAndKeepsTheList() {
        Environment environment = new Environment("Production");
        environment.setFields(List.of(new ChangeField("assignment_group ", "CAB")));

        assertThatThrownBy(() -> environment.setFields(
                        List.of(new ChangeField("category", "a"), new ChangeField(" category", "b"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the field category is given twice");
        assertThat(ChangeField.toMap(environment.getFields())).isEqualTo(Map.of("assignment_group", "CAB"));
        environment.setFields(null);
        assertThat(environment.getFields()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "NULL",
            value = {"NULL,NULL", "'',NULL", "' ',NULL", "false,OFF", "true,REVIEW", "' true ',REVIEW", "close,CLOSE"})
    void parsesTransitions(String text, AutomaticTransition expected) {
        assertThat(AutomaticTransition.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "TRUE", "Close", "review", "0"})
    void refusesOtherTransitionsAndNamesTheValidOnes(String text) {
        Environment environment = new Environment("Production");
        environment.setAutomaticTransition("close");

        assertThatThrownBy(() -> environment.setAutomaticTransition(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\" is not a valid value", "true, false, close");
        assertThat(environment.getAutomaticTransition()).isEqualTo("close");
    }
}
