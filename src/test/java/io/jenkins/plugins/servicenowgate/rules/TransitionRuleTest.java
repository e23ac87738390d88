package io.jenkins.plugins.servicenowgate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The gate moves a Standard change alone, one state at a time, and never against a hold, a no or its window. */
class TransitionRuleTest {
    private static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");

    private static ChangeRequest change(
            ChangeState state, String type, String approval, boolean onHold, boolean active, Instant start) {
        return new ChangeRequest(
                new SysId("0".repeat(32)),
                "CHG1",
                "t",
                state.value(),
                approval,
                onHold,
                "",
                active,
                start,
                null,
                type,
                "");
    }

    private static ChangeRequest standard(ChangeState state, Instant start) {
        return change(state, "standard", "approved", false, true, start);
    }

    @Test
    void movesFromNewToScheduledToImplement() {
        assertThat(TransitionRule.next(standard(ChangeState.NEW, null), NOW)).isEqualTo(ChangeState.SCHEDULED);
        assertThat(TransitionRule.next(standard(ChangeState.SCHEDULED, null), NOW))
                .isEqualTo(ChangeState.IMPLEMENT);
        assertThat(TransitionRule.next(standard(ChangeState.ASSESS, null), NOW)).isNull();
    }

    @Test
    void waitsInScheduledForThePlannedStart() {
        assertThat(TransitionRule.next(standard(ChangeState.SCHEDULED, NOW.plusSeconds(1)), NOW))
                .isNull();
        assertThat(TransitionRule.next(standard(ChangeState.SCHEDULED, NOW), NOW))
                .isEqualTo(ChangeState.IMPLEMENT);
        assertThat(TransitionRule.startOf(standard(ChangeState.SCHEDULED, NOW.plusSeconds(1)), NOW))
                .isEqualTo(NOW.plusSeconds(1));
    }

    @Test
    void leavesAllOthersToPeople() {
        assertThat(TransitionRule.next(change(ChangeState.NEW, "normal", "approved", false, true, null), NOW))
                .isNull();
        assertThat(TransitionRule.next(change(ChangeState.NEW, "standard", "approved", false, false, null), NOW))
                .isNull();
        assertThat(TransitionRule.next(change(ChangeState.NEW, "standard", "rejected", false, true, null), NOW))
                .isNull();
        assertThat(TransitionRule.next(change(ChangeState.NEW, "standard", "approved", true, true, null), NOW))
                .isNull();
    }
}
