package io.jenkins.plugins.servicenowgate.worknotes;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.polling.PollingTestBase;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedTask;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of every kind after their deployment, with their tasks; and those whose deployment did not take place. */
class AfterDeploymentTest extends PollingTestBase {
    private static final String DEPLOYMENT = "0b7a3f52-0000-0000-0000-000000000001";
    private static final Instant START = Instant.parse("2026-12-01T18:00:00Z");
    private static final Instant END = Instant.parse("2026-12-01T18:12:30Z");

    private final ChangeOutbox outbox = new ChangeOutbox();
    private final RecordingOwner owner = new RecordingOwner();
    private ChangeUpdateQueue updateQueue;
    private SimulatedChange change;

    @BeforeEach
    void open() {
        updateQueue = newUpdateQueue();
        change(Map.of());
    }

    private void change(Map<String, String> fields) {
        change = simulator.addChange(fields);
        simulator.people().approve(change.number());
    }

    private static Ending ending(PendingUpdate.CloseCode code, boolean closed, boolean tasksClosed) {
        return new Ending("Deployed.", code, closed, tasksClosed, START, END);
    }

    private void end(PendingUpdate.CloseCode code, boolean closed, boolean tasksClosed) {
        outbox.finish(ending(code, closed, tasksClosed));
        writeAll();
    }

    private void writeAll() {
        updateQueue.write(
                new ChangeUpdateQueue.DeploymentUpdates(new SysId(change.sysId()), change.number(), outbox, owner));
        runUntil(() -> owner.settled.get() > 0);
    }

    private List<String> sent() {
        return simulator.requests().to(Endpoint.UPDATE).stream()
                .map(request -> request.json().toString())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"normal", "standard", "emergency"})
    void everyKindOfChangeIsClosedWithTheTimesOfTheDeployment(String type) {
        change(Map.of("type", type));
        end(PendingUpdate.CloseCode.SUCCESSFUL, true, false);

        assertThat(change.state()).contains(SimulatedState.CLOSED);
        assertThat(sent())
                .containsExactly(
                        "{\"close_code\":\"successful\",\"close_notes\":\"Deployed.\\n[ServiceNow Gate]\",\"state\":\"0\","
                                + "\"work_end\":\"2026-12-01 18:12:30\",\"work_start\":\"2026-12-01 18:00:00\"}",
                        "{\"close_code\":\"successful\",\"close_notes\":\"Deployed.\\n[ServiceNow Gate]\",\"state\":\"3\"}");
        assertThat(change.get("work_start")).isEqualTo("2026-12-01 18:00:00");
        assertThat(change.get("work_end")).isEqualTo("2026-12-01 18:12:30");
        assertThat(simulator.requests().count(Endpoint.TASKS)).isZero();
    }

    @Test
    void aModelThatOffersNoTransitionKeepsItsChange() {
        change(Map.of("chg_model", "Normal"));
        simulator.behaviour().failedCondition("Review is planned");
        end(PendingUpdate.CloseCode.SUCCESSFUL, true, false);

        assertThat(sent()).isEmpty();
        assertThat(owner.givenUp.get(0).toString())
                .contains("its change model offers no transition from Implement to Review")
                .contains("conditions that are not met: Review is planned");
        assertThat(change.state()).contains(SimulatedState.IMPLEMENT);
    }

    @Test
    void aModelThatOffersTheTransitionsIsClosed() {
        change(Map.of("chg_model", "Normal"));
        end(PendingUpdate.CloseCode.SUCCESSFUL, true, false);
        assertThat(change.state()).contains(SimulatedState.CLOSED);
        assertThat(sent()).hasSize(2);
    }

    /** Its states have the values of the default life cycle, and another meaning. */
    @Test
    void aChangeOfAnotherModelIsLeftToPeople() {
        change(Map.of("chg_model", "Low risk"));
        end(PendingUpdate.CloseCode.SUCCESSFUL, true, true);

        assertThat(sent()).isEmpty();
        assertThat(simulator.requests().count(Endpoint.UPDATE_TASK)).isZero();
        assertThat(owner.givenUp.get(0).toString()).contains("the change model \"Low risk\"", "is not moved");
    }

    @ParameterizedTest
    @CsvSource({"work_start, 2", "close_code, 3"})
    void fieldsThatTheInstanceRejectsAreLeftOut(String field, int requests) {
        simulator.behaviour().businessRule("not yet", 400, fields -> fields.containsKey(field));
        end(PendingUpdate.CloseCode.UNSUCCESSFUL, false, false);

        assertThat(change.state()).contains(SimulatedState.REVIEW);
        assertThat(sent()).hasSize(requests);
        assertThat(change.get("close_code")).isEqualTo(requests == 2 ? "unsuccessful" : "");
        assertThat(owner.givenUp).isEmpty();
    }

    @Test
    void whatPeopleClosedAlreadyIsLeftAlone() {
        simulator.people().review(change.number()).close(change.number());
        end(PendingUpdate.CloseCode.SUCCESSFUL, true, true);

        assertThat(sent()).isEmpty();
        assertThat(owner.givenUp).isEmpty();
    }

    @Test
    void aChangeThatPeopleMovedToReviewIsStillClosed() {
        simulator.people().review(change.number());
        end(PendingUpdate.CloseCode.SUCCESSFUL, true, false);

        assertThat(change.state()).contains(SimulatedState.CLOSED);
        assertThat(sent()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"IMPLEMENT, Review", "REVIEW, Closed"})
    void aChangeOnHoldIsNeverMoved(SimulatedState state, String target) {
        simulator.people().moveTo(change.number(), state).hold(change.number(), "audit");
        end(PendingUpdate.CloseCode.SUCCESSFUL, true, true);

        assertThat(sent()).isEmpty();
        assertThat(simulator.requests().count(Endpoint.UPDATE_TASK)).isZero();
        assertThat(owner.givenUp)
                .singleElement()
                .satisfies(lost -> assertThat(lost.toString())
                        .contains("The transition to " + target, "is on hold and is not moved. audit"));
    }

    // ---- tasks

    @Test
    void openTasksAreListedWithTheWordsOfTheModel() {
        SimulatedTask test = simulator.addTask(change.number(), "Smoke test");
        simulator.addTask(change.number(), "Tell support").set("state", "4");
        end(PendingUpdate.CloseCode.SUCCESSFUL, true, false);

        assertThat(change.state()).contains(SimulatedState.REVIEW);
        assertThat(owner.givenUp)
                .singleElement()
                .satisfies(lost -> assertThat(lost.toString())
                        .contains(
                                "The transition to Closed of " + change.number() + " failed",
                                "Close or cancel the open change tasks first",
                                "open change tasks (1): " + test.number() + " (Smoke test)",
                                "conditions that are not met: No active Change Tasks"));
        assertThat(test.isOpen()).isTrue();
        assertThat(simulator.requests().count(Endpoint.UPDATE_TASK)).isZero();
    }

    @Test
    void tasksThatPeopleCloseMeanwhileLetTheChangeBeClosed() {
        SimulatedTask test = simulator.addTask(change.number(), "Smoke test");
        outbox.finish(ending(PendingUpdate.CloseCode.SUCCESSFUL, true, false));
        updateQueue.write(
                new ChangeUpdateQueue.DeploymentUpdates(new SysId(change.sysId()), change.number(), outbox, owner));
        runUntil(() -> simulator.requests().count(Endpoint.TASKS) > 0);
        test.set("state", "3");
        runUntil(() -> owner.settled.get() > 0);

        assertThat(change.state()).contains(SimulatedState.CLOSED);
        assertThat(owner.givenUp).isEmpty();
    }

    @Test
    void openTasksAreClosedWithTheResultBeforeEachMove() {
        simulator.behaviour().reviewTask(true);
        SimulatedTask test = simulator.addTask(change.number(), "Smoke test");
        SimulatedTask done = simulator.addTask(change.number(), "Backup").set("state", "3");
        end(PendingUpdate.CloseCode.SUCCESSFUL_ISSUES, true, true);

        assertThat(change.state()).contains(SimulatedState.CLOSED);
        assertThat(test.get("close_code")).isEqualTo("successful_issues");
        assertThat(test.get("close_notes")).isEqualTo("Deployed.\n[ServiceNow Gate]");
        assertThat(done.get("close_code")).as("not touched").isEmpty();
        assertThat(simulator.requests().to(Endpoint.UPDATE_TASK))
                .extracting(request -> request.json().toString())
                .containsExactly(closedTask(), closedTask());
        assertThat(simulator.requests().to(Endpoint.UPDATE_TASK).get(0).path())
                .endsWith("/change/" + change.sysId() + "/task/" + test.sysId());
        assertThat(simulator.requests().to(Endpoint.TASKS))
                .allSatisfy(
                        request -> assertThat(request.query()).containsOnly(Map.entry("sysparm_query", "active=true")));
    }

    private static String closedTask() {
        return "{\"close_code\":\"successful_issues\",\"close_notes\":\"Deployed.\\n[ServiceNow Gate]\",\"state\":\"3\"}";
    }

    @Test
    void tasksThatMayNotBeClosedAreListed() {
        simulator.behaviour().taskWriteRole(false);
        simulator.addTask(change.number(), "Smoke test");
        end(PendingUpdate.CloseCode.SUCCESSFUL, true, true);

        assertThat(change.state()).contains(SimulatedState.REVIEW);
        assertThat(owner.givenUp)
                .singleElement()
                .satisfies(lost -> assertThat(lost.toString()).contains("open change tasks (1)", "Smoke test"));
    }

    @Test
    void tasksThatMayNotBeReadHideNothingElse() {
        simulator.behaviour().taskReadRole(false).failedCondition("Risk assessed");
        simulator.addTask(change.number(), "Smoke test");
        end(PendingUpdate.CloseCode.SUCCESSFUL, true, true);

        assertThat(owner.givenUp)
                .singleElement()
                .satisfies(lost -> assertThat(lost.toString())
                        .contains("conditions that are not met: No active Change Tasks, Risk assessed")
                        .doesNotContain("open change tasks ("));
    }

    /** Each task is closed once, however the answers get lost. */
    @ParameterizedTest
    @ValueSource(strings = {"UPDATE_TASK", "TASKS", "UPDATE", "LIST"})
    void lostAnswersDoNothingTwice(Endpoint endpoint) {
        SimulatedTask test = simulator.addTask(change.number(), "Smoke test");
        simulator.faults().on(endpoint).times(2, Fault.unavailable().afterCommit());
        end(PendingUpdate.CloseCode.SUCCESSFUL, true, true);

        assertThat(change.state()).contains(SimulatedState.CLOSED);
        assertThat(test.isOpen()).isFalse();
        assertThat(simulator.requests().count(Endpoint.UPDATE_TASK)).isEqualTo(1);
        assertThat(sent()).hasSize(2);
        assertThat(owner.givenUp).isEmpty();
    }

    // ---- a deployment that did not take place

    private void abandoned(String approval, SimulatedState state) {
        change.set("correlation_id", DEPLOYMENT).set("approval", approval).set("state", state.code());
    }

    private void cancel() {
        outbox.cancel("Aborted by alice. http://jenkins/job/shop/7/", DEPLOYMENT);
        writeAll();
    }

    @ParameterizedTest
    @CsvSource({"not requested, NEW", "requested, ASSESS", "requested, AUTHORIZE", "rejected, NEW"})
    void aChangeThatNobodyApprovedIsCanceledWithTheReason(String approval, SimulatedState state) {
        abandoned(approval, state);
        cancel();

        assertThat(change.state()).contains(SimulatedState.CANCELED);
        assertThat(sent())
                .containsExactly("{\"reason\":\"Aborted by alice. http://jenkins/job/shop/7/\",\"state\":\"4\"}");
        assertThat(owner.kept).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "approved, NEW, it may hold an approval",
        "approved, ASSESS, it may hold an approval",
        "'', NEW, it may hold an approval",
        "u_partly, NEW, it may hold an approval",
        "approved, SCHEDULED, it is in Scheduled",
        "requested, IMPLEMENT, it is in Implement",
        "requested, REVIEW, it is in Review",
    })
    void aChangeThatMayBeApprovedIsKept(String approval, SimulatedState state, String why) {
        abandoned(approval, state);
        cancel();

        assertThat(sent()).isEmpty();
        assertThat(owner.kept)
                .singleElement()
                .satisfies(line -> assertThat(line.toString()).isEqualTo("Kept " + change.number() + ": " + why + "."));
        assertThat(owner.givenUp).isEmpty();
    }

    private List<String> approvalQueries() {
        return simulator.requests().to(Endpoint.TABLE).stream()
                .filter(request -> request.path().endsWith("/sysapproval_approver"))
                .map(request -> request.query().get("sysparm_query"))
                .toList();
    }

    @Test
    void aChangeThatOneOfItsApproversApprovedIsKept() {
        abandoned("requested", SimulatedState.ASSESS);
        simulator
                .people()
                .requestApproval(change.number(), "CAB", "bob", "dora")
                .approveAs(change.number(), "bob");
        cancel();

        assertThat(sent()).isEmpty();
        assertThat(approvalQueries()).containsExactly("sysapprovalIN" + change.sysId());
        assertThat(owner.kept)
                .singleElement()
                .satisfies(line -> assertThat(line.toString())
                        .isEqualTo("Kept " + change.number() + ": it may hold an approval."));
    }

    @Test
    void aChangeWhoseApproversDidNotAnswerIsCanceled() {
        abandoned("requested", SimulatedState.ASSESS);
        simulator.people().requestApproval(change.number(), "CAB", "bob", "dora");
        cancel();

        assertThat(change.state()).contains(SimulatedState.CANCELED);
        assertThat(approvalQueries()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "refused, its approvals can't be read (",
        "empty, ServiceNow returned none of its approvals",
        "column, its approvals can't be read (",
    })
    void aChangeWhoseApprovalsCanNotBeReadIsKept(String right, String why) {
        switch (right) {
            case "refused" -> simulator.behaviour().refuseTables("sysapproval_approver");
            case "empty" -> simulator.behaviour().emptyTables("sysapproval_approver");
            default -> simulator.behaviour().hideTableColumns("state");
        }
        abandoned("requested", SimulatedState.ASSESS);
        cancel();

        assertThat(sent()).isEmpty();
        assertThat(change.state()).contains(SimulatedState.ASSESS);
        assertThat(owner.kept)
                .singleElement()
                .satisfies(line -> assertThat(line.toString()).startsWith("Kept " + change.number() + ": " + why));
        assertThat(owner.givenUp).isEmpty();
    }

    @Test
    void anOutageWhileApprovalsAreReadOnlyDelaysTheCancellation() {
        abandoned("requested", SimulatedState.ASSESS);
        simulator.faults().on(Endpoint.TABLE).times(2, Fault.unavailable());
        cancel();

        assertThat(change.state()).contains(SimulatedState.CANCELED);
        assertThat(owner.kept).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "another", DEPLOYMENT + " "})
    void aChangeOfSomebodyElseIsKept(String correlationId) {
        abandoned("not requested", SimulatedState.NEW);
        change.set("correlation_id", correlationId);
        cancel();

        assertThat(sent()).isEmpty();
        assertThat(approvalQueries()).as("not needed").isEmpty();
        assertThat(owner.kept)
                .singleElement()
                .satisfies(line -> assertThat(line.toString()).contains("does not prove that this gate created it"));
    }

    @Test
    void aChangeOfABreakGlassReleaseIsKept() {
        abandoned("not requested", SimulatedState.NEW);
        owner.deployedUnapproved = true;
        cancel();
        assertThat(sent()).isEmpty();
        assertThat(owner.kept.toString()).contains(": a deployment took place with it without an approval");
    }

    @Test
    void aChangeThatIsCanceledAlreadyIsLeftAlone() {
        abandoned("not requested", SimulatedState.CANCELED);
        cancel();

        assertThat(sent()).isEmpty();
        assertThat(owner.kept).isEmpty();
    }

    @Test
    void aCancellationThatWasNotAnsweredIsNotRepeated() {
        abandoned("not requested", SimulatedState.NEW);
        simulator.faults().on(Endpoint.UPDATE).times(1, Fault.unavailable().afterCommit());
        cancel();

        assertThat(change.state()).contains(SimulatedState.CANCELED);
        assertThat(sent()).hasSize(1);
    }

    /** Reading its approvals takes time, in which another build may find the change. */
    @Test
    void aChangeThatAnotherDeploymentFindsMeanwhileIsNotCanceled() {
        abandoned("not requested", SimulatedState.NEW);
        owner.turns.addAll(List.of(ChangeUpdateQueue.Turn.NOW, ChangeUpdateQueue.Turn.LATER));
        outbox.cancel("Aborted by alice.", DEPLOYMENT);
        updateQueue.write(
                new ChangeUpdateQueue.DeploymentUpdates(new SysId(change.sysId()), change.number(), outbox, owner));
        runUntil(() -> owner.turns.isEmpty());
        assertThat(approvalQueries()).hasSize(1);
        assertThat(sent()).isEmpty();
        assertThat(owner.settled).hasValue(0);

        runUntil(() -> owner.settled.get() > 0);
        assertThat(change.state()).contains(SimulatedState.CANCELED);
        assertThat(sent()).hasSize(1);
    }

    @Test
    void aCancellationThatIsRefusedIsReported() {
        abandoned("not requested", SimulatedState.NEW);
        simulator.behaviour().businessRule("only change managers", 403);
        cancel();

        assertThat(change.state()).contains(SimulatedState.NEW);
        assertThat(owner.givenUp)
                .singleElement()
                .satisfies(lost -> assertThat(lost.toString())
                        .contains("The cancellation of " + change.number() + " failed", "only change managers"));
    }
}
