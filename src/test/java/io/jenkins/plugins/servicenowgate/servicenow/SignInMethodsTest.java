package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.jenkins.plugins.servicenowgate.simulator.SettableClock;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each way to sign in sends, and how it handles refusals. */
class SignInMethodsTest {
    private static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");
    private static final String REFUSED = "{\"error_description\":\"access_denied\",\"error\":\"server_error\"}";
    private static final String NOT_AUTHENTICATED =
            "{\"error\":{\"message\":\"User Not Authenticated\",\"detail\":\"no key\"},\"status\":\"failure\"}";
    private static final KeyPair PAIR = TestKeys.pair("EC secp256r1");
    private static final SignIn.JwtBearer JWT =
            new SignIn.JwtBearer("client", "secret", TestKeys.signingKey(PAIR), "key-1", "jenkins@example.com", null);
    private static final SignIn.ApiKey API_KEY = new SignIn.ApiKey("k3y-of-the-user");

    private final SettableClock clock = new SettableClock(NOW);
    private final ScriptedAnswers instance = new ScriptedAnswers();

    private static String date(Instant instant) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
    }

    private static ServiceNowException failure(ServiceNowClient client) {
        return catchThrowableOfType(ServiceNowException.class, client::signIn);
    }

    private JWTClaimsSet assertion(int index) throws Exception {
        return SignedJWT.parse(assertionText(index)).getJWTClaimsSet();
    }

    private String assertionText(int index) {
        return instance.form(index).replaceAll(".*&assertion=([^&]*).*", "$1");
    }

    @Test
    void theScopeIsSentInTheRequestForATokenAndNowhereElse() throws Exception {
        instance.json(ScriptedAnswers.TOKEN).json(ScriptedAnswers.TOKEN).json(ScriptedAnswers.TOKEN);
        instance.json("{\"result\":[]}");
        instance.client(new SignIn.Password("client", "secret", "user", "pass", "a b"), clock)
                .signIn();
        instance.client(new SignIn.ClientCredentials("client", "secret", "a b"), clock)
                .signIn();
        ServiceNowClient client = instance.client(
                new SignIn.JwtBearer("client", "secret", JWT.key(), "key-1", "jenkins@example.com", "a b"), clock);
        client.findByNumber("CHG1");

        assertThat(instance.form(0))
                .isEqualTo(
                        "grant_type=password&client_id=client&client_secret=secret&username=user&password=pass&scope=a"
                                + " b");
        assertThat(instance.form(1))
                .isEqualTo("grant_type=client_credentials&client_id=client&client_secret=secret&scope=a b");
        assertThat(instance.form(2)).endsWith("&scope=a b");
        assertThat(instance.requests)
                .extracting(request -> request.url().query())
                .containsExactly(null, null, null, "sysparm_query=number=CHG1");
    }

    @Test
    void theGrantedScopeAndTheExpiryAreKnown() throws Exception {
        instance.json("{\"access_token\":\"t\",\"expires_in\":1799,\"scope\":\"a\\u0007b\"}")
                .json("{\"access_token\":\"t\",\"expires_in\":60,\"scope\":5}");

        assertThat(instance.client(JWT, clock).signIn())
                .contains(new ServiceNowClient.Grant("a b", NOW.plusSeconds(1799)));
        assertThat(instance.client(JWT, clock).signIn()).contains(new ServiceNowClient.Grant("", NOW.plusSeconds(60)));
    }

    @Test
    void theJwtBearerGrantSendsASignedToken() throws Exception {
        instance.json(ScriptedAnswers.TOKEN).json("{\"result\":[]}");
        instance.client(JWT, clock).findByNumber("CHG1");

        assertThat(instance.form(0))
                .startsWith("grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&client_id=client"
                        + "&client_secret=secret&assertion=ey")
                .doesNotContain("scope");
        assertThat(instance.requests.get(0).url()).hasToString("https://scripted.example/oauth_token.do");
        assertThat(assertion(0).getSubject()).isEqualTo("jenkins@example.com");
        assertThat(assertion(0).getExpirationTime()).isEqualTo(NOW.plusSeconds(180));
        assertThat(instance.requests.get(1).header("Authorization")).isEqualTo("Bearer t");
    }

    @Test
    void aPublicClientSendsNoSecret() throws Exception {
        instance.json(ScriptedAnswers.TOKEN);
        instance.client(new SignIn.JwtBearer("client", null, JWT.key(), "key-1", "s", null), clock)
                .signIn();

        assertThat(instance.form(0)).contains("&client_id=client&assertion=").doesNotContain("client_secret");
    }

    /** The times come from the clock of the instance, which the response before showed. */
    @ParameterizedTest
    @ValueSource(longs = {-7200, -20, 20, 7200})
    void theTimesOfATokenFollowTheClockOfTheInstance(long ahead) throws Exception {
        instance.then(200, "application/json", ScriptedAnswers.TOKEN, "Date", date(NOW.plusSeconds(ahead)))
                .json(ScriptedAnswers.TOKEN.replace("\"t\"", "\"u\""));
        ServiceNowClient client = instance.client(JWT, clock);
        client.signIn();
        clock.advance(Duration.ofSeconds(1800));
        client.signIn();

        Instant instanceTime = NOW.plusSeconds(1800 + ahead);
        assertThat(assertion(1).getIssueTime().toInstant())
                .isBetween(instanceTime.minusSeconds(7), instanceTime.minusSeconds(4));
        assertThat(assertion(1).getExpirationTime().toInstant())
                .isBetween(instanceTime.plusSeconds(178), instanceTime.plusSeconds(181));
        assertThat(assertion(1).getJWTID()).isNotEqualTo(assertion(0).getJWTID());
    }

    @Test
    void aResponseOfTheApiShowsTheClockToo() throws Exception {
        instance.json(ScriptedAnswers.TOKEN)
                .then(200, "application/json", "{\"result\":[]}", "Date", date(NOW.plusSeconds(600)))
                .json(ScriptedAnswers.TOKEN);
        ServiceNowClient client = instance.client(JWT, clock);
        client.findByNumber("CHG1");
        clock.advance(Duration.ofSeconds(1800));
        client.signIn();

        assertThat(assertion(2).getIssueTime()).isEqualTo(NOW.plusSeconds(2395));
    }

    /** The first token of a client may have times that the instance does not accept. */
    @Test
    void aTokenWithTheWrongTimeIsRepeatedOnceWithTheRightOne() throws Exception {
        instance.then(401, "application/json", REFUSED, "Date", date(NOW.plusSeconds(600)))
                .json(ScriptedAnswers.TOKEN);
        assertThat(instance.client(JWT, clock).signIn())
                .contains(new ServiceNowClient.Grant("", NOW.plusSeconds(1800)));

        assertThat(instance.requests).hasSize(2);
        assertThat(assertion(0).getExpirationTime()).isEqualTo(NOW.plusSeconds(180));
        assertThat(assertion(1).getExpirationTime()).isEqualTo(NOW.plusSeconds(780));
        assertThat(assertion(1).getJWTID()).isNotEqualTo(assertion(0).getJWTID());
    }

    /** With the repetition, at most three further sign-ins in 15 minutes. */
    @Test
    void aRepetitionCountsAsARefusedSignIn() throws Exception {
        for (int i = 0; i < 10; i++) {
            instance.then(401, "application/json", REFUSED, "Date", date(NOW.plusSeconds(600 + 30L * i)));
        }
        ServiceNowClient client = instance.client(JWT, clock);
        for (int second = 0; second <= 900; second += 15) {
            assertThat(failure(client).problem()).isEqualTo(FailureKind.SIGN_IN_REFUSED);
            clock.advance(Duration.ofSeconds(15));
        }
        assertThat(instance.requests).hasSize(4);
    }

    @Test
    void aRefusalIsNotRepeatedIfTheTimeWasRight() throws Exception {
        instance.then(401, "application/json", REFUSED, "Date", date(NOW.plusSeconds(5)));
        ServiceNowException e = failure(instance.client(JWT, clock));

        assertThat(instance.requests).hasSize(1);
        assertThat(e.problem()).isEqualTo(FailureKind.SIGN_IN_REFUSED);
        assertThat(e.localizable().getKey()).isEqualTo("AccessTokens.JwtRejected");
        assertThat(e.getMessage())
                .startsWith("https://scripted.example rejected the signed token of the sign-in (server_error:"
                        + " access_denied).")
                .contains("the grant type \"urn:ietf:params:oauth:grant-type:jwt-bearer\"");
    }

    @Test
    void onlyARefusalOfASignedTokenIsRepeated() throws Exception {
        instance.then(401, "application/json", REFUSED, "Date", date(NOW.plusSeconds(600)));
        assertThat(failure(instance.client(SignIn.password("client", "secret", "user", "pass"), clock))
                        .localizable()
                        .getKey())
                .isEqualTo("AccessTokens.SignInRejected");
        assertThat(instance.requests).hasSize(1);

        instance.then(503, "application/json", REFUSED, "Date", date(NOW.plusSeconds(600)));
        assertThat(failure(instance.client(JWT, clock)).problem()).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(instance.requests).hasSize(2);
    }

    /** A login page or a firewall may have another time. */
    @Test
    void aPageDoesNotSetTheClock() throws Exception {
        instance.then(401, "text/html", "no", "Date", date(NOW.plusSeconds(600)))
                .json(ScriptedAnswers.TOKEN);
        ServiceNowClient client = instance.client(JWT, clock);
        failure(client);
        clock.advance(Duration.ofSeconds(10));
        client.signIn();

        assertThat(assertion(1).getExpirationTime()).isEqualTo(NOW.plusSeconds(190));
    }

    @Test
    void aResponseThatRepeatsTheTokenOrItsSignatureIsRedacted() {
        List<String> echoed = new java.util.ArrayList<>();
        ScriptedAnswers echo = new ScriptedAnswers();
        for (boolean whole : new boolean[] {true, false}) {
            echo.answerTokens(request -> {
                String assertion = echo.form(echo.requests.size() - 1).replaceAll(".*&assertion=", "");
                echoed.add(assertion.substring(assertion.lastIndexOf('.') + 1));
                String shown = whole ? assertion : echoed.get(echoed.size() - 1);
                return ScriptedAnswers.response(
                        401, "application/json", "{\"error\":\"bad secret\",\"error_description\":\"" + shown + "\"}");
            });
            ServiceNowException e = failure(echo.client(JWT, clock));
            assertThat(e.getMessage()).contains("bad ****").doesNotContain(echoed.get(echoed.size() - 1));
        }
    }

    @Test
    void aKeyThatCanNotSignIsAPassingFailureWithoutDetails() {
        PrivateKey unusable = new PrivateKey() {
            @Override
            public String getAlgorithm() {
                return "EC";
            }

            @Override
            public String getFormat() {
                return null;
            }

            @Override
            public byte[] getEncoded() {
                return null;
            }
        };
        SigningKey key = SigningKey.of(unusable, PAIR.getPublic());
        ServiceNowException e =
                failure(instance.client(new SignIn.JwtBearer("client", "secret", key, "k", "s", null), clock));

        assertThat(e.problem()).isEqualTo(FailureKind.CREDENTIALS_UNAVAILABLE);
        assertThat(e.localizable().getKey()).isEqualTo("AccessTokens.NotSigned");
        assertThat(e.getMessage())
                .isEqualTo("the token for the sign-in at https://scripted.example could not be signed with the private"
                        + " key of the Certificate credentials (InvalidKeyException)");
        assertThat(instance.requests).isEmpty();
    }

    @Test
    void anApiKeyIsSentInItsHeaderWithoutARequestForAToken() throws Exception {
        instance.json("{\"result\":[]}");
        ServiceNowClient client = instance.client(API_KEY, clock);

        assertThat(client.signIn()).isEmpty();
        client.findByNumber("CHG1");
        Request sent = instance.requests.get(0);
        assertThat(instance.requests).hasSize(1);
        assertThat(sent.header("x-sn-apikey")).isEqualTo("k3y-of-the-user");
        assertThat(sent.headers().names()).containsExactlyInAnyOrder("Accept", "x-sn-apikey");
        assertThat(sent.url().toString()).doesNotContain("k3y");
    }

    @Test
    void aRefusedApiKeyIsNotSentAgainAtOnce() throws Exception {
        instance.then(401, "application/json", NOT_AUTHENTICATED.replace("no key", "k3y-of-the-user"))
                .then(401, "application/json", NOT_AUTHENTICATED)
                .json("{\"result\":[]}")
                .json("{\"result\":[]}");
        ServiceNowClient client = instance.client(API_KEY, clock);

        ServiceNowException e = catchThrowableOfType(ServiceNowException.class, () -> client.findByNumber("CHG1"));
        assertThat(e.problem()).isEqualTo(FailureKind.SIGN_IN_REFUSED);
        assertThat(e.localizable().getKey()).isEqualTo("ChangeApi.ApiKeyRejected");
        assertThat(e.getMessage())
                .startsWith("https://scripted.example rejected the API key (User Not Authenticated: ****);");
        assertThat(e.isOutcomeUnknown()).isFalse();
        clock.advance(Duration.ofSeconds(59));
        assertThat(catchThrowableOfType(ServiceNowException.class, () -> client.findByNumber("CHG1"))
                        .isRepeated())
                .isTrue();
        assertThat(instance.requests).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        catchThrowableOfType(ServiceNowException.class, () -> client.findByNumber("CHG1"));
        clock.advance(Duration.ofMinutes(4));
        client.findByNumber("CHG1");
        client.findByNumber("CHG1");
        assertThat(instance.requests).hasSize(4);
    }

    @Test
    void aRefusedApiKeyIsNamedByItsStatusWhereNothingElseIsSaid() {
        instance.then(401, "application/json", "{\"error\":{}}");
        assertThat(catchThrowableOfType(
                        ServiceNowException.class,
                        () -> instance.client(API_KEY, clock).findByNumber("CHG1")))
                .hasMessageStartingWith("https://scripted.example rejected the API key (401);");
    }

    @Test
    void aMissingRoleIsNoRefusalOfAnApiKey() throws Exception {
        instance.then(403, "application/json", NOT_AUTHENTICATED).json("{\"result\":[]}");
        ServiceNowClient client = instance.client(API_KEY, clock);

        assertThat(catchThrowableOfType(ServiceNowException.class, () -> client.findByNumber("CHG1"))
                        .problem())
                .isEqualTo(FailureKind.FORBIDDEN);
        client.findByNumber("CHG1");
        assertThat(instance.requests).hasSize(2);
    }

    /** A firewall's page says nothing about the key. */
    @Test
    void aPageIsNoRefusalOfAnApiKey() throws Exception {
        instance.then(401, "text/html", "no").json("{\"result\":[]}");
        ServiceNowClient client = instance.client(API_KEY, clock);

        assertThat(catchThrowableOfType(ServiceNowException.class, () -> client.findByNumber("CHG1"))
                        .problem())
                .isEqualTo(FailureKind.UNAVAILABLE);
        client.findByNumber("CHG1");
        assertThat(instance.requests).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "k3y of", "k3y\nInjected: 1", "k3y\u00e4", "k3y\u007f"})
    void anApiKeyThatIsNoHeaderIsRefusedWithoutShowingIt(String key) {
        assertThatThrownBy(() -> new SignIn.ApiKey(key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("k3y");
    }

    @Test
    void differsInEachPart() throws GeneralSecurityException {
        SigningKey other = TestKeys.signingKey(TestKeys.newPair("EC secp256r1"));
        assertThat(List.of(
                        JWT,
                        new SignIn.JwtBearer("c", "secret", JWT.key(), "key-1", "jenkins@example.com", null),
                        new SignIn.JwtBearer("client", "x", JWT.key(), "key-1", "jenkins@example.com", null),
                        new SignIn.JwtBearer("client", "secret", other, "key-1", "jenkins@example.com", null),
                        new SignIn.JwtBearer("client", "secret", JWT.key(), "x", "jenkins@example.com", null),
                        new SignIn.JwtBearer("client", "secret", JWT.key(), "key-1", "x", null),
                        new SignIn.JwtBearer("client", "secret", JWT.key(), "key-1", "jenkins@example.com", "x"),
                        new SignIn.ClientCredentials("client", "secret", null),
                        new SignIn.ClientCredentials("client", "secret", "x"),
                        SignIn.password("client", "secret", "user", "pass"),
                        new SignIn.Password("client", "secret", "user", "pass", "x"),
                        API_KEY,
                        new SignIn.ApiKey("other")))
                .extracting(SignIn::identity)
                .doesNotHaveDuplicates();
        assertThat(API_KEY.identity()).containsExactly("API key", "k3y-of-the-user");
        assertThat(other.hashCode()).isNotEqualTo(JWT.key().hashCode());
        assertThat(TestKeys.signingKey(PAIR)).isEqualTo(JWT.key()).hasSameHashCodeAs(JWT.key());
        assertThat(JWT.identity())
                .isEqualTo(new SignIn.JwtBearer(
                                "client", "secret", TestKeys.signingKey(PAIR), "key-1", "jenkins@example.com", null)
                        .identity());
        assertThat(new SignIn.ClientCredentials("c", "s", null).parameters(NOW)).isEqualTo(Map.of());
    }

    @Test
    void showsNoSecretAsText() {
        assertThat(JWT).hasToString("JwtBearer[clientId=client, keyId=key-1, subject=jenkins@example.com, scope=null]");
        assertThat(API_KEY).hasToString("ApiKey[]");
        assertThat(new SignIn.ClientCredentials("client", "secret", "a"))
                .hasToString("ClientCredentials[clientId=client, scope=a]");
        assertThat(JWT.redact("a secret")).isEqualTo("a ****");
        assertThat(new AccessTokens.Token("t0ken", JWT, "", NOW))
                .hasToString("Token[" + JWT + ", expires=2026-12-01T20:00:00Z]");
    }

    @Test
    void aBrokenConnectionNamesNoSecret() {
        instance.thenBreaks(new IOException("reset"));

        assertThat(failure(instance.client(JWT, clock)).getMessage()).doesNotContain("secret", "assertion");
    }
}
