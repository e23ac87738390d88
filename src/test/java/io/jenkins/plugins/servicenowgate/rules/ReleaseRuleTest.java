package io.jenkins.plugins.servicenowgate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeModel;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The decision table, every state × approval × hold × activity × window × time on both sides of each boundary. */
class ReleaseRuleTest {
    private static final Instant START = Instant.parse("2026-12-01T20:00:00Z");
    private static final Instant END = Instant.parse("2026-12-01T22:00:00Z");
    private static final List<Integer> STATES = List.of(-5, -4, -3, -2, -1, 0, 3, 4, 1, 2, 5, -6, 100);
    private static final List<Instant> TIMES = List.of(
            START.minusSeconds(1),
            START.minusNanos(1),
            START,
            START.plusNanos(1),
            END.minusNanos(1),
            END,
            END.plusNanos(1),
            END.plusSeconds(1));

    @Test
    void decidesAsTheContractSays() {
        int cases = 0;
        for (int state : STATES) {
            for (String approval : List.of("not requested", "requested", "approved", "rejected", "Rejected ", "")) {
                for (boolean onHold : new boolean[] {false, true}) {
                    for (boolean active : new boolean[] {false, true}) {
                        for (Instant start : new Instant[] {null, START}) {
                            for (Instant end : new Instant[] {null, END}) {
                                for (Instant now : TIMES) {
                                    decides(state, approval, onHold, active, start, end, now);
                                    cases++;
                                }
                            }
                        }
                    }
                }
            }
        }
        assertThat(cases).isEqualTo(13 * 6 * 2 * 2 * 2 * 2 * 8);
    }

    private static final Set<String> REFUSALS = Set.of(
            "ReleaseRule.UnknownState",
            "ReleaseRule.Finished",
            "ReleaseRule.Inactive",
            "ReleaseRule.Rejected",
            "ReleaseRule.WindowPassed");

    private static void decides(
            int state, String approval, boolean onHold, boolean active, Instant start, Instant end, Instant now) {
        ReleaseDecision decision = ReleaseRule.decide(change(state, approval, onHold, active, start, end), now);

        assertThat(decision.reason().getKey())
                .as("%s %s hold=%s active=%s %s..%s at %s", state, approval, onHold, active, start, end, now)
                .isEqualTo(expected(state, approval, onHold, active, start, end, now));
        Class<?> kind = REFUSALS.contains(decision.reason().getKey())
                ? ReleaseDecision.Refuse.class
                : "ReleaseRule.Released".equals(decision.reason().getKey())
                        ? ReleaseDecision.Proceed.class
                        : ReleaseDecision.Wait.class;
        assertThat(decision).isInstanceOf(kind);
        if (decision instanceof ReleaseDecision.Wait wait) {
            assertThat(wait.until())
                    .isEqualTo("ReleaseRule.WaitsForStart".equals(wait.reason().getKey()) ? START : null);
        }
    }

    /** Written anew from the table, as a list of rows; the first that fits. */
    private static String expected(
            int state, String approval, boolean onHold, boolean active, Instant start, Instant end, Instant now) {
        record Row(boolean fits, String reason) {}
        boolean early = start != null && now.compareTo(start) < 0;
        boolean late = end != null && now.compareTo(end) > 0;
        return Stream.of(
                        new Row(!List.of(-5, -4, -3, -2, -1, 0, 3, 4).contains(state), "ReleaseRule.UnknownState"),
                        new Row(state >= 0, "ReleaseRule.Finished"),
                        new Row(!active, "ReleaseRule.Inactive"),
                        new Row(approval.toLowerCase().startsWith("rejected"), "ReleaseRule.Rejected"),
                        new Row(late, "ReleaseRule.WindowPassed"),
                        new Row(onHold, "ReleaseRule.WaitsOnHold"),
                        new Row(state < -1, "ReleaseRule.WaitsForImplement"),
                        new Row(early, "ReleaseRule.WaitsForStart"),
                        new Row(true, "ReleaseRule.Released"))
                .filter(Row::fits)
                .findFirst()
                .orElseThrow()
                .reason();
    }

    @Test
    void reportsWhatItWaitsForAndWhatToDo() {
        assertThat(text(change(-4, "requested", false, true, null, null)))
                .isEqualTo("Waiting: CHG0030001 is in Assess (approval: requested);"
                        + " the deployment is released when the change is in Implement.");
        assertThat(text(change(-1, "approved", true, true, null, null)))
                .isEqualTo("Waiting: CHG0030001 is on hold: database down");
        assertThat(text(change(-1, "approved", false, true, START.plusSeconds(9), null)))
                .isEqualTo("Waiting: CHG0030001 is in Implement; its planned start is 2026-12-01 20:00:09 UTC.");
        assertThat(text(change(4, "approved", false, false, null, null)))
                .startsWith("Refused: CHG0030001 is in Canceled");
        assertThat(text(change(-1, "approved", false, true, null, START.minusSeconds(1))))
                .startsWith("Refused: the planned end of CHG0030001, 2026-12-01 19:59:59 UTC, has passed.");
    }

    private static final ModelStates MAPPED = new ModelStates(
            Map.of("Low risk", new ModelStates.StateMap(Set.of("Draft"), Set.of("Ready", "30"), Set.of("Done"))), true);

    private static ChangeRequest inModel(ChangeRequest change, String model, String state) {
        return ChangeFixture.of(change)
                .model(new ChangeModel("a".repeat(32), model, state))
                .get();
    }

    private static String mapped(ChangeRequest change, String model, String state) {
        return ReleaseRule.decide(inModel(change, model, state), START, false, MAPPED)
                .reason()
                .toString();
    }

    /** In a model of its own, the values of the default life cycle mean nothing. */
    @Test
    void theStatesOfAModelAreThoseThatAdministratorsMapped() {
        ChangeRequest implement = change(-1, "approved", false, true, null, null);
        assertThat(mapped(implement, "Low risk", "Draft"))
                .isEqualTo("Waiting: CHG0030001 is in Draft (approval: approved); the deployment is released in a state"
                        + " that administrators have mapped for the change model \"Low risk\".");
        assertThat(mapped(implement, "Low risk", "Ready"))
                .isEqualTo("CHG0030001 is in Ready; the deployment is released.");
        assertThat(mapped(change(30, "Approved ", false, true, null, null), "Low risk", "Bereit"))
                .isEqualTo("CHG0030001 is in Bereit; the deployment is released.");
        assertThat(mapped(implement, "Low risk", "Done"))
                .startsWith("Refused: CHG0030001 is in Done and can't be used");
        assertThat(mapped(implement, "Low risk", "Implement"))
                .isEqualTo("Refused: CHG0030001 is in the state \"Implement\" of the change model \"Low risk\", which"
                        + " nobody has mapped. A Jenkins administrator maps the states of the model in the connection"
                        + " (states); then build again.");
        assertThat(mapped(implement, "low risk", "Ready")).contains("the change model \"low risk\", which nobody");
        assertThat(mapped(implement, "", "Ready"))
                .startsWith("Refused: CHG0030001 is in the state \"Ready\" of the change model \"(without a readable");
    }

    @Test
    void aMappedStateReleasesAnApprovedChangeAlone() {
        for (String approval : List.of("requested", "not requested", "", "approved by nobody")) {
            assertThat(mapped(change(30, approval, false, true, null, null), "Low risk", "Ready"))
                    .isEqualTo("Waiting: CHG0030001 is in Ready, but its approval is \"" + approval
                            + "\"; the deployment is released when it is \"approved\".");
        }
        assertThat(mapped(change(30, "rejected", false, true, null, null), "Low risk", "Ready"))
                .startsWith("Refused: the approval of CHG0030001 was rejected.");
        assertThat(mapped(change(30, "approved", true, true, null, null), "Low risk", "Ready"))
                .isEqualTo("Waiting: CHG0030001 is on hold: database down");
        assertThat(mapped(change(30, "approved", false, false, null, null), "Low risk", "Ready"))
                .startsWith("Refused: CHG0030001 is no longer active.");
        assertThat(mapped(change(30, "approved", false, true, START.plusSeconds(1), null), "Low risk", "Ready"))
                .isEqualTo("Waiting: CHG0030001 is in Ready; its planned start is 2026-12-01 20:00:01 UTC.");
        assertThat(mapped(change(30, "approved", false, true, null, START.minusSeconds(1)), "Low risk", "Ready"))
                .startsWith("Refused: the planned end of CHG0030001");
    }

    /** In a model that nobody sees, the value of Implement may be that of any state. */
    @Test
    void implementOfAHiddenModelReleasesAnApprovedChangeAlone() {
        for (String approval : List.of("requested", "not requested", "")) {
            ChangeRequest hidden = ChangeFixture.of(change(-1, approval, false, true, null, null))
                    .modelHidden(true)
                    .get();
            assertThat(text(hidden))
                    .isEqualTo("Waiting: CHG0030001 is in Implement, but its approval is \"" + approval
                            + "\"; the deployment is released when it is \"approved\".");
        }
        ChangeRequest approved = ChangeFixture.of(change(-1, "approved", false, true, null, null))
                .modelHidden(true)
                .get();
        assertThat(text(approved)).isEqualTo("CHG0030001 is in Implement; the deployment is released.");
        assertThat(ReleaseRule.decide(approved, START, false, MAPPED).reason().toString())
                .startsWith("Refused: CHG0030001 is in the state \"Implement\" of the change model \"(without a");
    }

    @Test
    void theBaseModelsHaveTheDefaultLifeCycle() {
        ChangeRequest implement = change(-1, "not requested", false, true, null, null);
        for (String model : List.of("Normal", "Standard", "Emergency")) {
            assertThat(mapped(implement, model, "Implementieren"))
                    .isEqualTo("CHG0030001 is in Implement; the deployment is released.");
        }
    }

    @Test
    void waitsAfterARejectionWhereThatIsWanted() {
        ChangeRequest rejected = change(-5, "rejected", false, true, null, null);
        assertThat(ReleaseRule.decide(rejected, START, false, ModelStates.DEFAULT))
                .isInstanceOf(ReleaseDecision.Refuse.class);
        assertThat(ReleaseRule.decide(change(-5, "rejected", true, true, null, null), START, true, ModelStates.DEFAULT)
                        .reason()
                        .toString())
                .isEqualTo("Waiting: CHG0030001 is on hold: database down");
        assertThat(ReleaseRule.decide(rejected, START, true, ModelStates.DEFAULT))
                .isInstanceOf(ReleaseDecision.Wait.class)
                .extracting(decision -> decision.reason().toString())
                .isEqualTo("Waiting: the approval of CHG0030001 was rejected. Answer the approvers in ServiceNow and"
                        + " request approval again; or abort the build.");
        assertThat(ReleaseRule.decide(
                        change(-1, "rejected", false, true, null, null), START, true, ModelStates.DEFAULT))
                .as("in Implement")
                .isInstanceOf(ReleaseDecision.Wait.class);
        assertThat(ReleaseRule.decide(
                        change(4, "rejected", false, false, null, null), START, true, ModelStates.DEFAULT))
                .as("canceled")
                .isInstanceOf(ReleaseDecision.Refuse.class);
        assertThat(ReleaseRule.decide(
                        change(-5, "rejected", false, true, null, START.minusSeconds(1)),
                        START,
                        true,
                        ModelStates.DEFAULT))
                .as("planned end passed")
                .isInstanceOf(ReleaseDecision.Refuse.class);
        assertThat(ReleaseRule.decide(
                        change(-1, "approved", false, true, null, null), START, true, ModelStates.DEFAULT))
                .isInstanceOf(ReleaseDecision.Proceed.class);
    }

    @Test
    void cleansTextOfOthers() {
        ChangeRequest change = ChangeFixture.change()
                .onHold(true)
                .onHoldReason("a\u001b[31m\nb\u202e")
                .get();

        assertThat(text(change)).isEqualTo("Waiting: CHG1 is on hold: a [31m b");
    }

    private static String text(ChangeRequest change) {
        return ReleaseRule.decide(change, START).reason().toString();
    }

    private static ChangeRequest change(
            int state, String approval, boolean onHold, boolean active, Instant start, Instant end) {
        return ChangeFixture.change()
                .number("CHG0030001")
                .title("title")
                .state(state)
                .approval(approval)
                .onHold(onHold)
                .onHoldReason("database down")
                .active(active)
                .plannedStart(start)
                .plannedEnd(end)
                .get();
    }

    /** Such a line is replaced by one that says who rejected the change. */
    @Test
    void knowsWhichDecisionsAreAboutARejection() {
        ChangeRequest rejected =
                ChangeFixture.change().state(-5).approval("rejected").get();
        ChangeRequest fresh =
                ChangeFixture.change().state(-5).approval("requested").get();
        for (boolean waits : new boolean[] {false, true}) {
            assertThat(ReleaseRule.isAboutRejection(ReleaseRule.decide(rejected, START, waits, ModelStates.DEFAULT)))
                    .isTrue();
            assertThat(ReleaseRule.isAboutRejection(ReleaseRule.decide(fresh, START, waits, ModelStates.DEFAULT)))
                    .isFalse();
        }
    }
}
