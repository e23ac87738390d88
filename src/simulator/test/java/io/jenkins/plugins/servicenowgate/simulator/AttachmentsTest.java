package io.jenkins.plugins.servicenowgate.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AttachmentsTest {
    private static final String API = "/api/now/attachment";

    private final ServiceNowSimulator simulator = ServiceNowSimulator.start();
    private final Caller caller = new Caller(simulator).signIn();
    private final SimulatedChange change = simulator.addChange(Map.of("short_description", "t"));

    @AfterEach
    void stop() {
        simulator.close();
    }

    private HttpResponse<String> upload(String sysId, String name, byte[] content) {
        return caller.send(HttpRequest.newBuilder(caller.uri(API + "/file?"
                        + Caller.encode(
                                Map.of("table_name", "change_request", "table_sys_id", sysId, "file_name", name))))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofByteArray(content)));
    }

    private HttpResponse<String> upload(String name, String content) {
        return upload(change.sysId(), name, content.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode list(String query) {
        return Caller.result(caller.get(API + "?" + Caller.encode(Map.of("sysparm_query", query))));
    }

    @Test
    void keepsTheBytes() {
        byte[] content = {0, (byte) 0xff, (byte) 0xfe, 10};
        HttpResponse<String> answer = upload(change.sysId(), "a b^c.bin", content);

        assertThat(answer.statusCode()).isEqualTo(201);
        JsonNode result = Caller.result(answer);
        assertThat(result.path("file_name").asString()).isEqualTo("a b^c.bin");
        assertThat(result.path("size_bytes").asString()).isEqualTo("4");
        assertThat(result.path("table_sys_id").asString()).isEqualTo(change.sysId());
        assertThat(simulator.attachments(change.number())).singleElement().satisfies(file -> {
            assertThat(file.name()).isEqualTo("a b^c.bin");
            assertThat(file.contentType()).isEqualTo("text/plain");
            assertThat(file.size()).isEqualTo(4);
            assertThat(result.path("hash").asString()).isEqualTo(file.sha256());
        });
        assertThat(simulator.requests().to(Endpoint.ATTACH).get(0).bytes()).isEqualTo(content);
    }

    @Test
    void listsThoseOfOneChangeByName() {
        upload("a.txt", "1");
        upload("b.txt", "22");
        SimulatedChange other = simulator.addChange(Map.of("short_description", "u"));
        upload(other.sysId(), "a.txt", new byte[3]);

        JsonNode found = list("table_name=change_request^table_sys_id=" + change.sysId() + "^file_name=a.txt");
        assertThat(found).hasSize(1);
        assertThat(found.get(0).path("size_bytes").asString()).isEqualTo("1");
        assertThat(list("table_sys_id=" + change.sysId() + "^no_such=1")).hasSize(2);
    }

    @Test
    void showsNoHashOrNothingWhereTheInstanceDoesNot() {
        upload("a.txt", "1");
        simulator.behaviour().attachmentHash(false);
        assertThat(list("file_name=a.txt").get(0).has("hash")).isFalse();
        simulator.behaviour().attachmentsShown(false);
        assertThat(list("file_name=a.txt")).isEmpty();
    }

    @Test
    void refuses() {
        assertThat(upload("0".repeat(32), "a.txt", new byte[1]).statusCode()).isEqualTo(404);
        assertThat(upload("", "x").statusCode()).isEqualTo(400);
        simulator.behaviour().attachmentSize(2, 400);
        assertThat(upload("a.txt", "123").statusCode()).isEqualTo(400);
        simulator.behaviour().attachmentSize(2, 413);
        HttpResponse<String> tooLarge = upload("a.txt", "123");
        assertThat(tooLarge.statusCode()).isEqualTo(413);
        assertThat(tooLarge.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(upload("a.txt", "12").statusCode()).isEqualTo(201);
        simulator.behaviour().attachmentRole(false);
        assertThat(upload("b.txt", "12").statusCode()).isEqualTo(403);
        assertThat(simulator.attachments(change.number())).hasSize(1);
    }

    @Test
    void theHandStillAttaches() {
        simulator.behaviour().attachmentRole(false);
        simulator.attach(change.number(), "a.txt", "text/plain", new byte[] {65});
        assertThat(simulator.attachments(change.number()).get(0).text()).isEqualTo("A");
    }

    @Test
    void thePageShowsWhatApproversRead() {
        String item = simulator.addRow("cmdb_ci", Map.of("name", "shop"));
        change.set("description", "What").set("backout_plan", "Back").set("cmdb_ci", item);
        upload("a.txt", "123");

        JsonNode row = Caller.json(new Caller(simulator).get("/simulator/api/changes"))
                .path("changes")
                .get(0);
        assertThat(row.path("texts").toString()).isEqualTo("{\"Description\":\"What\",\"Backout plan\":\"Back\"}");
        assertThat(row.path("attachments").toString()).isEqualTo("[\"a.txt (3 bytes)\"]");
        assertThat(row.path("item").asString()).isEqualTo("shop");
        assertThat(row.path("service").asString()).isEmpty();
    }
}
