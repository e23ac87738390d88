package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From which template a Standard change was created, by what ServiceNow shows of the template's version. */
class ChangeRequestTest {
    @ParameterizedTest
    @CsvSource({
        "Deploy shop, true",
        "Deploy shop - 3, true",
        "Deploy shop - 31, true",
        "Deploy shop - , false",
        "Deploy shop - 3a, false",
        "Deploy shop - a3, false",
        "Deploy shop -3, false",
        "Deploy shop 2 - 3, false",
        "Deploy shops, false",
        "deploy shop, false",
        "'', false"
    })
    void isFromATemplateOfExactlyThatName(String shown, boolean from) {
        ChangeRequest change = ChangeFixture.change()
                .title("title")
                .state(-5)
                .approval("")
                .type("standard")
                .template(shown.equals("Deploy shop -") ? "Deploy shop - " : shown)
                .get();
        assertThat(change.isFromTemplate("Deploy shop")).isEqualTo(from);
    }
}
