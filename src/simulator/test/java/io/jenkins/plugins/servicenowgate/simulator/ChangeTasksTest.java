package io.jenkins.plugins.servicenowgate.simulator;

import static io.jenkins.plugins.servicenowgate.simulator.Caller.CHANGES;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ChangeTasksTest {
    private final ServiceNowSimulator simulator = ServiceNowSimulator.start();
    private final Caller caller = new Caller(simulator).signIn();
    private final SimulatedChange change = simulator.addChange(Map.of("short_description", "Deploy"));
    private final String tasks = CHANGES + "/" + change.sysId() + "/task";
    private final SimulatedTask task = simulator.addTask(change.number(), "Test it");

    @AfterEach
    void stop() {
        simulator.close();
    }

    private HttpResponse<String> close(String fields) {
        return caller.patch(tasks + "/" + task.sysId(), "{\"state\":\"3\"" + fields + "}");
    }

    @Test
    void listsTheTasksOfOneChange() {
        simulator.addTask(simulator.addChange(Map.of()).number(), "Another");

        JsonNode rows = Caller.result(caller.get(tasks + "?sysparm_query=active%3Dtrue"));
        assertThat(rows.get(0).path("number").path("value").asString()).isEqualTo("CTASK0010001");
        assertThat(rows.get(0).path("parent").path("value").asString()).isEqualTo(change.sysId());
        assertThat(rows.get(0).path("active").path("value").booleanValue()).isTrue();
        assertThat(rows.get(1).path("__meta").isObject()).isTrue();
        assertThat(rows).hasSize(2);

        simulator.behaviour().taskReadRole(false);
        assertThat(Caller.result(caller.get(tasks))).hasSize(1);
        assertThat(caller.get(CHANGES + "/" + task.sysId() + "/task").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aTaskIsClosedWithItsCloseInformation() {
        assertThat(close("").statusCode()).isEqualTo(400);
        assertThat(task.isOpen()).isTrue();

        assertThat(close(",\"close_code\":\"successful\",\"close_notes\":\"done\"")
                        .statusCode())
                .isEqualTo(200);
        assertThat(task.isOpen()).isFalse();
        assertThat(Caller.result(caller.get(tasks + "?sysparm_query=active%3Dtrue")))
                .hasSize(1);

        simulator.behaviour().taskWriteRole(false);
        assertThat(close("").statusCode()).isEqualTo(403);
        assertThat(caller.patch(tasks + "/" + change.sysId(), "{}").statusCode())
                .isEqualTo(404);
    }

    @Test
    void anOpenTaskKeepsItsChangeFromBeingClosed() {
        change.set("state", "0").set("close_code", "successful").set("close_notes", "done");

        HttpResponse<String> refused = caller.patch(change, "{\"state\":\"3\"}");
        assertThat(refused.body()).contains("Close or cancel the open change tasks first");
        JsonNode transition = Caller.result(caller.get(CHANGES + "/" + change.sysId() + "/nextstates"))
                .path("state_transitions")
                .get(0)
                .get(0);
        assertThat(transition.path("to_state").asString()).isEqualTo("3");
        assertThat(transition.path("transition_available").booleanValue()).isFalse();
        assertThat(transition.path("conditions").get(1).path("passed").booleanValue())
                .isFalse();
        assertThat(transition
                        .path("conditions")
                        .get(1)
                        .path("condition")
                        .path("name")
                        .asString())
                .isEqualTo("No active Change Tasks");

        task.set("state", SimulatedTask.CANCELED);
        assertThat(caller.patch(change, "{\"state\":\"3\"}").statusCode()).isEqualTo(200);
    }

    @Test
    void theWorkflowMayAddATaskInReview() {
        simulator.behaviour().reviewTask(true);
        change.set("state", "-1");
        assertThat(caller.patch(change, "{\"state\":\"0\"}").statusCode()).isEqualTo(200);
        assertThat(simulator.tasks(change.number()))
                .extracting(made -> made.get("short_description"))
                .containsExactly("Test it", "Post implementation review");
    }
}
