package io.jenkins.plugins.servicenowgate.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LifeCycleTest {
    private final ServiceNowSimulator simulator = ServiceNowSimulator.start();
    private final Caller caller = new Caller(simulator).signIn();

    @AfterEach
    void stop() {
        simulator.close();
    }

    private SimulatedChange add(String type) {
        return simulator.addChange(Map.of("short_description", "Deploy", "type", type));
    }

    private HttpResponse<String> move(SimulatedChange change, SimulatedState state) {
        return caller.patch(change, "{\"state\":\"" + state.code() + "\"}");
    }

    private void assertRefused(HttpResponse<String> answer, String businessRule) {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Caller.json(answer).path("error").path("detail").asString())
                .contains("aborted by Business Rule '" + businessRule + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "normal, -5 -4 -3 -2 -1 0 3",
        "standard, -5 -2 -1 0 3",
        "emergency, -5 -3 -2 -1 0 3",
    })
    void eachTypeGoesItsOwnWayAndSkipsNoState(String type, String path) {
        SimulatedChange change = add(type);
        change.set("close_code", "successful").set("close_notes", "done");
        List<String> states = List.of(path.split(" "));

        for (int place = 1; place < states.size(); place++) {
            change.set("approval", "approved");
            if (place + 1 < states.size()) {
                String tooFar = states.get(place + 1);
                assertRefused(
                        caller.patch(change, "{\"state\":" + tooFar + "}"), "Change Model: Check State Transition");
            }
            assertThat(change.get("state")).isEqualTo(states.get(place - 1));
            HttpResponse<String> answer = caller.patch(change, "{\"state\":" + states.get(place) + "}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(change.get("state")).isEqualTo(states.get(place));
        }
        assertThat(change.get("active")).isEqualTo("false");
    }

    @Test
    void goesNeitherBackNorIntoAnUnknownStateNorOutOfAnEnd() {
        SimulatedChange change = add("normal");
        simulator.people().approve(change.number());

        assertRefused(move(change, SimulatedState.SCHEDULED), "Change Model: Check State Transition");
        assertRefused(caller.patch(change, "{\"state\":17}"), "Change Model: Check State Transition");
        simulator.people().close(change.number());
        assertRefused(move(change, SimulatedState.REVIEW), "Change Model: Check State Transition");
        assertRefused(
                caller.patch(change, "{\"state\":4,\"reason\":\"late\"}"), "Change Model: Check State Transition");
    }

    @Test
    void theStateItHasAlreadyIsNoMove() {
        SimulatedChange change = add("standard");

        assertThat(move(change, SimulatedState.NEW).statusCode()).isEqualTo(200);
        assertThat(change.get("approval")).isEqualTo("not requested");
    }

    @ParameterizedTest
    @ValueSource(strings = {"normal", "emergency"})
    void nobodyIsScheduledWithoutApproval(String type) {
        SimulatedChange change = add(type);
        simulator.people().moveTo(change.number(), SimulatedState.NEW);
        while (change.state().orElseThrow() != SimulatedState.AUTHORIZE) {
            SimulatedState next =
                    LifeCycle.next(type, change.state().orElseThrow()).orElseThrow();
            assertThat(move(change, next).statusCode()).isEqualTo(200);
            assertThat(change.get("approval")).isEqualTo("requested");
        }

        assertRefused(caller.patch(change, "{\"state\":-2,\"approval\":\"approved\"}"), "Change is not approved");
        assertThat(change.get("approval")).isEqualTo("requested");
    }

    @Test
    void aStandardChangeIsApprovedAsItIsScheduled() {
        SimulatedChange change = add("standard");

        assertThat(move(change, SimulatedState.SCHEDULED).statusCode()).isEqualTo(200);
        assertThat(change.get("approval")).isEqualTo("approved");
    }

    @Test
    void leavingNewMayNeedAnAssignmentGroup() {
        simulator.behaviour().assignmentGroupNeeded(true);
        SimulatedChange change = add("normal");

        assertRefused(move(change, SimulatedState.ASSESS), "Assignment group is mandatory");
        assertThat(change.state()).hasValue(SimulatedState.NEW);
        assertThat(caller.patch(change, "{\"state\":-4,\"assignment_group\":\"Network\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(change.state()).hasValue(SimulatedState.ASSESS);
    }

    @Test
    void aStateMayBeDroppedWithoutAWord() {
        simulator.behaviour().silentState(true);
        SimulatedChange change = add("standard");

        HttpResponse<String> answer = caller.patch(change, "{\"state\":-2,\"description\":\"kept\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Caller.result(answer).path("__meta").path("ignoredFields")).isEmpty();
        assertThat(Caller.result(answer).path("state").path("value").asDouble()).isEqualTo(-5.0);
        assertThat(change.state()).hasValue(SimulatedState.NEW);
        assertThat(change.get("description")).isEqualTo("kept");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 500})
    void aBusinessRuleAbortsWithTheStatusOfThatInstance(int status) {
        simulator.behaviour().businessRule("Freeze", status).abortStatus(status);
        SimulatedChange change = add("standard");

        HttpResponse<String> answer = caller.patch(change, "{\"state\":-2,\"work_notes\":\"lost\"}");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains("aborted by Business Rule 'Freeze'");
        assertThat(change.workNotes()).isEmpty();
        assertThat(caller.patch(change, "{\"work_notes\":\"kept\"}").statusCode())
                .isEqualTo(200);

        simulator.behaviour().noBusinessRule();
        assertThat(move(change, SimulatedState.CLOSED).statusCode()).isEqualTo(status);
        assertThat(move(change, SimulatedState.SCHEDULED).statusCode()).isEqualTo(200);
    }

    @Test
    void nothingMovesOnWhileItIsOnHold() {
        SimulatedChange change = add("standard");
        simulator.people().approve(change.number()).hold(change.number(), "freeze");

        assertRefused(move(change, SimulatedState.REVIEW), "Change is on hold");
        assertThat(caller.patch(change, "{\"on_hold\":false}").statusCode()).isEqualTo(200);
        assertThat(move(change, SimulatedState.REVIEW).statusCode()).isEqualTo(200);
    }

    @Test
    void holdingNeedsAReasonAndKeepsTheState() {
        SimulatedChange change = add("standard");

        assertRefused(caller.patch(change, "{\"on_hold\":true}"), "On hold reason is mandatory");
        assertThat(change.get("on_hold")).isEqualTo("false");
        assertThat(caller.patch(change, "{\"on_hold\":true,\"on_hold_reason\":\"freeze\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(change.get("on_hold")).isEqualTo("true");
        assertThat(change.state()).hasValue(SimulatedState.NEW);
    }

    @Test
    void closingNeedsCodeAndNotes() {
        SimulatedChange change = add("standard");
        simulator.people().review(change.number());
        assertThat(change.get("active")).isEqualTo("true");

        assertRefused(move(change, SimulatedState.CLOSED), "Close information is mandatory");
        assertRefused(
                caller.patch(change, "{\"state\":3,\"close_code\":\"successful\"}"), "Close information is mandatory");
        assertRefused(caller.patch(change, "{\"state\":3,\"close_notes\":\"x\"}"), "Close information is mandatory");
        assertThat(caller.patch(change, "{\"state\":3,\"close_code\":\"unsuccessful\",\"close_notes\":\"x\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(change.get("active")).isEqualTo("false");
        assertThat(change.get("close_code")).isEqualTo("unsuccessful");
    }

    @Test
    void cancellingNeedsAReason() {
        SimulatedChange change = add("normal");

        assertRefused(move(change, SimulatedState.CANCELED), "Cancelling needs a reason");
        assertThat(caller.patch(change, "{\"state\":4,\"reason\":\"late\"}").statusCode())
                .isEqualTo(200);
        assertThat(change.get("active")).isEqualTo("false");
    }

    @Test
    void workNotesAreAppendedAndComeBackEmpty() {
        SimulatedChange change = add("normal");

        caller.patch(change, "{\"work_notes\":\"first\"}");
        HttpResponse<String> answer = caller.patch(change, "{\"work_notes\":\"second\\nline\"}");

        assertThat(change.workNotes()).containsExactly("first", "second\nline");
        assertThat(Caller.result(answer).path("work_notes").path("value").asString())
                .isEmpty();
    }

    @Test
    void unknownAndProtectedFieldsAreListed() {
        SimulatedChange change = add("normal");
        simulator.behaviour().ignoreFields("close_code");

        HttpResponse<String> answer = caller.patch(
                change, "{\"u_nothing\":1,\"number\":\"CHG1\",\"close_code\":\"x\",\"description\":\"d\"}");

        assertThat(Caller.result(answer).path("__meta").path("ignoredFields").toString())
                .isEqualTo("[\"u_nothing\",\"number\",\"close_code\"]");
        assertThat(change.get("close_code")).isEmpty();
        assertThat(change.get("description")).isEqualTo("d");
    }

    @Test
    void refusesWithoutTheWriteRole() {
        simulator.behaviour().writeRole(false);
        SimulatedChange change = add("normal");

        assertThat(caller.patch(change, "{\"work_notes\":\"x\"}").statusCode()).isEqualTo(403);
        assertThat(change.workNotes()).isEmpty();
    }
}
