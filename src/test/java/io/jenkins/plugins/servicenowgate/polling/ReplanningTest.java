package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.polling.ChangeTransitioner.TransitionResult;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A change whose planned window is moved on: what is sent, and what proves it. It is Tuesday, 20:00 UTC. */
class ReplanningTest extends ScriptedInstanceTestBase {
    private final ChangeTransitioner transitioner = new ChangeTransitioner(context);
    private final ReleaseDecision waits = new ReleaseDecision.Wait(
            io.jenkins.plugins.servicenowgate.rules.Messages._ReleaseRule_WaitsForImplement("CHG1", "x", "y"), null);

    private static String planned(String start, String end) {
        return ofType("normal", row('a', "CHG1", TITLE, -4, true, ""))
                .replace("\"approved\"", "\"requested\"")
                .replace("\"start_date\":{\"value\":\"\"}", "\"start_date\":{\"value\":\"" + start + "\"}")
                .replace("\"end_date\":{\"value\":\"\"}", "\"end_date\":{\"value\":\"" + end + "\"}");
    }

    private static final String TODAY = planned("2026-12-01 18:00:00", "2026-12-01 20:00:00");
    private static final String TOMORROW = planned("2026-12-02 18:00:00", "2026-12-02 20:00:00");

    private Waiter ownInWindow() {
        window = DeploymentWindow.parse("18:00", "2", "UTC", "MON-THU");
        Waiter own = new Waiter(null);
        own.record.linksCreated(true);
        own.record.link(change('a', "CHG1", ChangeState.ASSESS, "normal", null));
        return own;
    }

    @Test
    void aWindowThatIsMovedOnNeedsNoTransitionOfTheModel() throws Exception {
        Waiter own = ownInWindow();
        String model = "\"chg_model\":{\"value\":\"" + id('e') + "\",\"display_value\":\"Normal\"},\"close_notes\"";
        instance.json(list(TODAY.replace("\"close_notes\"", model)))
                .json(one(TOMORROW))
                .json(list(TOMORROW.replace("\"close_notes\"", model)));

        assertThat(transitioner.move(own.approval, client)).isInstanceOf(TransitionResult.Read.class);
        assertThat(instance.sent()).hasSize(3);
        assertThat(instance.sent().get(1))
                .startsWith("PATCH /" + id('a') + " ")
                .contains("\"start_date\":\"2026-12-02 18:00:00\"", "\"end_date\":\"2026-12-02 20:00:00\"");
        assertThat(own.told)
                .map(Object::toString)
                .containsExactly(
                        Messages.ColumnUpdate_Replanned("CHG1", "2026-12-02 18:00:00 UTC", "2026-12-02 20:00:00 UTC"));
    }

    /** Not at all, or only in part. */
    @ParameterizedTest
    @CsvSource({
        "2026-12-01 18:00:00, 2026-12-01 20:00:00",
        "2026-12-02 18:00:00, 2026-12-01 20:00:00",
        "2026-12-01 18:00:00, 2026-12-02 20:00:00"
    })
    void aWindowThatIsNotStoredIsNotMovedOn(String start, String end) throws Exception {
        Waiter own = ownInWindow();
        instance.json(list(TODAY)).json(one(TOMORROW)).json(list(planned(start, end)));

        assertThat(transitioner.move(own.approval, client))
                .isInstanceOfSatisfying(TransitionResult.NotApplied.class, result -> {
                    assertThat(result.news())
                            .hasToString(Messages.ColumnUpdate_NotReplanned("CHG1", "2026-12-02 18:00:00 UTC"));
                    assertThat(result.refusal().getKey()).isEqualTo("ColumnUpdate.RefusedNotReplanned");
                });
    }

    @Test
    void aWindowOfPeopleIsReportedAndStays() {
        Waiter own = ownInWindow();
        ChangeRequest other = ChangeFixture.change()
                .title(TITLE)
                .state(-4)
                .approval("requested")
                .plannedStart(NOW)
                .plannedEnd(NOW.plusSeconds(60))
                .get();
        assertThat(transitioner.explain(own.approval, other, waits, NOW)).isSameAs(waits);
        assertThat(transitioner.explain(own.approval, other, waits, NOW)).isSameAs(waits);
        assertThat(own.told)
                .map(Object::toString)
                .containsExactly(Messages.ColumnUpdate_OtherWindow(
                        "CHG1", "2026-12-01 20:00:00 UTC", "2026-12-01 20:01:00 UTC"));
    }
}
