package io.jenkins.plugins.servicenowgate.simulator;

import static io.jenkins.plugins.servicenowgate.simulator.Caller.CHANGES;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class TokensTest {
    private static final Map<String, String> PASSWORD = Map.of(
            "grant_type", "password",
            "client_id", ServiceNowSimulator.CLIENT_ID,
            "client_secret", ServiceNowSimulator.CLIENT_SECRET,
            "username", ServiceNowSimulator.USER_NAME,
            "password", ServiceNowSimulator.PASSWORD);
    private static final Map<String, String> CLIENT = Map.of(
            "grant_type", "client_credentials",
            "client_id", ServiceNowSimulator.CLIENT_ID,
            "client_secret", ServiceNowSimulator.CLIENT_SECRET);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final ServiceNowSimulator simulator =
            ServiceNowSimulator.builder().clock(clock).start();
    private final Caller caller = new Caller(simulator);

    @AfterEach
    void stop() {
        simulator.close();
    }

    private static Map<String, String> with(Map<String, String> form, String name, String value) {
        Map<String, String> changed = new HashMap<>(form);
        changed.put(name, value);
        return changed;
    }

    private Map<String, String> refresh(JsonNode granted) {
        return with(
                with(CLIENT, "grant_type", "refresh_token"),
                "refresh_token",
                granted.path("refresh_token").asString());
    }

    private JsonNode granted(Map<String, String> form) {
        HttpResponse<String> answer = caller.token(form);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Caller.json(answer);
    }

    private static void assertDenied(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(Caller.json(answer))
                .isEqualTo(Json.parse("{\"error\":\"server_error\",\"error_description\":\"access_denied\"}"));
    }

    private int statusWith(String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(caller.uri(CHANGES));
        return caller.send(authorization == null ? request : request.header("Authorization", authorization))
                .statusCode();
    }

    private int statusWith(JsonNode granted) {
        return statusWith("Bearer " + granted.path("access_token").asString());
    }

    @Test
    void thePasswordGrantGivesBothTokens() {
        JsonNode answer = granted(PASSWORD);

        assertThat(answer.path("access_token").asString()).isNotEmpty();
        assertThat(answer.path("refresh_token").asString()).isNotEmpty();
        assertThat(answer.path("scope").asString()).isEqualTo("useraccount");
        assertThat(answer.path("token_type").asString()).isEqualTo("Bearer");
        assertThat(answer.path("expires_in").asInt()).isEqualTo(1800);
        assertThat(statusWith(answer)).isEqualTo(200);
    }

    @Test
    void theClientCredentialsGrantGivesNoRefreshTokenUnlessSwitched() {
        JsonNode answer = granted(CLIENT);
        assertThat(answer.has("refresh_token")).isFalse();
        assertThat(statusWith(answer)).isEqualTo(200);

        simulator.behaviour().refreshTokenForClientCredentials(true);
        assertThat(granted(CLIENT).has("refresh_token")).isTrue();
        simulator.behaviour().refreshTokens(false);
        assertThat(granted(PASSWORD).has("refresh_token")).isFalse();
    }

    @Test
    void theSameTokenComesAgainWithTheTimeThatRemains() {
        JsonNode first = granted(PASSWORD);
        clock.advance(Duration.ofSeconds(1000));
        JsonNode second = granted(PASSWORD);

        assertThat(second.path("access_token")).isEqualTo(first.path("access_token"));
        assertThat(second.path("expires_in").asInt()).isEqualTo(800);
        clock.advance(Duration.ofSeconds(800));
        assertThat(statusWith(first)).isEqualTo(401);
        JsonNode third = granted(PASSWORD);
        assertThat(third.path("access_token")).isNotEqualTo(first.path("access_token"));
        assertThat(third.path("expires_in").asInt()).isEqualTo(1800);
        assertThat(statusWith(third)).isEqualTo(200);
    }

    @Test
    void theLifetimeIsSettable() {
        simulator.behaviour().tokenLifetime(Duration.ofSeconds(10));
        JsonNode answer = granted(PASSWORD);

        assertThat(answer.path("expires_in").asInt()).isEqualTo(10);
        clock.advance(Duration.ofSeconds(9));
        assertThat(statusWith(answer)).isEqualTo(200);
        clock.advance(Duration.ofSeconds(1));
        assertThat(statusWith(answer)).isEqualTo(401);
    }

    @Test
    void aRefreshTokenOutlivesTheAccessToken() {
        JsonNode first = granted(PASSWORD);
        simulator.expireTokens();
        assertThat(statusWith(first)).isEqualTo(401);

        JsonNode refreshed = granted(refresh(first));
        assertThat(refreshed.path("access_token")).isNotEqualTo(first.path("access_token"));
        assertThat(refreshed.path("refresh_token")).isEqualTo(first.path("refresh_token"));
        assertThat(statusWith(refreshed)).isEqualTo(200);

        clock.advance(Duration.ofDays(100));
        assertDenied(caller.token(refresh(first)));
    }

    @Test
    void revocationEndsBothTokens() {
        JsonNode first = granted(PASSWORD);
        simulator.revokeTokens();

        assertThat(statusWith(first)).isEqualTo(401);
        assertDenied(caller.token(refresh(first)));
        assertThat(statusWith(granted(PASSWORD))).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "client_id, other",
        "client_secret, wrong",
        "username, somebody",
        "password, wrong",
        "grant_type, authorization_code",
        "grant_type, ''",
    })
    void everyWrongValueLooksTheSame(String name, String value) {
        assertDenied(caller.token(with(PASSWORD, name, value)));
    }

    @Test
    void barredGrantsLookTheSame() {
        JsonNode first = granted(PASSWORD);
        simulator.behaviour().passwordGrant(false);
        assertDenied(caller.token(PASSWORD));
        assertThat(caller.token(CLIENT).statusCode()).isEqualTo(200);

        simulator.behaviour().reset().clientCredentialsGrant(false);
        assertDenied(caller.token(CLIENT));
        assertThat(caller.token(PASSWORD).statusCode()).isEqualTo(200);

        simulator.behaviour().reset().refreshTokens(false);
        assertDenied(caller.token(refresh(first)));
    }

    @Test
    void aLockedUserGetsNothingAndHasNothing() {
        JsonNode first = granted(PASSWORD);
        simulator.rejectUser(true);

        assertDenied(caller.token(PASSWORD));
        assertThat(statusWith(first)).isEqualTo(401);
        simulator.rejectUser(false);
        assertThat(statusWith(first)).isEqualTo(200);
    }

    @Test
    void parametersInTheAddressAreRefusedAndRecorded() {
        String encoded = Caller.encode(PASSWORD);
        assertDenied(caller.send(HttpRequest.newBuilder(caller.uri("/oauth_token.do?" + encoded))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.noBody())));
        assertDenied(caller.send(HttpRequest.newBuilder(caller.uri("/oauth_token.do?client_secret=x"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encoded))));

        assertThat(simulator.requests().to(Endpoint.TOKEN).get(0).query())
                .containsEntry("password", ServiceNowSimulator.PASSWORD);
    }

    @Test
    void onlyAPostedFormIsTaken() {
        assertDenied(caller.post("/oauth_token.do", Json.object().put("x", 1).toString()));
        assertDenied(caller.post("/oauth_token.do", Caller.encode(PASSWORD)));
        assertDenied(caller.get("/oauth_token.do"));
    }

    @Test
    void everyCallNeedsALivingBearer() {
        String token = granted(PASSWORD).path("access_token").asString();

        assertThat(statusWith("Bearer " + token)).isEqualTo(200);
        assertThat(statusWith((String) null)).isEqualTo(401);
        assertThat(statusWith("Bearer nothing")).isEqualTo(401);
        assertThat(statusWith("Basic " + token)).isEqualTo(401);
        HttpResponse<String> answer = caller.get(CHANGES);
        assertThat(Caller.json(answer).path("error").path("message").asString()).isEqualTo("User Not Authenticated");
        assertThat(Caller.json(answer).path("status").asString()).isEqualTo("failure");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(caller.create("x").statusCode()).isEqualTo(401);
        assertThat(simulator.changes()).isEmpty();
    }
}
