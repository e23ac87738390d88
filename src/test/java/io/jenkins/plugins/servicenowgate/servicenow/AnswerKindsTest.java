package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jenkins.plugins.servicenowgate.simulator.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Classification of responses by status, body and headers, and their effect on the recorded health. */
class AnswerKindsTest {
    private static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");
    private static final SysId ID = new SysId("0123456789abcdef0123456789abcdef");
    private static final String NONE = "{\"result\":[]}";

    private final ScriptedAnswers instance = new ScriptedAnswers().json(ScriptedAnswers.TOKEN);
    private final ServiceNowClient client =
            instance.client(SignIn.password("client", "secret", "user", "pass"), new SettableClock(NOW));

    private ServiceNowException find() {
        return catchThrowableOfType(ServiceNowException.class, () -> client.findByNumber("CHG1"));
    }

    private ServiceNowException create() {
        return catchThrowableOfType(ServiceNowException.class, () -> client.createNormal(Map.of("a", "b")));
    }

    private static final String OWN = "{\"error\":{\"message\":\"no\"},\"status\":\"failure\"}";

    @ParameterizedTest
    @CsvSource({
        "206, BAD_ANSWER, ChangeApi.UnexpectedFormat",
        "299, BAD_ANSWER, ChangeApi.UnexpectedFormat",
        "300, UNAVAILABLE, Transport.Redirected",
        "399, UNAVAILABLE, Transport.Redirected",
        "400, UNAVAILABLE, Transport.ServerError",
        "403, UNAVAILABLE, Transport.ServerError",
        "404, UNAVAILABLE, Transport.ServerError",
        "413, TOO_LARGE, Transport.RequestTooLarge",
        "414, TOO_LARGE, Transport.RequestTooLarge",
        "429, RATE_LIMITED, Transport.RateLimited",
        "499, UNAVAILABLE, Transport.ServerError",
        "500, UNAVAILABLE, Transport.ServerError",
        "599, UNAVAILABLE, Transport.ServerError"
    })
    void classifiesByStatus(int status, FailureKind problem, String trouble) {
        instance.then(status, "application/json", NONE);

        ServiceNowException e = find();
        assertThat(e.problem()).isEqualTo(problem);
        assertThat(e.localizable().getKey()).isEqualTo(trouble);
        assertThat(e.getMessage()).startsWith("https://scripted.example ");
    }

    /** A page of a firewall or a load balancer says nothing about the request, whatever its status. */
    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 405, 408, 410, 421, 425, 499})
    void aPageInPlaceOfAnAnswerIsTransient(int status) {
        instance.then(status, "text/html", "<html>no</html>").then(status, "text/html", "<html>no</html>");

        assertThat(find().localizable())
                .hasToString(
                        Messages.Transport_NotJson("https://scripted.example", String.valueOf(status), "text/html"));
        ServiceNowException write = create();
        assertThat(write.problem()).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(write.isOutcomeUnknown()).isTrue();
    }

    /** Status of ServiceNow's own JSON error: what it means for a read and for a write. */
    @ParameterizedTest
    @CsvSource({
        "400, REJECTED, REJECTED",
        "403, FORBIDDEN, FORBIDDEN",
        "404, NOT_FOUND, NOT_FOUND",
        "405, UNAVAILABLE, REJECTED",
        "408, UNAVAILABLE, REJECTED",
        "429, RATE_LIMITED, RATE_LIMITED",
        "500, UNAVAILABLE, REJECTED",
        "503, UNAVAILABLE, REJECTED",
        "200, BAD_ANSWER, REJECTED"
    })
    void serviceNowsOwnErrorIsDefiniteForAWrite(int status, FailureKind read, FailureKind write) {
        instance.then(status, "application/json", OWN).then(status, "application/json", OWN);

        assertThat(find().problem()).isEqualTo(read);
        ServiceNowException e = create();
        assertThat(e.problem()).isEqualTo(write);
        assertThat(e.isOutcomeUnknown()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400, 403, 500, 503})
    void aCancelledTransactionIsTransientAndMayHaveBeenCommitted(int status) {
        String cancelled = "{\"error\":{\"message\":\"Transaction cancelled: maximum execution time exceeded\"}}";
        instance.then(status, "application/json", cancelled);

        ServiceNowException e = create();
        assertThat(e.problem()).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(e.isOutcomeUnknown()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"302, true", "400, true", "408, true", "429, false", "500, true", "502, true", "503, true"})
    void reportsAnUnknownOutcomeByStatus(int status, boolean maybe) {
        instance.then(status, "application/json", "{}");

        assertThat(create().isOutcomeUnknown()).isEqualTo(maybe);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":\"denied\"}|denied",
                "{\"error\":\"denied\",\"error_description\":\"locked\"}|denied: locked",
                "{\"error\":{\"message\":\"no\"}}|no",
                "{\"error\":{\"message\":\"no\",\"detail\":\"rule\"}}|no: rule",
                "{\"error\":{\"message\":5}}|403",
                "{\"error\":{}}|403"
            })
    void containsTheErrorMessage(String body, String text) {
        instance.then(403, "application/json", body);

        assertThat(find().localizable()).hasToString(Messages.Transport_Forbidden("https://scripted.example", text));
    }

    @Test
    void anErrorUnderASuccessIsNoSuccess() {
        instance.json("{\"error\":{\"message\":\"no\"},\"result\":[]}").then(200, "application/json", "");

        assertThat(find().localizable())
                .hasToString(Messages.Transport_ErrorInResponse("https://scripted.example", "200", "no"));
        assertThat(find().localizable()).hasToString(Messages.Transport_Empty("https://scripted.example", "200"));
    }

    @ParameterizedTest
    @CsvSource({"500, REJECTED", "400, REJECTED"})
    void aRejectionByABusinessRuleIsDefinite(int status, FailureKind problem) {
        instance.then(status, "application/json", "{\"error\":{\"message\":\"Aborted by Business Rule 'X'\"}}");

        assertThat(create().problem()).isEqualTo(problem);
    }

    @Test
    void readsNoMoreThanSixteenMebibytes() throws Exception {
        String most = "{\"result\":[]" + " ".repeat(16 * 1024 * 1024 - NONE.length()) + "}";
        instance.json(most).json(most + " ");

        assertThat(client.findByNumber("CHG1")).isEmpty();
        assertThat(find().localizable())
                .hasToString(Messages.Transport_ResponseTooLarge("https://scripted.example", "16"));
    }

    // ---- the token

    private List<String> paths() {
        return instance.requests.stream()
                .map(request -> request.url().encodedPath())
                .toList();
    }

    @Test
    void aTokenThatIsNotAcceptedIsReplacedOnce() throws Exception {
        instance.then(401, "application/json", "{}")
                .json(ScriptedAnswers.TOKEN.replace("\"t\"", "\"u\""))
                .json(NONE);

        assertThat(client.findByNumber("CHG1")).isEmpty();
        assertThat(paths())
                .containsExactly(
                        "/oauth_token.do", "/api/sn_chg_rest/change", "/oauth_token.do", "/api/sn_chg_rest/change");
        assertThat(instance.requests.get(1).header("Authorization")).isEqualTo("Bearer t");
        assertThat(instance.requests.get(3).header("Authorization")).isEqualTo("Bearer u");

        instance.then(401, "application/json", OWN).json(ScriptedAnswers.TOKEN).then(401, "application/json", OWN);
        assertThat(find().localizable())
                .hasToString(Messages.Transport_TokenNotAccepted("https://scripted.example", "no"));
        assertThat(paths()).hasSize(7);
    }

    // ---- the connection

    @Test
    void recordsSuccessAndFailure() throws Exception {
        assertThat(client.instance()).hasToString("https://scripted.example");
        instance.json(NONE).then(502, "text/html", "");
        client.findByNumber("CHG1");
        assertThat(client.health().state().lastSuccess()).isEqualTo(NOW);
        assertThat(client.health().state().failingSince()).isNull();
        find();
        assertThat(client.health().state().failingSince()).isEqualTo(NOW);
    }

    @Test
    void recordsAFailedSignIn() {
        ScriptedAnswers refusing = new ScriptedAnswers().then(401, "application/json", "{\"error\":\"server_error\"}");
        ServiceNowClient refused =
                refusing.client(SignIn.password("client", "secret", "user", "pass"), new SettableClock(NOW));

        assertThat(catchThrowableOfType(ServiceNowException.class, refused::signIn)
                        .problem())
                .isEqualTo(FailureKind.SIGN_IN_REFUSED);
        assertThat(refused.health().state().failingSince()).isEqualTo(NOW);
    }

    /** The header has a resolution of one second, so a lag of one second counts as none. */
    @ParameterizedTest
    @CsvSource({"20:00:30, 30", "20:00:01, 1", "20:00:00, 0", "19:59:59, 0", "19:59:58, -2", "19:00:00, -3600"})
    void measuresTheClockDifference(String time, long seconds) throws Exception {
        instance.then(200, "application/json", NONE, "Date", "Tue, 01 Dec 2026 " + time + " GMT");
        client.findByNumber("CHG1");

        assertThat(client.clockDifference()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void ignoresTheTimeOfOtherServers() throws Exception {
        assertThat(client.clockDifference()).isNull();
        instance.then(502, "text/html", "", "Date", "Tue, 01 Dec 2026 23:00:00 GMT");
        find();
        assertThat(client.clockDifference()).as("a proxy's page").isNull();
        instance.json(NONE);
        client.findByNumber("CHG1");
        assertThat(client.clockDifference()).as("no such header").isNull();
    }

    // ---- what is read and written

    @Test
    void readsAHundredAndNoMore() throws Exception {
        instance.json(NONE);
        List<SysId> most = IntStream.range(0, ServiceNowClient.BATCH)
                .mapToObj(i -> new SysId(String.format("%032x", i)))
                .toList();

        assertThat(client.read(most).values())
                .hasSize(100)
                .allMatch(ServiceNowClient.ReadResult.Absent.class::isInstance);
    }

    @Test
    void duplicateAndUnrequestedRowsAreNotUsed() throws Exception {
        String row = "{\"sys_id\":{\"value\":\"%s\"}}";
        instance.json("{\"result\":[" + row.formatted(ID) + "," + row.formatted(ID) + ","
                + row.formatted("f".repeat(32)) + "]}");

        assertThat(client.read(List.of(ID)))
                .containsOnlyKeys(ID)
                .hasEntrySatisfying(
                        ID,
                        result -> assertThat(((ServiceNowClient.ReadResult.Unreadable) result).why())
                                .hasToString(
                                        Messages.ChangeApi_UnexpectedFormat("https://scripted.example", "sys_id")));
    }

    @Test
    void returnsIgnoredFieldsAndWorkNotes() throws Exception {
        instance.json("{\"result\":{\"sys_id\":{\"value\":\"" + ID
                        + "\"},\"__meta\":{\"ignoredFields\":[\"x\",5]},\"work_notes\":{\"display_value\":\"a"
                        + " note\"}}}")
                .json("{\"result\":{\"sys_id\":{\"value\":\"" + ID
                        + "\"},\"work_notes\":{\"display_value\":\"a note\"}}}");

        assertThat(client.update(ID, Map.of("x", "1"))).containsExactly("x", "5");
        assertThat(client.workNotes(ID)).contains("a note");
        assertThat(instance.sent()).containsExactly("PATCH /" + ID + " {\"x\":\"1\"}", "GET /" + ID);
    }

    /** A page with such a status is one of the instance, or of what stands before it; it is not named by its type. */
    @Test
    void aPageOfABrokenServerIsItsError() {
        instance.then(500, "text/html", "no").then(499, "text/html", "no");

        assertThat(find().localizable())
                .hasToString(Messages.Transport_ServerError("https://scripted.example", "500", ""));
        assertThat(find().localizable())
                .hasToString(Messages.Transport_NotJson("https://scripted.example", "499", "text/html"));
    }
}
