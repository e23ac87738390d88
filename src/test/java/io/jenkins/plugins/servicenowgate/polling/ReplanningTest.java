package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.servicenowgate.polling.ChangeTransitioner.TransitionResult;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        instance.json(list(ofModel("Normal", TODAY))).json(one(TOMORROW)).json(list(ofModel("Normal", TOMORROW)));

        assertThat(transitioner.move(own.approval, client)).isInstanceOf(TransitionResult.Read.class);
        assertThat(instance.sent()).hasSize(3);
        assertThat(instance.sent().get(1))
                .startsWith("PATCH /" + id('a') + " ")
                .contains("\"start_date\":\"2026-12-02 18:00:00\"", "\"end_date\":\"2026-12-02 20:00:00\"");
        assertThat(own.told)
                .map(Object::toString)
                .containsExactly(
                        Messages.ColumnUpdate_Replanned("CHG1", "2026-12-02 18:00:00 UTC", "2026-12-02 20:00:00 UTC"));
        assertThat(own.record.replannedFrom()).isEqualTo(Instant.parse("2026-12-01T18:00:00Z"));
        assertThat(own.record.replannedTo()).as("answered").isNull();
    }

    private static final Instant NEXT_START = Instant.parse("2026-12-02T18:00:00Z");

    /** A retry that is answered tells nothing of the request before, which may still arrive. */
    @Test
    void aRequestWithoutAResponseMayBeOnItsWay() throws Exception {
        Waiter own = ownInWindow();
        instance.json(list(TODAY)).then(503, "text/html", "busy");
        assertThatThrownBy(() -> transitioner.move(own.approval, client)).isInstanceOf(ServiceNowException.class);
        assertThat(own.record.replannedTo()).isEqualTo(NEXT_START);

        instance.json(list(TODAY)).json(one(TOMORROW)).json(list(TOMORROW));
        transitioner.move(own.approval, client);
        assertThat(own.record.replannedTo()).isEqualTo(NEXT_START);
    }

    @Test
    void aRejectedRequestIsNotOnItsWay() throws Exception {
        Waiter own = ownInWindow();
        instance.json(list(TODAY)).then(403, "application/json", OWN_ERROR);
        assertThat(transitioner.move(own.approval, client)).isInstanceOf(TransitionResult.Rejected.class);
        assertThat(own.record.isReplanning()).isTrue();
        assertThat(own.record.replannedTo()).isNull();
    }

    /** What could not be stored is not sent, and forgotten only if no earlier request was sent. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWindowWhoseMoveCannotBeStoredIsNotMoved(boolean sentBefore) {
        Waiter own = ownInWindow();
        if (sentBefore) {
            own.record.replanningStarts(NOW, NEXT_START);
        }
        own.diskFull = true;
        instance.json(list(TODAY));
        assertThatThrownBy(() -> transitioner.move(own.approval, client)).isInstanceOf(UncheckedIOException.class);
        assertThat(instance.sent()).hasSize(1);
        assertThat(own.record.isReplanning()).isEqualTo(sentBefore);
    }

    @Test
    void nothingIsSentForADeploymentThatEndedWhileItWasStored() throws Exception {
        Waiter own = ownInWindow();
        own.whileSaving = () -> own.approval.end();
        instance.json(list(TODAY));
        assertThat(transitioner.move(own.approval, client)).isInstanceOf(TransitionResult.Ended.class);
        assertThat(instance.sent()).hasSize(1);
    }

    /** Only a change that is moved and not approved yet is approved for the new window from then on. */
    @Test
    void aMovedWindowIsSettledBeforeItsApproval() {
        ChangeFixture moved = ChangeFixture.change()
                .title(TITLE)
                .state(-4)
                .approval("requested")
                .plannedStart(NEXT_START);
        Waiter own = ownInWindow();
        own.approval.settleReplanning(moved.get(), ModelStates.DEFAULT);
        assertThat(own.saved).as("nothing to settle").isEmpty();

        own.record.replanningStarts(NOW, NEXT_START);
        own.approval.settleReplanning(moved.plannedStart(NOW.plusSeconds(60)).get(), ModelStates.DEFAULT);
        assertThat(own.record.isReplanning()).as("dates of somebody else").isTrue();
        own.approval.settleReplanning(moved.plannedStart(NEXT_START).get(), ModelStates.DEFAULT);
        assertThat(own.record.isReplanning()).isFalse();
        assertThat(own.saved).hasSize(1);

        own.record.replanningStarts(NOW, NEXT_START);
        own.diskFull = true;
        own.approval.settleReplanning(moved.get(), ModelStates.DEFAULT);
        assertThat(own.record.isReplanning()).as("known until a restart").isFalse();
    }

    @Test
    void anApprovalWhileTheWindowIsMovedRefuses() {
        Waiter own = ownInWindow();
        own.record.replanningStarts(NOW, NEXT_START);
        ChangeRequest approved =
                ChangeFixture.change().title(TITLE).plannedStart(NEXT_START).get();
        assertThat(own.approval
                        .decide(approved, NOW, ModelStates.DEFAULT)
                        .reason()
                        .getKey())
                .isEqualTo("WindowRule.ApprovedMeanwhile");
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
