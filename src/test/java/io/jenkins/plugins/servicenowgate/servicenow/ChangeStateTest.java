package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The default life cycle as documented by ServiceNow, and the properties of a change that follow from its columns. */
class ChangeStateTest {
    private static ChangeRequest change(int state, String approval, String type) {
        return ChangeFixture.change().state(state).approval(approval).type(type).get();
    }

    @ParameterizedTest
    @CsvSource({
        "-5, NEW, New",
        "-4, ASSESS, Assess",
        "-3, AUTHORIZE, Authorize",
        "-2, SCHEDULED, Scheduled",
        "-1, IMPLEMENT, Implement",
        "0, REVIEW, Review",
        "3, CLOSED, Closed",
        "4, CANCELED, Canceled"
    })
    void mapsValuesToStates(int value, ChangeState state, String label) {
        assertThat(ChangeState.of(value)).isEqualTo(state);
        assertThat(state.value()).isEqualTo(value);
        assertThat(state.label()).isEqualTo(label);
        assertThat(change(value, "approved", "normal").stateLabel()).isEqualTo(label);
    }

    @ParameterizedTest
    @ValueSource(ints = {-6, 1, 2, 5, 100})
    void mapsOtherValuesToNull(int value) {
        assertThat(ChangeState.of(value)).isNull();
        assertThat(change(value, "approved", "normal").state()).isNull();
        assertThat(change(value, "approved", "normal").stateLabel()).isEqualTo(String.valueOf(value));
    }

    @ParameterizedTest
    @CsvSource({"rejected, true", "' Rejected ', true", "approved, false", "not rejected, false", "'', false"})
    void isRejectedByTheApprovalColumn(String approval, boolean rejected) {
        assertThat(change(-1, approval, "normal").rejected()).isEqualTo(rejected);
    }

    @Test
    void isStandardByItsTypeAlone() {
        assertThat(change(-1, "approved", "standard").isStandard()).isTrue();
        assertThat(change(-1, "approved", "Standard").isStandard()).isFalse();
        assertThat(change(-1, "approved", "").isStandard()).isFalse();
    }
}
