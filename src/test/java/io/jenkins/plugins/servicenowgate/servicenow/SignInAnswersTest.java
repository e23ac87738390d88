package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jenkins.plugins.servicenowgate.simulator.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses of the token endpoint: only a valid token is used, and only until it expires. */
class SignInAnswersTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-12-01T20:00:00Z"));
    private final ScriptedAnswers instance = new ScriptedAnswers();
    private SignIn signIn = SignIn.password("client", "secret", "user", "pass");

    private ServiceNowException refused() {
        ServiceNowClient client = instance.client(signIn, clock);
        return catchThrowableOfType(ServiceNowException.class, client::signIn);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"access_token\":null}",
                "{\"access_token\":5}",
                "{\"access_token\":\"\"}",
                "{\"access_token\":\"a b\"}",
                "{\"access_token\":\"a\\nInjected: b\"}",
                "{\"access_token\":\"\\u00e4\"}",
                "{\"access_token\":\"\\u007f\"}"
            })
    void refusesATokenThatIsNoValidHeader(String body) {
        instance.json(body);

        ServiceNowException e = refused();
        assertThat(e.problem()).isEqualTo(FailureKind.BAD_ANSWER);
        assertThat(e.localizable().getKey()).isEqualTo("AccessTokens.NoToken");
        assertThat(instance.requests).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"access_token\":\"t\"}",
                "{\"access_token\":\"t\",\"expires_in\":\"1800\"}",
                "{\"access_token\":\"t\",\"expires_in\":1.5}",
                "{\"access_token\":\"t\",\"expires_in\":99999999999}",
                "{\"access_token\":\"t\",\"expires_in\":-1}"
            })
    void doesNotCacheATokenWithoutLifetime(String body) throws Exception {
        instance.json(body).json(body);
        ServiceNowClient client = instance.client(signIn, clock);

        client.signIn();
        client.signIn();
        assertThat(instance.requests).hasSize(2);
    }

    @Test
    void cachesATokenUntilItExpires() throws Exception {
        instance.json(ScriptedAnswers.TOKEN).json("{\"result\":[]}").json("{\"result\":[]}");
        instance.json(ScriptedAnswers.TOKEN.replace("\"t\"", "\"u\"")).json("{\"result\":[]}");
        ServiceNowClient client = instance.client(signIn, clock);

        client.findByNumber("CHG1");
        clock.advance(Duration.ofSeconds(1799));
        client.findByNumber("CHG1");
        clock.advance(Duration.ofSeconds(1));
        client.findByNumber("CHG1");
        assertThat(instance.requests)
                .extracting(request -> request.header("Authorization"))
                .containsExactly(null, "Bearer t", "Bearer t", null, "Bearer u");
    }

    @Test
    void sendsAnEmptyPasswordWhereThereIsNone() throws Exception {
        signIn = SignIn.password("client", "secret", "user", null);
        instance.json(ScriptedAnswers.TOKEN);
        instance.client(signIn, clock).signIn();

        assertThat(instance.form(0)).endsWith("&username=user&password=");
    }

    @Test
    void usesTheGrantOfItsCredentials() throws Exception {
        instance.json(ScriptedAnswers.TOKEN).json(ScriptedAnswers.TOKEN);
        instance.client(signIn, clock).signIn();
        instance.client(SignIn.clientCredentials("client", "secret"), clock).signIn();

        assertThat(instance.form(0))
                .isEqualTo("grant_type=password&client_id=client&client_secret=secret&username=user&password=pass");
        assertThat(instance.form(1)).isEqualTo("grant_type=client_credentials&client_id=client&client_secret=secret");
    }

    @ParameterizedTest
    @CsvSource({
        "200, SIGN_IN_REFUSED",
        "400, SIGN_IN_REFUSED",
        "401, SIGN_IN_REFUSED",
        "403, SIGN_IN_REFUSED",
        "404, SIGN_IN_REFUSED",
        "405, UNAVAILABLE",
        "500, UNAVAILABLE"
    })
    void onlyTheseStatusesOfAnErrorRefuseASignIn(int status, FailureKind problem) {
        instance.then(status, "application/json", "{\"error\":\"invalid_client\"}");
        assertThat(refused().problem()).isEqualTo(problem);
    }

    @Test
    void namesTheStatusOfARefusalWithoutMessage() {
        instance.then(401, "application/json", "{\"error\":\"\"}").then(401, "application/json", "{\"error\":\"\"}");

        ServiceNowException e = refused();
        assertThat(e.problem()).isEqualTo(FailureKind.SIGN_IN_REFUSED);
        assertThat(e.localizable())
                .hasToString(Messages.AccessTokens_SignInRejected("https://scripted.example", "401", "password"));
        signIn = SignIn.clientCredentials("client", "secret");
        assertThat(refused().getMessage()).contains("the grant type \"client_credentials\"");
    }

    @Test
    void reportsAMissingTokenEndpoint() {
        instance.then(404, "text/html", "no");

        assertThat(refused().localizable().getKey()).isEqualTo("AccessTokens.NoTokenService");
    }

    @Test
    void anErrorInsideASuccessIsARefusal() {
        instance.json("{\"error\":\"access_denied\",\"error_description\":\"of pass\"}");

        ServiceNowException e = refused();
        assertThat(e.localizable().getKey()).isEqualTo("AccessTokens.SignInRejected");
        assertThat(e.getMessage()).contains("(access_denied: of ****)");
    }

    @Test
    void redactsOnlyExistingSecrets() {
        assertThat(SignIn.password("c", "", "u", "").redact("a text")).isEqualTo("a text");
        assertThat(SignIn.password("c", "s3", "u", "p4").redact("s3 and p4")).isEqualTo("**** and ****");
        assertThat(SignIn.clientCredentials("c", "s3").redact("s3")).isEqualTo("****");
    }

    @Test
    void showsNoSecretAsText() {
        assertThat(signIn).hasToString("Password[clientId=client, userName=user, scope=null]");
    }
}
