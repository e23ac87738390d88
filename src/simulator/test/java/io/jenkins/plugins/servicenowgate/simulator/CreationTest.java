package io.jenkins.plugins.servicenowgate.simulator;

import static io.jenkins.plugins.servicenowgate.simulator.Caller.CHANGES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.http.HttpResponse;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CreationTest {
    private final ServiceNowSimulator simulator = ServiceNowSimulator.start();
    private final Caller caller = new Caller(simulator).signIn();

    @AfterEach
    void stop() {
        simulator.close();
    }

    private static String value(HttpResponse<String> answer, String field) {
        return Caller.result(answer).path(field).path("value").asString();
    }

    private static List<String> ignored(HttpResponse<String> answer) {
        List<String> names = new ArrayList<>();
        Caller.result(answer).path("__meta").path("ignoredFields").forEach(name -> names.add(name.asString()));
        return names;
    }

    @Test
    void createsANormalChangeInNew() {
        HttpResponse<String> answer = caller.post(CHANGES + "/normal", """
            {"short_description": "Deploy", "risk": 2, "cab_required": true, "start_date": "2026-01-02 03:04:05"}
            """);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(value(answer, "number")).isEqualTo("CHG0030001");
        assertThat(value(answer, "short_description")).isEqualTo("Deploy");
        SimulatedChange change = simulator.change("CHG0030001");
        assertThat(simulator.changes()).containsExactly(change);
        assertThat(change.state()).hasValue(SimulatedState.NEW);
        assertThat(change.get("type")).isEqualTo("normal");
        assertThat(change.get("approval")).isEqualTo("not requested");
        assertThat(change.get("risk")).isEqualTo("2");
        assertThat(change.get("cab_required")).isEqualTo("true");
        assertThat(change.get("start_date")).isEqualTo("2026-01-02 03:04:05");
        assertThat(ignored(answer)).isEmpty();
    }

    /** Los Angeles is eight hours behind UTC in winter. */
    @Test
    void someInstancesUnderstandDatesInTheZoneOfTheUser() {
        simulator.writtenDates(ZoneId.of("America/Los_Angeles"));
        caller.post(CHANGES + "/normal", "{\"start_date\": \"2026-01-02 03:04:05\", \"end_date\": \"soon\"}");
        SimulatedChange change = simulator.change("CHG0030001");
        assertThat(change.get("start_date")).isEqualTo("2026-01-02 11:04:05");
        assertThat(change.get("end_date")).isEmpty();

        simulator.behaviour().reset();
        caller.patch(CHANGES + "/" + change.sysId(), "{\"start_date\": \"2026-01-02 03:04:05\"}");
        assertThat(change.get("start_date")).isEqualTo("2026-01-02 03:04:05");
    }

    @Test
    void createsAnEmergencyChange() {
        caller.post(CHANGES + "/emergency", "{\"short_description\":\"Now\"}");

        assertThat(simulator.change("CHG0030001").get("type")).isEqualTo("emergency");
    }

    @Test
    void listsIgnoredFieldsAndNeverFails() {
        simulator.behaviour().ignoreFields("short_description");

        HttpResponse<String> answer = caller.post(CHANGES + "/normal", """
            {"short_description": "Deploy", "state": -1, "approval": "approved", "active": false,
             "number": "CHG1", "u_nothing": "x", "description": "kept"}
            """);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(ignored(answer))
                .containsExactlyInAnyOrder("short_description", "state", "approval", "active", "number", "u_nothing");
        SimulatedChange change = simulator.change("CHG0030001");
        assertThat(change.get("short_description")).isEmpty();
        assertThat(change.state()).hasValue(SimulatedState.NEW);
        assertThat(change.get("approval")).isEqualTo("not requested");
        assertThat(change.get("description")).isEqualTo("kept");
    }

    @Test
    void cutsTitlesWithoutAWord() {
        String title = "x".repeat(200);
        assertThat(value(caller.create(title), "short_description")).hasSize(160);

        simulator.behaviour().titleLength(40);
        HttpResponse<String> answer = caller.create(title);
        assertThat(value(answer, "short_description")).hasSize(40);
        assertThat(ignored(answer)).isEmpty();
        caller.patch(simulator.change("CHG0030001"), "{\"short_description\":\"" + title + "\"}");
        assertThat(simulator.change("CHG0030001").get("short_description")).hasSize(40);
    }

    @Test
    void dropsADateThatIsNone() {
        caller.post(CHANGES + "/normal", "{\"start_date\":\"2026-01-02T03:04:05Z\"}");

        assertThat(simulator.change("CHG0030001").get("start_date")).isEmpty();
    }

    @Test
    void createsAStandardChangeFromTheRowOfATemplate() {
        String row = simulator.addTemplate("Deploy", true, Map.of("description", "as always", "risk", "4"));

        HttpResponse<String> answer = caller.post(CHANGES + "/standard/" + row, """
            {"short_description": "Deploy", "description": "x", "backout_plan": "x", "test_plan": "x",
             "implementation_plan": "x"}
            """);

        assertThat(ignored(answer))
                .containsExactlyInAnyOrder("description", "backout_plan", "test_plan", "implementation_plan");
        SimulatedChange change = simulator.change("CHG0030001");
        assertThat(change.get("type")).isEqualTo("standard");
        assertThat(change.get("short_description")).isEqualTo("Deploy");
        assertThat(change.get("description")).isEqualTo("as always");
        assertThat(change.get("risk")).isEqualTo("4");
        assertThat(change.get("backout_plan")).isEmpty();
    }

    @Test
    void takesTheFieldsOfAStandardChangeFromTheQueryStringToo() {
        String row = simulator.addTemplate("Deploy", true, Map.of());

        caller.post(CHANGES + "/standard/" + row + "?short_description=a%20b&nothing=1", "");

        assertThat(simulator.change("CHG0030001").get("short_description")).isEqualTo("a b");
    }

    @Test
    void refusesWhatIsNotTheRowOfAnActiveTemplate() {
        simulator.addTemplate("Deploy", true, Map.of());
        String inactive = simulator.addTemplate("Old", false, Map.of());
        String template = Caller.result(caller.get(CHANGES + "/standard/template"))
                .get(0)
                .path("template")
                .path("value")
                .asString();

        assertThat(caller.post(CHANGES + "/standard/" + template, "{}").statusCode())
                .isEqualTo(404);
        assertThat(caller.post(CHANGES + "/standard/" + inactive, "{}").statusCode())
                .isEqualTo(404);
        assertThat(simulator.changes()).isEmpty();
    }

    @Test
    void refusesWithoutTheWriteRoleOrWithoutJson() {
        assertThat(caller.post(CHANGES + "/normal", "{\"short").statusCode()).isEqualTo(400);
        assertThat(caller.post(CHANGES + "/normal", "[]").statusCode()).isEqualTo(400);
        simulator.behaviour().writeRole(false);
        HttpResponse<String> answer = caller.create("Deploy");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(Caller.json(answer).path("error").path("detail").asString()).contains("ACL");
        assertThat(simulator.changes()).isEmpty();
    }

    @Test
    void aBusinessRuleCanStopACreation() {
        simulator.behaviour().businessRule("No Fridays", 403, fields -> fields.containsValue("Friday"));

        assertThat(caller.create("Friday").statusCode()).isEqualTo(403);
        assertThat(caller.create("Monday").statusCode()).isEqualTo(200);
        assertThat(simulator.changes()).hasSize(1);
    }

    @Test
    void addsChangesForTestsUnderAGivenNumber() {
        SimulatedChange change = simulator.addChange(Map.of("number", "CHG0000042", "state", "-2"));

        assertThat(simulator.change("CHG0000042")).isSameAs(change);
        assertThat(change.state()).hasValue(SimulatedState.SCHEDULED);
        assertThatIllegalArgumentException().isThrownBy(() -> simulator.addChange(Map.of("number", "CHG0000042")));
        assertThatIllegalArgumentException().isThrownBy(() -> simulator.addChange(Map.of("tittle", "typing mistake")));
        assertThatIllegalArgumentException().isThrownBy(() -> simulator.change("CHG9"));
    }
}
