package io.jenkins.plugins.servicenowgate.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Change models with states of their own, lockdowns, and the check for conflicts, as clients see them. */
class ModelsAndConflictsTest {
    private static final String CHANGES = "/api/sn_chg_rest/change";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-12-01T20:00:00Z"));
    private ServiceNowSimulator simulator;
    private Caller caller;
    private String model;

    @BeforeEach
    void start() {
        simulator = ServiceNowSimulator.builder().clock(clock).start();
        caller = new Caller(simulator).signIn();
        Map<String, String> states = new LinkedHashMap<>();
        states.put("10", "Draft");
        states.put("20", "Ready");
        model = simulator.addModel("Low risk", true, "normal", states);
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private JsonNode change(String body) {
        return Caller.result(caller.post(CHANGES, body));
    }

    @Test
    void aModelIsNamedByItsSysIdOrItsName() {
        for (String reference : new String[] {model, "Low risk"}) {
            JsonNode created = change("{\"chg_model\":\"" + reference + "\",\"short_description\":\"x\"}");
            assertThat(created.path("chg_model").path("value").asString()).isEqualTo(model);
            assertThat(created.path("chg_model").path("display_value").asString())
                    .isEqualTo("Low risk");
            assertThat(created.path("state").path("value").asInt()).isEqualTo(10);
            assertThat(created.path("state").path("display_value").asString()).isEqualTo("Draft");
        }
        assertThat(caller.post(CHANGES, "{\"chg_model\":\"Other\"}").statusCode())
                .isEqualTo(404);
        simulator.addModel("Old", false, "normal", Map.of());
        assertThat(caller.post(CHANGES, "{\"chg_model\":\"Old\"}").statusCode()).isEqualTo(404);
    }

    @Test
    void theModelsAreListed() {
        JsonNode listed = Caller.result(caller.get(CHANGES + "/model?sysparm_query=active=true"));
        assertThat(listed.get(0).path("sys_id").path("value").asString()).isEqualTo(model);
        assertThat(listed.get(0).path("sys_name").path("value").asString()).isEqualTo("Low risk");
    }

    @Test
    void theNextStatesAreThoseOfTheModel() {
        String sysId = change("{\"chg_model\":\"Low risk\"}")
                .path("sys_id")
                .path("value")
                .asString();
        JsonNode next = Caller.result(caller.get(CHANGES + "/" + sysId + "/nextstates"));
        assertThat(next.path("available_states").toString()).isEqualTo("[\"10\",\"20\"]");
        assertThat(next.path("state_label").path("20").asString()).isEqualTo("Ready");
        assertThat(next.path("state_transitions")
                        .get(0)
                        .get(0)
                        .path("transition_available")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void aDesignatedModelReplacesTheLifeCycleOfAType() {
        simulator.newer().designateModels(Map.of("normal", "Low risk"));
        JsonNode created = Caller.result(caller.create("x"));
        assertThat(created.path("chg_model").path("display_value").asString()).isEqualTo("Low risk");
        assertThat(created.path("type").path("value").asString()).isEqualTo("normal");
    }

    @Test
    void aLockdownHoldsWhatIsCreated() {
        simulator.newer().lockdown("quarter end");
        JsonNode created = Caller.result(caller.create("x"));
        assertThat(created.path("on_hold").path("value").asBoolean()).isTrue();
        assertThat(created.path("on_hold_reason").path("value").asString()).isEqualTo("quarter end");
    }

    @Test
    void aCheckForConflictsRunsInTheBackground() {
        simulator.newer().conflictCheckTakes(Duration.ofMinutes(1));
        SimulatedChange change = simulator.addChange(Map.of());
        String conflict = CHANGES + "/" + change.sysId() + "/conflict";
        assertThat(caller.post(conflict, "{}").statusCode()).as("no item").isEqualTo(400);
        change.set("cmdb_ci", "shop").set("start_date", "2026-12-01 20:00:00").set("end_date", "2026-12-01 22:00:00");
        simulator.people().addConflict(change.number(), "Blackout", "Quarter end");
        assertThat(Caller.json(caller.post(conflict, "{}")).path("result").asString())
                .hasSize(32);
        assertThat(Caller.result(caller.get(conflict)).path("status").asString())
                .isEqualTo("Not Run");

        clock.set(clock.instant().plusSeconds(61));
        JsonNode result = Caller.result(caller.get(conflict));
        assertThat(result.path("status").asString()).isEqualTo("Conflict");
        assertThat(result.path("last_run").asString()).isEqualTo("2026-12-01 20:00:00");
        assertThat(result.path("conflicts")
                        .get(0)
                        .path("type")
                        .path("display_value")
                        .asString())
                .isEqualTo("Blackout");
        simulator.newer().conflictRole(false);
        assertThat(caller.post(conflict, "{}").statusCode()).isEqualTo(403);
    }
}
