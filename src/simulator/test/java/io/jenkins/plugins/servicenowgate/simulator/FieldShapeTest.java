package io.jenkins.plugins.servicenowgate.simulator;

import static io.jenkins.plugins.servicenowgate.simulator.Caller.CHANGES;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class FieldShapeTest {
    private final ServiceNowSimulator simulator = ServiceNowSimulator.start();
    private final Caller caller = new Caller(simulator).signIn();
    private final SimulatedChange change = simulator.addChange(Map.of(
            "short_description", "Grüße <b>",
            "state", "-1",
            "start_date", "2026-07-01 06:30:00",
            "assignment_group", "Network",
            "work_notes", "first"));

    @AfterEach
    void stop() {
        simulator.close();
    }

    private JsonNode read() {
        return Caller.result(caller.get(CHANGES + "/" + change.sysId()));
    }

    private String field(String name) {
        return read().path(name).toString();
    }

    @Test
    void everyFieldHasValueAndDisplayValue() {
        JsonNode result = read();

        assertThat(result.propertyNames())
                .contains(
                        "sys_id",
                        "number",
                        "short_description",
                        "description",
                        "state",
                        "approval",
                        "on_hold",
                        "on_hold_reason",
                        "active",
                        "type",
                        "start_date",
                        "end_date",
                        "assignment_group",
                        "close_code",
                        "close_notes",
                        "work_notes",
                        "reason",
                        "sys_created_on",
                        "sys_updated_on",
                        "correlation_id",
                        "cmdb_ci",
                        "requested_by",
                        "risk",
                        "impact",
                        "priority",
                        "category",
                        "implementation_plan",
                        "backout_plan",
                        "test_plan",
                        "justification");
        result.properties().stream()
                .filter(member -> !member.getKey().equals("__meta"))
                .forEach(member -> assertThat(member.getValue().propertyNames())
                        .as(member.getKey())
                        .containsExactly("value", "display_value"));
        assertThat(change.sysId()).matches("[0-9a-f]{32}");
        assertThat(change.number()).isEqualTo("CHG0030001");
    }

    @Test
    void writesTheStateInThreeShapes() {
        assertThat(field("state")).isEqualTo("{\"value\":-1.0,\"display_value\":\"Implement\"}");
        simulator.behaviour().stateAs(NumberShape.INTEGER);
        assertThat(field("state")).isEqualTo("{\"value\":-1,\"display_value\":\"Implement\"}");
        simulator.behaviour().stateAs(NumberShape.TEXT);
        assertThat(field("state")).isEqualTo("{\"value\":\"-1\",\"display_value\":\"Implement\"}");
        simulator.behaviour().reset();
        assertThat(field("risk")).isEqualTo("{\"value\":3.0,\"display_value\":\"Moderate\"}");
    }

    @Test
    void writesAStateOutsideTheLifeCycle() {
        change.set("state", "17");

        assertThat(field("state")).isEqualTo("{\"value\":17.0,\"display_value\":\"17\"}");
    }

    @Test
    void writesDatesInUtcAndShowsThemInAnotherZone() {
        assertThat(field("start_date"))
                .isEqualTo("{\"value\":\"2026-07-01 06:30:00\",\"display_value\":\"06/30/2026 11:30:00 PM\"}");
        assertThat(field("end_date")).isEqualTo("{\"value\":\"\",\"display_value\":\"\"}");

        simulator.behaviour().displayDates(ZoneId.of("Europe/Berlin"), "dd.MM.yyyy HH:mm");
        assertThat(field("start_date")).contains("\"01.07.2026 08:30\"");
    }

    @Test
    void writesBooleansChoicesReferencesAndJournals() {
        assertThat(field("active")).isEqualTo("{\"value\":true,\"display_value\":\"true\"}");
        assertThat(field("on_hold")).isEqualTo("{\"value\":false,\"display_value\":\"false\"}");
        assertThat(field("approval"))
                .isEqualTo("{\"value\":\"not requested\",\"display_value\":\"Not Yet Requested\"}");
        assertThat(read().path("assignment_group").path("value").asString()).matches("[0-9a-f]{32}");
        assertThat(read().path("assignment_group").path("display_value").asString())
                .isEqualTo("Network");
        assertThat(field("work_notes")).isEqualTo("{\"value\":\"\",\"display_value\":\"\"}");
        assertThat(field("short_description")).contains("Grüße <b>");
    }

    @Test
    void putsASingleChangeIntoAnArrayIfSwitched() {
        assertThat(read().isObject()).isTrue();
        assertThat(read().path("__meta").path("ignoredFields").isArray()).isTrue();

        simulator.behaviour().resultAsArray(true).metaInObjects(false);

        assertThat(read().isArray()).isTrue();
        assertThat(read()).hasSize(1);
        assertThat(read().get(0).path("number").path("value").asString()).isEqualTo("CHG0030001");
        assertThat(read().get(0).has("__meta")).isFalse();
    }

    @Test
    void hasColumnsOfTheCustomersOwn() {
        assertThat(read().has("u_pipeline")).isFalse();

        simulator.behaviour().column("u_pipeline");
        change.set("u_pipeline", "main");

        assertThat(field("u_pipeline")).isEqualTo("{\"value\":\"main\",\"display_value\":\"main\"}");
    }
}
