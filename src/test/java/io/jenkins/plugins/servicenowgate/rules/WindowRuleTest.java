package io.jenkins.plugins.servicenowgate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeModel;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A planned window is moved on shortly before its start, and only while nobody has approved the change. */
class WindowRuleTest {
    /** From 2026-12-01 20:00 UTC, a Tuesday. */
    private static final DeploymentWindow WINDOW = DeploymentWindow.parse("20:00", "2", "UTC", "MON-THU");

    private static final Instant START = Instant.parse("2026-12-01T20:00:00Z");
    private static final Instant END = Instant.parse("2026-12-01T22:00:00Z");

    private static ChangeRequest change(ChangeState state, String approval, Instant start, Instant end) {
        return ChangeFixture.change()
                .state(state.value())
                .approval(approval)
                .plannedStart(start)
                .plannedEnd(end)
                .get();
    }

    private static ChangeRequest change(ChangeState state, String approval) {
        return change(state, approval, START, END);
    }

    private static Instant newStart(ChangeRequest change, Instant now) {
        DeploymentWindow.Planned planned = WindowRule.update(WINDOW, change, now, ModelStates.DEFAULT);
        return planned == null ? null : planned.start();
    }

    @Test
    void movesOnShortlyBeforeTheStart() {
        ChangeRequest change = change(ChangeState.ASSESS, "requested");
        Instant due = START.minus(WindowRule.LEAD);
        assertThat(WindowRule.due(WINDOW, change, START.minusSeconds(3600), ModelStates.DEFAULT))
                .isEqualTo(due);
        assertThat(newStart(change, due.minusSeconds(1))).isNull();
        assertThat(WindowRule.update(WINDOW, change, due, ModelStates.DEFAULT))
                .isEqualTo(new DeploymentWindow.Planned(
                        Instant.parse("2026-12-02T20:00:00Z"), Instant.parse("2026-12-02T22:00:00Z")));
        assertThat(newStart(change, START.minusSeconds(1))).isEqualTo(Instant.parse("2026-12-02T20:00:00Z"));
    }

    /** It was created while the window was open, or nothing could be sent in time. */
    @Test
    void anOpenWindowStaysUntilLessThanHalfOfItIsLeft() {
        ChangeRequest change = change(ChangeState.NEW, "not requested");
        assertThat(newStart(change, START)).isNull();
        assertThat(newStart(change, START.plusSeconds(3600))).isNull();
        assertThat(WindowRule.due(WINDOW, change, START, ModelStates.DEFAULT)).isEqualTo(START.plusSeconds(3601));
        assertThat(newStart(change, START.plusSeconds(3601))).isEqualTo(Instant.parse("2026-12-02T20:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource({
        "NEW, not requested, true",
        "NEW, requested, true",
        "NEW, rejected, true",
        "NEW, Requested, true",
        "ASSESS, requested, true",
        "AUTHORIZE, requested, true",
        "AUTHORIZE, approved, false",
        "NEW, approved, false",
        "ASSESS, waived, false", // Of the instance's own making.
        "ASSESS, '', false",
        "SCHEDULED, requested, false",
        "SCHEDULED, approved, false",
        "IMPLEMENT, requested, false",
        "IMPLEMENT, approved, false",
        "REVIEW, approved, false",
        "CANCELED, not requested, false",
    })
    void neverAfterApproval(ChangeState state, String approval, boolean moved) {
        ChangeRequest change = change(state, approval);
        assertThat(WindowRule.due(WINDOW, change, START.minusSeconds(3600), ModelStates.DEFAULT) != null)
                .isEqualTo(moved);
        assertThat(newStart(change, START.minusSeconds(1)) != null).isEqualTo(moved);
        assertThat(newStart(change(state, approval, null, null), START) != null).isEqualTo(moved);
    }

    /** As read after a request to move the window from START to {@code start}. */
    @ParameterizedTest
    @CsvSource({
        "ASSESS, requested, 2026-12-02T20:00:00Z, true, false", // Moved, and approved later or never.
        "NEW, rejected, 2026-12-02T20:00:00Z, true, false",
        "ASSESS, requested, 2026-12-01T20:00:00Z, false, false", // Not moved, or not yet.
        "IMPLEMENT, approved, 2026-12-01T20:00:00Z, false, false",
        "SCHEDULED, approved, 2026-12-02T20:00:00Z, false, true",
        "IMPLEMENT, approved, 2026-12-02T20:00:00Z, false, true",
        "ASSESS, '', 2026-12-02T20:00:00Z, false, true",
        "IMPLEMENT, approved, , false, true",
    })
    void whatWasApprovedWhileItWasMovedIsNotCertain(
            ChangeState state, String approval, Instant start, boolean moved, boolean refused) {
        ChangeRequest change = change(state, approval, start, END);
        assertThat(WindowRule.isMoved(change, START, null, ModelStates.DEFAULT)).isEqualTo(moved);
        assertThat(WindowRule.isMoved(change, START, start, ModelStates.DEFAULT))
                .isEqualTo(moved || START.equals(start) && state == ChangeState.ASSESS);
        assertThat(WindowRule.isMoved(change, START, END, ModelStates.DEFAULT))
                .as("dates of somebody else")
                .isFalse();
        assertThat(WindowRule.refusalAfterMove(change, START, ModelStates.DEFAULT) != null)
                .isEqualTo(refused);
    }

    @Test
    void theRefusalNamesBothWindows() {
        ChangeRequest change = change(ChangeState.IMPLEMENT, "approved");
        assertThat(WindowRule.refusalAfterMove(change, START.minusSeconds(60), ModelStates.DEFAULT))
                .hasToString("Refused: CHG1 was approved while the gate moved its planned start from"
                        + " 2026-12-01 19:59:00 UTC to 2026-12-01 20:00:00 UTC, so it is not certain which of them was"
                        + " approved. Check the planned window in ServiceNow, then build again.");
        assertThat(WindowRule.refusalAfterMove(change, null, ModelStates.DEFAULT)
                        .toString())
                .contains("from - to 2026-12-01 20:00:00 UTC");
    }

    /** Of a model with states of its own; the value of New may be any of them. */
    @ParameterizedTest
    @CsvSource({
        "Draft, requested, true",
        "Draft, approved, false",
        "Draft, '', false",
        "Ready, requested, false",
        "Done, not requested, false",
        "Whatever, not requested, false",
    })
    void ofAMappedModelTheStatesInWhichItWaitsCount(String state, String approval, boolean moved) {
        ModelStates mapped = new ModelStates(
                Map.of("Low risk", new ModelStates.StateMap(Set.of("Draft"), Set.of("Ready"), Set.of("Done"))), true);
        ChangeRequest change = ChangeFixture.change()
                .state(ChangeState.NEW.value())
                .approval(approval)
                .plannedStart(START)
                .plannedEnd(END)
                .model(new ChangeModel("1".repeat(32), "Low risk", state))
                .get();
        assertThat(WindowRule.update(WINDOW, change, START.minusSeconds(1), mapped) != null)
                .isEqualTo(moved);
        assertThat(WindowRule.update(WINDOW, change, START.minusSeconds(1), ModelStates.DEFAULT))
                .as("nobody mapped it")
                .isNull();
    }

    @Test
    void whatPeoplePlannedStays() {
        ChangeRequest change = change(ChangeState.ASSESS, "requested", START, END.plusSeconds(60));
        assertThat(WindowRule.isOther(WINDOW, change)).isTrue();
        assertThat(WindowRule.due(WINDOW, change, START, ModelStates.DEFAULT)).isNull();
        assertThat(newStart(change, END)).isNull();
        assertThat(WindowRule.isOther(WINDOW, change(ChangeState.ASSESS, "requested")))
                .isFalse();
    }

    /** The instance did not store them. */
    @Test
    void missingDatesAreSet() {
        for (ChangeRequest change : new ChangeRequest[] {
            change(ChangeState.NEW, "not requested", null, null),
            change(ChangeState.NEW, "not requested", START, null),
            change(ChangeState.NEW, "not requested", null, END)
        }) {
            assertThat(newStart(change, START.minusSeconds(30))).isEqualTo(START);
            assertThat(WindowRule.refusal(change)).isNotNull();
            assertThat(WindowRule.isOther(WINDOW, change)).isFalse();
        }
        assertThat(WindowRule.refusal(change(ChangeState.IMPLEMENT, "approved")))
                .isNull();
    }

    /** Nobody knows whether such a change was approved. */
    @Test
    void neverInAStateThatIsNotKnown() {
        ChangeRequest change = ChangeFixture.change()
                .state(77)
                .approval("requested")
                .plannedStart(START)
                .plannedEnd(END)
                .get();
        assertThat(WindowRule.due(WINDOW, change, START.minusSeconds(3600), ModelStates.DEFAULT))
                .isNull();
        assertThat(AbandonedChangeRule.isUnapproved(change, ModelStates.DEFAULT))
                .isFalse();
    }
}
