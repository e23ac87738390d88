package io.jenkins.plugins.servicenowgate.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OtherTablesTest {
    private final ServiceNowSimulator simulator = ServiceNowSimulator.start();
    private final Caller caller = new Caller(simulator).signIn();

    @AfterEach
    void stop() {
        simulator.close();
    }

    private HttpResponse<String> get(String table, String query, String fields) {
        return caller.get("/api/now/table/" + table + "?"
                + Caller.encode(Map.of("sysparm_query", query, "sysparm_fields", fields)));
    }

    private JsonNode rows(String table, String query) {
        return Caller.result(get(table, query, "sys_id,name,sys_class_name"));
    }

    @Test
    void rowsHavePlainValues() {
        String server = simulator.addRow("cmdb_ci", Map.of("name", "shop", "sys_class_name", "cmdb_ci_server"));

        assertThat(rows("cmdb_ci", "name=shop").toString())
                .isEqualTo("[{\"sys_id\":\"" + server + "\",\"name\":\"shop\",\"sys_class_name\":\"cmdb_ci_server\"}]");
        assertThat(Caller.result(get("cmdb_ci", "name=shop", "name")).toString())
                .isEqualTo("[{\"name\":\"shop\"}]");
    }

    @Test
    void aServiceIsAConfigurationItem() {
        simulator.addRow("cmdb_ci", Map.of("name", "shop"));
        simulator.addRow("cmdb_ci_service", Map.of("name", "Shop"));

        assertThat(rows("cmdb_ci", "name=shop")).as("ignores case").hasSize(2);
        assertThat(rows("cmdb_ci_service", "name=shop")).hasSize(1);
    }

    @Test
    void aConditionOnAColumnThatMayNotBeReadIsDropped() {
        simulator.addRow("cmdb_ci", Map.of("name", "shop"));
        simulator.addRow("cmdb_ci", Map.of("name", "other"));
        simulator.behaviour().hideTableColumns("name");

        JsonNode rows = rows("cmdb_ci", "name=shop");
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).has("name")).isFalse();
    }

    @Test
    void refusesOrShowsNothing() {
        simulator.addRow("cmdb_ci", Map.of("name", "shop"));
        assertThat(get("u_other", "", "").statusCode()).isEqualTo(400);
        simulator.behaviour().emptyTables("cmdb_ci");
        assertThat(rows("cmdb_ci", "name=shop")).isEmpty();
        simulator.behaviour().refuseTables("cmdb_ci");
        assertThat(get("cmdb_ci", "", "").statusCode()).isEqualTo(403);
    }
}
