package io.jenkins.plugins.servicenowgate.simulator;

import static io.jenkins.plugins.servicenowgate.simulator.Caller.CHANGES;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestLogTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final ServiceNowSimulator simulator =
            ServiceNowSimulator.builder().clock(new SettableClock(NOW)).start();
    private final Caller caller = new Caller(simulator).signIn();
    private final RequestLog log = simulator.requests();

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void keepsAllOfARequest() {
        caller.get(CHANGES + "?sysparm_query=short_description%3Da%20%5E%5E%2Bb&sysparm_limit=5&flag");
        caller.create("Grüße");

        RecordedRequest list = log.to(Endpoint.LIST).get(0);
        assertThat(list.time()).isEqualTo(NOW);
        assertThat(list.method()).isEqualTo("GET");
        assertThat(list.path()).isEqualTo(CHANGES);
        assertThat(list.rawQuery()).isEqualTo("sysparm_query=short_description%3Da%20%5E%5E%2Bb&sysparm_limit=5&flag");
        assertThat(list.query())
                .containsEntry("sysparm_query", "short_description=a ^^+b")
                .containsEntry("sysparm_limit", "5")
                .containsEntry("flag", "");
        assertThat(list.header("authorization")).startsWith("Bearer ");
        assertThat(list.headers()).containsEntry("ACCEPT", "application/json");
        assertThat(list.json()).isNull();
        assertThat(list.form()).isEmpty();

        RecordedRequest creation = log.to(Endpoint.CREATE_NORMAL).get(0);
        assertThat(creation.body()).contains("Grüße");
        assertThat(creation.json().path("short_description").asString()).isEqualTo("Grüße");

        RecordedRequest token = log.to(Endpoint.TOKEN).get(0);
        assertThat(token.form())
                .containsEntry("grant_type", "password")
                .containsEntry("password", ServiceNowSimulator.PASSWORD);
        assertThat(token.endpoint()).isEqualTo(Endpoint.TOKEN);
    }

    @Test
    void showsNoSecret() {
        caller.get("/oauth_token.do?client_secret=leaked&client_id=shown");
        caller.post("/oauth_token.do", "{\"password\":\"leaked\"}");
        String token = log.all().get(1).header("Authorization").substring("Bearer ".length());

        assertThat(log.all())
                .hasSize(3)
                .allSatisfy(request -> assertThat(request.toString())
                        .doesNotContain(
                                ServiceNowSimulator.PASSWORD, ServiceNowSimulator.CLIENT_SECRET, "leaked", token));
        assertThat(log.all().toString()).contains(ServiceNowSimulator.USER_NAME, "shown");
    }

    @Test
    void countsPerEndpointAndForgets() {
        caller.get(CHANGES);
        caller.get(CHANGES);

        assertThat(log.count(Endpoint.LIST)).isEqualTo(2);
        assertThat(log.count(Endpoint.READ)).isZero();
        assertThat(log.count()).isEqualTo(3);
        assertThat(log.all())
                .extracting(RecordedRequest::endpoint)
                .containsExactly(Endpoint.TOKEN, Endpoint.LIST, Endpoint.LIST);
        log.clear();
        assertThat(log.all()).isEmpty();
        assertThat(log.count()).isZero();
        assertThat(log.count(Endpoint.LIST)).isZero();
    }

    @Test
    void isBoundedOrOff() {
        log.clear();
        log.keep(2);
        List.of("1", "2", "3").forEach(id -> caller.get(CHANGES + "/" + id));
        assertThat(log.all()).extracting(RecordedRequest::path).containsExactly(CHANGES + "/2", CHANGES + "/3");
        assertThat(log.count(Endpoint.READ)).isEqualTo(3);

        log.keep(0);
        caller.get(CHANGES + "/4");
        assertThat(log.all()).isEmpty();
        assertThat(log.count(Endpoint.READ)).isEqualTo(4);
    }

    @Test
    void recordsWhatAFaultAnswered() {
        simulator.faults().on(Endpoint.LIST).once(Fault.unavailable());
        caller.get(CHANGES);

        assertThat(log.count(Endpoint.LIST)).isEqualTo(1);
    }
}
