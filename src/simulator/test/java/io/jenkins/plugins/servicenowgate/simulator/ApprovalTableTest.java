package io.jenkins.plugins.servicenowgate.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Approvals and users, as the Table API returns them. */
class ApprovalTableTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-12-01T20:00:00Z"));
    private final ServiceNowSimulator simulator =
            ServiceNowSimulator.builder().clock(clock).start();
    private final Caller caller = new Caller(simulator).signIn();
    private final SimulatedChange change = simulator.addChange(Map.of());

    @AfterEach
    void stop() {
        simulator.close();
    }

    private JsonNode rows(String table, String query, String display) {
        return Caller.result(caller.get("/api/now/table/" + table + "?"
                + Caller.encode(Map.of("sysparm_query", query, "sysparm_display_value", display))));
    }

    private JsonNode approvals() {
        return rows("sysapproval_approver", "sysapprovalIN" + change.sysId(), "all");
    }

    private static String cell(JsonNode row, String column) {
        return row.path(column).path("value").asString() + "|"
                + row.path(column).path("display_value").asString();
    }

    @Test
    void theInstanceAsksOneApproverByItself() {
        assertThat(approvals()).isEmpty();
        simulator.people().advance(change.number());
        JsonNode row = approvals().get(0);
        assertThat(cell(row, "state")).isEqualTo("requested|requested");
        assertThat(cell(row, "sysapproval")).startsWith(change.sysId());
        assertThat(cell(row, "approver")).matches("[0-9a-f]{32}\\|Ann Approver");
        assertThat(cell(row, "approver.user_name")).isEqualTo("ann.approver|ann.approver");
        assertThat(cell(row, "group.assignment_group.name")).isEqualTo("CAB|CAB");

        simulator.people().approve(change.number());
        assertThat(cell(approvals().get(0), "state")).isEqualTo("approved|approved");
        assertThat(cell(approvals().get(0), "sys_updated_by")).isEqualTo("ann.approver|ann.approver");
    }

    @Test
    void nobodyApprovesAStandardChange() {
        SimulatedChange standard = simulator.addChange(Map.of("type", "standard"));
        simulator.people().approve(standard.number());
        assertThat(rows("sysapproval_approver", "sysapproval=" + standard.sysId(), "all"))
                .isEmpty();
    }

    @Test
    void aRejectionEndsTheRound() {
        simulator.addUser("bob", "Bob", "bob@corp.example");
        simulator.people().requestApproval(change.number(), "CAB", "bob", "dora");
        assertThat(change.get("approval")).isEqualTo("requested");
        clock.advance(Duration.ofMinutes(5));
        simulator.people().rejectAs(change.number(), "bob", "not now");

        assertThat(change.state()).hasValue(SimulatedState.NEW);
        assertThat(change.get("approval")).isEqualTo("rejected");
        JsonNode rows = approvals();
        assertThat(cell(rows.get(0), "comments"))
                .as("the value of a journal is empty")
                .isEqualTo("|2026-12-01 20:05:00 - Bob (Comments)\nnot now\n\n");
        assertThat(cell(rows.get(0), "sys_created_on")).startsWith("2026-12-01 20:00:00");
        assertThat(cell(rows.get(0), "sys_updated_on")).startsWith("2026-12-01 20:05:00");
        assertThat(cell(rows.get(1), "state")).startsWith("cancelled");

        simulator.people().requestApproval(change.number(), "CAB", "dora");
        assertThat(approvals()).hasSize(3);
        simulator.people().approveInTheNameOf(change.number(), "dora", "bob");
        assertThat(cell(approvals().get(2), "sys_updated_by")).startsWith("bob");
        assertThat(cell(approvals().get(2), "approver.user_name")).startsWith("dora");
        assertThatIllegalStateException().isThrownBy(() -> simulator.people().approveAs(change.number(), "dora"));
    }

    @Test
    void withoutDisplayValuesCellsArePlainAndJournalsEmpty() {
        simulator.people().requestApproval(change.number(), "", "bob").rejectAs(change.number(), "bob", "no");
        JsonNode row = rows("sysapproval_approver", "sysapproval=" + change.sysId(), "false")
                .get(0);
        assertThat(row.path("state").asString()).isEqualTo("rejected");
        assertThat(row.path("comments").asString()).isEmpty();
        assertThat(row.path("group").asString()).isEmpty();
    }

    @Test
    void aHiddenChangeHasNoApprovalsAndAnUnreadableColumnNone() {
        simulator.people().advance(change.number());
        simulator.behaviour().hideTableColumns("approver");
        assertThat(approvals().get(0).has("approver")).isFalse();
        simulator.people().hide(change.number());
        assertThat(approvals()).isEmpty();
    }

    @Test
    void oneScriptMeansTheUserWhoSendsTheRequest() {
        assertThat(rows("sys_user", "sys_id=javascript:gs.getUserID()", "false"))
                .singleElement()
                .satisfies(
                        row -> assertThat(row.path("user_name").asString()).isEqualTo(ServiceNowSimulator.USER_NAME));
        simulator.behaviour().currentUserScript(false);
        assertThat(rows("sys_user", "sys_id=javascript:gs.getUserID()", "false").size())
                .as("as any other script")
                .isGreaterThan(1);
    }

    @Test
    void thePageShowsApprovalsAndLetsPeopleAnswer() {
        HttpResponse<String> asked = caller.post(
                "/simulator/api/changes/" + change.number() + "/request", "{\"user\": \"bob\", \"group\": \"CAB\"}");
        assertThat(asked.statusCode()).isEqualTo(200);
        caller.post(
                "/simulator/api/changes/" + change.number() + "/vote",
                "{\"user\": \"bob\", \"answer\": \"reject\", \"comment\": \"no\"}");
        assertThat(Caller.json(caller.get("/simulator/api/changes"))
                        .path("changes")
                        .get(0)
                        .path("approvals")
                        .toString())
                .isEqualTo("[\"CAB: bob: rejected (no)\"]");
        assertThat(caller.post(
                                "/simulator/api/changes/" + change.number() + "/vote",
                                "{\"user\": \"eve\", \"answer\": \"approve\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(caller.post("/simulator/api/changes/" + change.number() + "/vote", "{\"user\": \" \"}")
                        .statusCode())
                .isEqualTo(409);
    }
}
