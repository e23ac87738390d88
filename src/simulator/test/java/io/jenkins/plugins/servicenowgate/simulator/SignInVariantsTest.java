package io.jenkins.plugins.servicenowgate.simulator;

import static io.jenkins.plugins.servicenowgate.simulator.Caller.CHANGES;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** The JWT bearer grant, API keys, scopes, and what the integration user sees of itself. */
class SignInVariantsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final KeyPair PAIR = pair();

    private final SettableClock clock = new SettableClock(NOW);
    private final ServiceNowSimulator simulator =
            ServiceNowSimulator.builder().clock(clock).start();
    private final Caller caller = new Caller(simulator);

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void register() {
        simulator.verifyJwts("key-1", PAIR.getPublic());
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static ObjectNode claims(String id) {
        return Json.object()
                .put("iss", ServiceNowSimulator.CLIENT_ID)
                .put("aud", ServiceNowSimulator.CLIENT_ID)
                .put("sub", ServiceNowSimulator.USER_NAME)
                .put("iat", NOW.getEpochSecond())
                .put("exp", NOW.getEpochSecond() + 60)
                .put("jti", id);
    }

    private static String signed(String keyId, ObjectNode claims) throws Exception {
        String content = encode(Json.bytes(Json.object().put("alg", "RS256").put("kid", keyId)))
                + "."
                + encode(Json.bytes(claims));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(PAIR.getPrivate());
        signature.update(content.getBytes(StandardCharsets.US_ASCII));
        return content + "." + encode(signature.sign());
    }

    private HttpResponse<String> exchange(String assertion) {
        return caller.token(form(assertion));
    }

    private static Map<String, String> form(String assertion) {
        Map<String, String> form = new HashMap<>();
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        form.put("client_id", ServiceNowSimulator.CLIENT_ID);
        form.put("client_secret", ServiceNowSimulator.CLIENT_SECRET);
        form.put("assertion", assertion);
        return form;
    }

    @Test
    void aTokenCountsOnce() throws Exception {
        String assertion = signed("key-1", claims("1"));
        assertThat(exchange(assertion).statusCode()).isEqualTo(200);
        assertThat(exchange(assertion).statusCode()).isEqualTo(401);
        simulator.behaviour().jtiVerification(false);
        assertThat(exchange(assertion).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "key-1, iss, other",
        "key-1, aud, other",
        "key-1, sub, somebody",
        "key-1, jti, ''",
        "key-2, sub, jenkins.integration"
    })
    void anythingElseIsRefused(String keyId, String claim, String value) throws Exception {
        assertThat(exchange(signed(keyId, claims("1").put(claim, value))).statusCode())
                .isEqualTo(401);
    }

    @Test
    void anotherSignatureIsRefused() throws Exception {
        String assertion = signed("key-1", claims("1"));
        String other = signed("key-1", claims("2"));
        assertThat(exchange(assertion.substring(0, assertion.lastIndexOf('.'))
                                + other.substring(other.lastIndexOf('.')))
                        .statusCode())
                .isEqualTo(401);
        assertThat(exchange("a.b").statusCode()).isEqualTo(401);
        assertThat(exchange("!.?.*").statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0, 401", "0, 0, 200", "59, 0, 200", "60, 0, 401", "-1, 1, 200", "60, 1, 200", "61, 1, 401"})
    void theTimesHoldToTheSecond(long seconds, long skew, int status) throws Exception {
        simulator.behaviour().clockSkew(Duration.ofSeconds(skew));
        clock.advance(Duration.ofSeconds(seconds));

        assertThat(exchange(signed("key-1", claims("1"))).statusCode()).isEqualTo(status);
    }

    @Test
    void onlyAPublicClientMayLeaveTheSecretOut() throws Exception {
        Map<String, String> form = form(signed("key-1", claims("1")));
        form.remove("client_secret");
        assertThat(caller.token(form).statusCode()).isEqualTo(401);
        simulator.behaviour().publicClient(true);
        assertThat(caller.token(form).statusCode()).isEqualTo(200);
        form.put("grant_type", "client_credentials");
        assertThat(caller.token(form).statusCode()).isEqualTo(401);
    }

    private int withKey(String key) {
        return caller.send(HttpRequest.newBuilder(caller.uri(CHANGES)).header("x-sn-apikey", key))
                .statusCode();
    }

    @Test
    void anApiKeyReplacesTheToken() {
        assertThat(withKey(ServiceNowSimulator.API_KEY)).isEqualTo(200);
        assertThat(withKey("other")).isEqualTo(401);
        simulator.behaviour().apiKeys(false);
        assertThat(withKey(ServiceNowSimulator.API_KEY)).isEqualTo(401);
    }

    @Test
    void theIntegrationUserSeesItself() {
        caller.signIn();
        String own =
                "/api/now/table/sys_user?" + Caller.encode(Map.of("sysparm_query", "sys_id=javascript:gs.getUserID()"));
        assertThat(Caller.result(caller.get(own))).hasSize(1);
        assertThat(Caller.result(caller.get("/api/now/table/sys_user"))).hasSize(2);
        String roles = "/api/now/table/sys_user_has_role?"
                + Caller.encode(Map.of(
                        "sysparm_query",
                        "user="
                                + Caller.result(caller.get(own))
                                        .path(0)
                                        .path("sys_id")
                                        .asString()));
        assertThat(Caller.result(caller.get(roles))).hasSize(2);
        simulator.behaviour().emptyTables("sys_user", "sys_user_has_role");
        assertThat(Caller.result(caller.get(own))).isEmpty();
        assertThat(Caller.result(caller.get(roles))).isEmpty();
    }
}
