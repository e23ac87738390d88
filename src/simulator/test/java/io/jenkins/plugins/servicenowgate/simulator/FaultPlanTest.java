package io.jenkins.plugins.servicenowgate.simulator;

import static io.jenkins.plugins.servicenowgate.simulator.Caller.CHANGES;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which fault comes when, and where: in order, at one endpoint or at all, until it is cleared. */
class FaultPlanTest extends FaultTestBase {
    @Test
    void faultsComeInOrderThenTheLastingOneUntilCleared() {
        onCreation().times(2, Fault.badGateway()).once(Fault.notFound()).always(Fault.unavailable());
        Supplier<Integer> status = () -> caller.create("x").statusCode();

        assertThat(Stream.generate(status).limit(6)).containsExactly(502, 502, 404, 503, 503, 503);
        onCreation().once(Fault.badGateway());
        onCreation().clear();
        assertThat(status.get()).isEqualTo(200);
    }

    @Test
    void aFaultWaitsUntilThereIsSomethingToCommit() {
        onCreation().once(Fault.transactionCancelled().afterCommit());
        simulator.expireTokens();

        assertThat(caller.create("x").statusCode()).isEqualTo(401);
        assertThat(caller.create("x").statusCode()).isEqualTo(401);
        assertThat(simulator.changes()).isEmpty();
        assertThat(new Caller(simulator).signIn().create("x").statusCode()).isEqualTo(500);
        assertThat(simulator.changes()).hasSize(1);
    }

    @Test
    void eachEndpointHasItsOwnFaults() {
        String template = simulator.addTemplate("T", true, Map.of());
        String model = simulator.addModel("M", true, "normal", Map.of());
        SimulatedChange change = simulator.addChange(
                Map.of("cmdb_ci", "shop", "start_date", "2026-12-01 20:00:00", "end_date", "2026-12-01 22:00:00"));
        String conflict = CHANGES + "/" + change.sysId() + "/conflict";
        String tasks = CHANGES + "/" + change.sysId() + "/task";
        String task = simulator.addTask(change.number(), "Test").sysId();
        Map<Endpoint, Supplier<HttpResponse<String>>> calls = Map.ofEntries(
                Map.entry(Endpoint.TOKEN, caller::passwordGrant),
                Map.entry(Endpoint.LIST, () -> caller.list("active=true")),
                Map.entry(Endpoint.READ, () -> caller.get(CHANGES + "/" + change.sysId())),
                Map.entry(Endpoint.CREATE_NORMAL, () -> caller.create("x")),
                Map.entry(Endpoint.CREATE_STANDARD, () -> caller.post(CHANGES + "/standard/" + template, "{}")),
                Map.entry(Endpoint.CREATE_EMERGENCY, () -> caller.post(CHANGES + "/emergency", "{}")),
                Map.entry(Endpoint.UPDATE, () -> caller.patch(change, "{}")),
                Map.entry(Endpoint.TEMPLATES, () -> caller.get(CHANGES + "/standard/template")),
                Map.entry(Endpoint.NEXT_STATES, () -> caller.get(CHANGES + "/" + change.sysId() + "/nextstates")),
                Map.entry(
                        Endpoint.ATTACH,
                        () -> caller.post(
                                "/api/now/attachment/file?table_name=change_request&table_sys_id=" + change.sysId()
                                        + "&file_name=a.txt",
                                "a")),
                Map.entry(Endpoint.ATTACHMENTS, () -> caller.get("/api/now/attachment?sysparm_query=file_name=a")),
                Map.entry(Endpoint.TABLE, () -> caller.get("/api/now/table/cmdb_ci?sysparm_query=name=a")),
                Map.entry(Endpoint.TASKS, () -> caller.get(tasks)),
                Map.entry(Endpoint.UPDATE_TASK, () -> caller.patch(tasks + "/" + task, "{}")),
                Map.entry(Endpoint.CONFLICTS, () -> caller.get(conflict)),
                Map.entry(Endpoint.CHECK_CONFLICTS, () -> caller.post(conflict, "{}")),
                Map.entry(Endpoint.MODELS, () -> caller.get(CHANGES + "/model")),
                Map.entry(Endpoint.CREATE_OF_MODEL, () -> caller.post(CHANGES, "{\"chg_model\":\"" + model + "\"}")),
                Map.entry(Endpoint.OTHER, () -> caller.get("/login.do")));
        assertThat(calls).hasSameSizeAs(Endpoint.values());

        calls.forEach((broken, ignored) -> {
            simulator.faults().clear();
            simulator.faults().on(broken).always(Fault.error(418, "x", "x"));
            calls.forEach((endpoint, call) -> assertThat(call.get().statusCode() / 100)
                    .as("%s while %s is broken", endpoint, broken)
                    .isEqualTo(endpoint == broken ? 4 : 2));
        });

        simulator.faults().clear();
        simulator.faults().everywhere(Fault.unavailable());
        calls.forEach((endpoint, call) -> assertThat(call.get().statusCode() / 100)
                .as(endpoint.name())
                .isEqualTo(endpoint == Endpoint.OTHER ? 2 : 5));
        simulator.faults().clear();
        calls.forEach((endpoint, call) ->
                assertThat(call.get().statusCode() / 100).as(endpoint.name()).isEqualTo(2));
    }

    @Test
    void theTokenEndpointIsRefusedInItsOwnShape() {
        simulator.faults().on(Endpoint.TOKEN).once(Fault.unauthorized());

        assertThat(caller.passwordGrant().body()).contains("access_denied");
    }
}
