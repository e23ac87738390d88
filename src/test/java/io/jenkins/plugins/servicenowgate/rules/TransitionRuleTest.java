package io.jenkins.plugins.servicenowgate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeModel;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The gate moves a Standard change alone, one state at a time, and never against a hold, a no or its window. */
class TransitionRuleTest {
    private static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");

    private static ChangeRequest change(
            ChangeState state, String type, String approval, boolean onHold, boolean active, Instant start) {
        return ChangeFixture.change()
                .state(state.value())
                .approval(approval)
                .onHold(onHold)
                .active(active)
                .plannedStart(start)
                .type(type)
                .get();
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

    /** The way through a model of its own is not known, and neither is that of a base model that somebody mapped. */
    @Test
    void movesChangesOfBaseModelsAlone() {
        for (String model : List.of("Standard", "Low risk")) {
            ChangeRequest change = ChangeFixture.change()
                    .state(ChangeState.NEW.value())
                    .approval("")
                    .type("standard")
                    .model(new ChangeModel("0".repeat(32), model, "New"))
                    .get();
            ModelStates mapped =
                    new ModelStates(Map.of(model, new ModelStates.StateMap(Set.of("New"), Set.of(), Set.of())), true);
            assertThat(TransitionRule.next(change, NOW))
                    .isEqualTo(model.equals("Standard") ? ChangeState.SCHEDULED : null);
            assertThat(TransitionRule.next(change, NOW, mapped)).isNull();
        }
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
