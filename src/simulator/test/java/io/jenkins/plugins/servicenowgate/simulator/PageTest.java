package io.jenkins.plugins.servicenowgate.simulator;

import static io.jenkins.plugins.servicenowgate.simulator.Caller.CHANGES;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class PageTest {
    private final ServiceNowSimulator simulator = ServiceNowSimulator.start();
    private final Caller caller = new Caller(simulator);
    private final SimulatedChange change =
            simulator.addChange(Map.of("short_description", "<script>alert(1)</script>"));

    @AfterEach
    void stop() {
        simulator.close();
    }

    private HttpResponse<String> act(String action, String body) {
        return caller.post("/simulator/api/changes/" + change.number() + "/" + action, body);
    }

    private JsonNode row() {
        return Caller.json(caller.get("/simulator/api/changes")).path("changes").get(0);
    }

    @Test
    void theRootLeadsToThePage() {
        HttpResponse<String> root = caller.get("/");

        assertThat(root.statusCode()).isEqualTo(302);
        assertThat(root.headers().firstValue("Location")).hasValue("/simulator");
    }

    @Test
    void thePageBringsNoScriptOrStyleInlineAndNoForeignText() {
        HttpResponse<String> page = caller.get("/simulator");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(page.body())
                .contains("<script src=\"/simulator/page.js\" defer></script>")
                .doesNotContain("alert(1)", "<style", " style=")
                .doesNotContainPattern("\\son[a-z]+=");
        assertThat(page.body().split("<script")).hasSize(2);
    }

    @Test
    void servesItsScriptAndItsStyleForLightAndDark() {
        HttpResponse<String> script = caller.get("/simulator/page.js");
        HttpResponse<String> style = caller.get("/simulator/page.css");

        assertThat(script.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/javascript");
        assertThat(script.body()).contains("2000").doesNotContain("innerHTML", "insertAdjacentHTML", "eval(");
        assertThat(style.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/css");
        assertThat(style.body()).contains("prefers-color-scheme: dark");
        assertThat(caller.get("/simulator/other.js").statusCode()).isEqualTo(404);
    }

    @Test
    void linksToAChangeLandOnThePage() {
        HttpResponse<String> page = caller.get("/nav_to.do?uri=change_request.do%3Fsys_id%3D" + change.sysId());

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).isEqualTo(caller.get("/simulator").body());
        JsonNode one = Caller.json(caller.get("/simulator/api/changes?sys_id=" + change.sysId()));
        assertThat(one.path("changes")).hasSize(1);
        assertThat(Caller.json(caller.get("/simulator/api/changes?sys_id=none")).path("changes"))
                .isEmpty();
    }

    @Test
    void showsTheNewestChangesFirst() {
        simulator.addChange(Map.of("type", "emergency"));
        simulator
                .people()
                .hold(change.number(), "freeze")
                .window(change.number(), null, Instant.parse("2026-01-01T10:00:00Z"));
        change.set("work_notes", "note");
        JsonNode overview = Caller.json(caller.get("/simulator/api/changes"));

        assertThat(overview.path("total").asInt()).isEqualTo(2);
        assertThat(overview.path("changes").get(0).path("number").asString()).isEqualTo("CHG0030002");
        assertThat(overview.path("changes").get(1)).isEqualTo(Json.parse("""
            {"sysId": "%s", "number": "CHG0030001", "type": "Normal", "title": "<script>alert(1)</script>",
             "state": "New", "approval": "Not Yet Requested", "onHold": true, "holdReason": "freeze",
             "active": true, "start": "", "end": "2026-01-01 10:00:00", "item": "", "service": "",
             "texts": {}, "attachments": [], "approvals": [], "workNotes": ["note"]}
            """.formatted(change.sysId())));
    }

    @ParameterizedTest
    @CsvSource({
        "advance, Assess, Requested",
        "approve, Implement, Approved",
        "reject, New, Rejected",
        "close, Closed, Not Yet Requested",
        "cancel, Canceled, Not Yet Requested",
    })
    void buttonsMoveTheChange(String action, String state, String approval) {
        assertThat(act(action, "{}").statusCode()).isEqualTo(200);

        assertThat(row().path("state").asString()).isEqualTo(state);
        assertThat(row().path("approval").asString()).isEqualTo(approval);
    }

    @Test
    void holdsAndReleases() {
        act("hold", "{\"reason\":\"freeze\"}");
        assertThat(change.get("on_hold")).isEqualTo("true");
        assertThat(change.get("on_hold_reason")).isEqualTo("freeze");
        act("resume", "{}");
        assertThat(change.get("on_hold")).isEqualTo("false");
    }

    @Test
    void setsTheWindowInUtc() {
        act("window", "{\"start\":\"2026-03-01T10:00\",\"end\":\"2026-03-01T12:30:15\"}");
        assertThat(change.get("start_date")).isEqualTo("2026-03-01 10:00:00");
        assertThat(change.get("end_date")).isEqualTo("2026-03-01 12:30:15");
        act("window", "{\"start\":\"\",\"end\":\"\"}");
        assertThat(change.get("start_date")).isEmpty();
        assertThat(act("window", "{\"start\":\"soon\"}").statusCode()).isEqualTo(409);
    }

    @Test
    void createsAChangeAsAPersonWould() {
        caller.post("/simulator/api/changes", "{\"title\":\"By hand\",\"type\":\"standard\"}");

        assertThat(simulator.change("CHG0030002").get("short_description")).isEqualTo("By hand");
        assertThat(simulator.change("CHG0030002").get("type")).isEqualTo("standard");
    }

    @Test
    void showsWhyAButtonIsRejected() {
        simulator.people().close(change.number());

        HttpResponse<String> answer = act("advance", "{}");
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(Caller.json(answer).path("message").asString()).contains("CHG0030001");
        assertThat(act("explode", "{}").statusCode()).isEqualTo(409);
        assertThat(caller.post("/simulator/api/changes/CHG9/advance", "{}").statusCode())
                .isEqualTo(409);
        assertThat(caller.post("/simulator/api/nothing", "{}").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded"})
    void aFormOfAnotherSiteCannotPressAButton(String contentType) {
        HttpResponse<String> answer =
                caller.send(HttpRequest.newBuilder(caller.uri("/simulator/api/changes/" + change.number() + "/approve"))
                        .header("Content-Type", contentType)
                        .POST(BodyPublishers.ofString("{}")));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(change.state()).hasValue(SimulatedState.NEW);
    }

    @ParameterizedTest
    @CsvSource({"unavailable, 503", "rate-limited, 429", "hibernating, 200", "unauthorized, 401"})
    void switchesFaultsOfTheWholeApiButNotOfThePage(String fault, int status) {
        caller.signIn();
        HttpResponse<String> answer = caller.post("/simulator/api/fault", "{\"fault\":\"" + fault + "\"}");
        assertThat(Caller.json(answer).path("fault").asString()).isEqualTo(fault);

        assertThat(caller.get(CHANGES).statusCode()).isEqualTo(status);
        assertThat(caller.passwordGrant().statusCode()).isEqualTo(status);
        assertThat(Json.parse(caller.get(CHANGES).body()) != null
                        && Caller.json(caller.get(CHANGES)).has("result"))
                .isFalse();
        assertThat(caller.get("/simulator").statusCode()).isEqualTo(200);

        caller.post("/simulator/api/fault", "{\"fault\":\"off\"}");
        assertThat(Caller.result(caller.get(CHANGES))).hasSize(2);
        assertThat(caller.post("/simulator/api/fault", "{\"fault\":\"\"}").statusCode())
                .isEqualTo(409);
    }

    @Test
    void thePageIsNotAmongTheRecordedRequests() {
        caller.get("/simulator");
        row();
        act("advance", "{}");

        assertThat(simulator.requests().all()).isEmpty();
    }
}
