package io.jenkins.plugins.servicenowgate.simulator;

import static io.jenkins.plugins.servicenowgate.simulator.Caller.CHANGES;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ReadingTest {
    private final ServiceNowSimulator simulator = ServiceNowSimulator.start();
    private final Caller caller = new Caller(simulator).signIn();

    @AfterEach
    void stop() {
        simulator.close();
    }

    private SimulatedChange add(String title, String type) {
        return simulator.addChange(Map.of("short_description", title, "type", type));
    }

    private static List<String> titles(HttpResponse<String> answer) {
        List<String> titles = new ArrayList<>();
        Caller.result(answer).forEach(element -> {
            if (element.has("sys_id")) {
                titles.add(element.path("short_description").path("value").asString());
            }
        });
        return titles;
    }

    private static JsonNode last(HttpResponse<String> answer) {
        JsonNode result = Caller.result(answer);
        return result.get(result.size() - 1);
    }

    @Test
    void endsAListWithWhatWasAppliedAndIgnored() {
        add("one", "normal");

        HttpResponse<String> answer = caller.list("active=true^u_nothing=1");

        assertThat(titles(answer)).containsExactly("one");
        assertThat(last(answer).toString())
                .isEqualTo("{\"__meta\":{\"encodedQuery\":\"active=true^u_nothing=1\","
                        + "\"fields\":{\"applied\":[\"active\"],\"ignored\":[\"u_nothing\"]}}}");
    }

    @Test
    void noHitIsAListOfTheMetaElementAlone() {
        assertThat(Caller.result(caller.list("number=CHG1"))).hasSize(1);
        assertThat(last(caller.list("number=CHG1")).has("__meta")).isTrue();

        simulator.behaviour().metaInLists(false);
        assertThat(Caller.result(caller.list("number=CHG1"))).isEmpty();
    }

    @Test
    void takesPlainPairsWhereThereIsNoQuery() {
        add("one", "normal");
        add("a^b", "emergency");

        HttpResponse<String> pairs = caller.get(CHANGES + "?short_description=a%5Eb&type=emergency&nothing=1");
        assertThat(titles(pairs)).containsExactly("a^b");
        assertThat(last(pairs).path("__meta").path("fields").path("ignored").toString())
                .isEqualTo("[\"nothing\"]");

        HttpResponse<String> both = caller.get(CHANGES + "?type=emergency&sysparm_query=active%3Dtrue");
        assertThat(titles(both)).containsExactly("one", "a^b");
        assertThat(last(both).path("__meta").path("fields").path("ignored").toString())
                .isEqualTo("[\"type\"]");
    }

    @Test
    void pagesAndOrders() {
        add("b", "normal");
        add("a", "normal");
        add("c", "normal");

        assertThat(titles(caller.get(CHANGES + "?sysparm_limit=2"))).containsExactly("b", "a");
        assertThat(titles(caller.get(CHANGES + "?sysparm_limit=2&sysparm_offset=2")))
                .containsExactly("c");
        assertThat(titles(caller.get(CHANGES + "?sysparm_offset=9"))).isEmpty();
        assertThat(titles(caller.get(CHANGES + "?order=short_description"))).containsExactly("a", "b", "c");

        simulator.behaviour().honourLimit(false);
        assertThat(titles(caller.get(CHANGES + "?sysparm_limit=2"))).hasSize(3);
        simulator.behaviour().rowLimit(1);
        assertThat(titles(caller.get(CHANGES))).containsExactly("b");
    }

    @Test
    void cutsThePageBeforeItTakesHiddenRowsAway() {
        SimulatedChange hidden = add("one", "normal");
        add("two", "normal");
        simulator.people().hide(hidden.number());

        assertThat(titles(caller.get(CHANGES + "?sysparm_limit=1"))).isEmpty();
        assertThat(titles(caller.get(CHANGES + "?sysparm_limit=2"))).containsExactly("two");
        assertThat(caller.get(CHANGES + "/" + hidden.sysId()).statusCode()).isEqualTo(404);
        assertThat(caller.patch(hidden, "{}").statusCode()).isEqualTo(404);

        simulator.people().show(hidden.number());
        assertThat(caller.get(CHANGES + "/" + hidden.sysId()).statusCode()).isEqualTo(200);
    }

    @Test
    void withoutTheReadRoleEverythingLooksEmpty() {
        SimulatedChange change = add("one", "normal");
        simulator.addTemplate("T", true, Map.of());
        simulator.behaviour().readRole(false);

        assertThat(titles(caller.list("active=true"))).isEmpty();
        assertThat(caller.list("active=true").statusCode()).isEqualTo(200);
        assertThat(Caller.result(caller.get(CHANGES + "/standard/template"))).hasSize(1);
        assertThat(caller.get(CHANGES + "/" + change.sysId()).statusCode()).isEqualTo(404);
    }

    @Test
    void listsOneType() {
        add("one", "normal");
        add("two", "standard");
        add("three", "emergency");

        assertThat(titles(caller.get(CHANGES + "/normal"))).containsExactly("one");
        assertThat(titles(caller.get(CHANGES + "/standard"))).containsExactly("two");
        assertThat(titles(caller.get(CHANGES + "/emergency?active=true"))).containsExactly("three");
    }

    @Test
    void unknownThingsHaveTheShapesOfAnInstance() {
        HttpResponse<String> record = caller.get(CHANGES + "/00000000000000000000000000000000");
        assertThat(record.statusCode()).isEqualTo(404);
        assertThat(Caller.json(record).path("error").path("message").asString()).isEqualTo("No Record found");
        assertThat(Caller.json(record).path("error").path("detail").asString()).isNotEmpty();
        assertThat(Caller.json(record).path("status").asString()).isEqualTo("failure");

        assertThat(caller.get("/api/now/nothing").statusCode()).isEqualTo(400);
        assertThat(caller.get(CHANGES + "/x/y/z").statusCode()).isEqualTo(400);
        assertThat(caller.get("/anything.do").headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
    }

    @Test
    void returnsTheNextStates() {
        SimulatedChange change = add("one", "standard");
        String path = CHANGES + "/" + change.sysId() + "/nextstates";

        JsonNode states = Caller.result(caller.get(path));
        assertThat(states.path("available_states").toString()).isEqualTo("[\"-5\",\"-2\",\"4\"]");
        assertThat(states.path("state_label").toString())
                .isEqualTo("{\"-5\":\"New\",\"-2\":\"Scheduled\",\"4\":\"Canceled\"}");

        simulator.behaviour().modelDriven(false);
        assertThat(Caller.result(caller.get(path)).path("available_states").toString())
                .isEqualTo("[\"-5\"]");
        simulator.people().hide(change.number());
        assertThat(caller.get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void listsTemplatesWithFiltersAndNamesThatAreNotUnique() {
        String first = simulator.addTemplate("Deploy", true, Map.of());
        String second = simulator.addTemplate("Deploy", false, Map.of());
        simulator.addTemplate("Reboot", true, Map.of());
        String path = CHANGES + "/standard/template";

        JsonNode rows = Caller.result(caller.get(path + "?sys_name=Deploy"));
        assertThat(rows).hasSize(3);
        assertThat(rows.get(0).path("sys_id").path("value").asString()).isEqualTo(first);
        assertThat(rows.get(1).path("sys_id").path("value").asString()).isEqualTo(second);
        assertThat(rows.get(0).path("active").toString()).isEqualTo("{\"value\":true,\"display_value\":\"true\"}");
        assertThat(rows.get(0).path("template").path("value").asString())
                .matches("[0-9a-f]{32}")
                .isNotEqualTo(first);
        assertThat(rows.get(0).path("template").path("display_value").asString())
                .isEqualTo("Deploy");

        assertThat(Caller.result(caller.get(path + "?sysparm_query=name%3DDeploy%5Eactive%3Dtrue")))
                .hasSize(2);
        assertThat(Caller.result(caller.get(path + "?sysparm_limit=1"))).hasSize(2);

        simulator.behaviour().templateNamesIn("name");
        assertThat(Caller.result(caller.get(path)).get(0).has("sys_name")).isFalse();
        assertThat(Caller.result(caller.get(path)).get(0).has("name")).isTrue();
    }
}
