package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import okhttp3.Request;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a file is attached, which answers prove it, and which of the listed attachments are those that were asked for. */
class AttachmentApiTest {
    private static final SysId CHANGE = new SysId("a".repeat(32));
    private static final String ATTACHED =
            "{\"result\":{\"sys_id\":\"" + "b".repeat(32) + "\",\"table_sys_id\":\"" + "a".repeat(32) + "\"}}";
    private static final String OWN_ERROR = "{\"error\":{\"message\":\"no\"},\"status\":\"failure\"}";
    private static final String SHA = "0123456789abcdef".repeat(4);

    private final ScriptedAnswers instance = new ScriptedAnswers().json(ScriptedAnswers.TOKEN);
    private final ServiceNowClient client = instance.client(
            SignIn.password("client", "secret", "user", "pass"),
            Clock.fixed(Instant.parse("2026-12-01T20:00:00Z"), ZoneOffset.UTC));

    private void attach(String type) throws ServiceNowException {
        client.attach(CHANGE, "report.html", type, "<html>".getBytes(StandardCharsets.UTF_8));
    }

    private ServiceNowException fails() {
        ServiceNowException failure = catchThrowableOfType(ServiceNowException.class, () -> attach("text/html"));
        assertThat(failure).isNotNull();
        return failure;
    }

    @ParameterizedTest
    @CsvSource({"text/html, text/html", "no type, application/octet-stream", "'', application/octet-stream"})
    void theBytesAreSentAsTheyAre(String type, String sent) throws Exception {
        instance.then(201, "application/json", ATTACHED);
        attach(type);

        Request request = instance.requests.get(1);
        Buffer body = new Buffer();
        request.body().writeTo(body);
        assertThat(body.readUtf8()).isEqualTo("<html>");
        assertThat(request.body().contentType()).hasToString(sent);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.url())
                .hasToString("https://scripted.example/api/now/attachment/file?table_name=change_request&table_sys_id="
                        + CHANGE + "&file_name=report.html");
    }

    /** A page in between, a record of something else: perhaps it was attached, perhaps not. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"result\":{}}",
                "{\"result\":{\"sys_id\":\"b\",\"table_sys_id\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}}",
                "{\"result\":{\"sys_id\":\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"}}",
                "{\"result\":{\"sys_id\":\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\","
                        + "\"table_sys_id\":\"cccccccccccccccccccccccccccccccc\"}}"
            })
    void anAnswerWithoutTheRowProvesNothing(String answer) {
        instance.json(answer);
        ServiceNowException failure = fails();
        assertThat(failure.problem()).isEqualTo(FailureKind.BAD_ANSWER);
        assertThat(failure.isOutcomeUnknown()).isTrue();
        assertThat(failure.localizable())
                .hasToString(Messages.ChangeApi_UnexpectedFormat("https://scripted.example", "sys_id"));
    }

    /** Whoever says it: a smaller file is needed. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"application/json|" + OWN_ERROR, "text/html|<html>"})
    void tooLargeIsDefinite(String type, String body) {
        instance.then(413, type, body);
        ServiceNowException failure = fails();
        assertThat(failure.problem()).isEqualTo(FailureKind.TOO_LARGE);
        assertThat(failure.isOutcomeUnknown()).isFalse();
        assertThat(failure.localizable())
                .hasToString(Messages.Transport_RequestTooLarge("https://scripted.example", "413"));
    }

    @Test
    void aMissingRightIsNamed() {
        instance.then(403, "application/json", OWN_ERROR);
        ServiceNowException failure = fails();
        assertThat(failure.problem()).isEqualTo(FailureKind.FORBIDDEN);
        assertThat(failure.isOutcomeUnknown()).isFalse();
        assertThat(failure.localizable())
                .hasToString(Messages.ChangeApi_AttachmentForbidden("https://scripted.example", "no"));
    }

    @Test
    void aTokenThatIsNotAcceptedIsReplacedOnce() throws Exception {
        instance.then(401, "application/json", OWN_ERROR)
                .json(ScriptedAnswers.TOKEN)
                .then(201, "application/json", ATTACHED);
        attach("text/html");
        assertThat(instance.sent()).hasSize(2);
        assertThat(instance.requests).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 502})
    void aPageInItsPlaceSaysNothing(int status) {
        instance.then(status, "text/html", "<html>");
        ServiceNowException failure = fails();
        assertThat(failure.problem()).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(failure.isOutcomeUnknown()).isTrue();
        assertThat(instance.sent()).hasSize(1);
    }

    private static String listed(String change, String name, String size, String hash) {
        return "{\"sys_id\":\"" + "b".repeat(32) + "\",\"table_sys_id\":\"" + change + "\",\"file_name\":\"" + name
                + "\",\"size_bytes\":" + size + ",\"hash\":" + hash + "}";
    }

    private List<ServiceNowClient.Attachment> named(String... rows) throws ServiceNowException {
        instance.json("{\"result\":[" + String.join(",", rows) + "]}");
        return client.attachments(CHANGE, "report.html");
    }

    @Test
    void onlyThoseOfTheChangeAndTheNameAreListed() throws Exception {
        assertThat(named(
                        listed("a".repeat(32), "report.html", "1", "\"\""),
                        listed("c".repeat(32), "report.html", "2", "\"\""),
                        listed("a".repeat(32), "Report.html", "3", "\"\""),
                        "{\"table_sys_id\":\"" + "a".repeat(32) + "\",\"file_name\":\"report.html\"}"))
                .containsExactly(new ServiceNowClient.Attachment(1, ""));
        assertThat(instance.sent())
                .containsExactly("GET /api/now/attachment table_name=change_request^table_sys_id=" + CHANGE
                        + "^file_name=report.html");
    }

    @ParameterizedTest
    @CsvSource({
        "12, 12",
        "'\"12\"', 12",
        "'\"123456789012345678\"', 123456789012345678",
        "'\"1234567890123456789\"', -1",
        "'\"\"', -1",
        "'\"-1\"', -1",
        "'\"1 KB\"', -1",
        "1.5, -1",
        "null, -1",
    })
    void aSizeThatCannotBeReadIsNotKnown(String size, long known) throws Exception {
        assertThat(named(listed("a".repeat(32), "report.html", size, "null")))
                .containsExactly(new ServiceNowClient.Attachment(known, ""));
    }

    @Test
    void aHashThatCannotBeReadIsNotKnown() throws Exception {
        assertThat(named(
                        listed("a".repeat(32), "report.html", "1", "\"" + SHA.toUpperCase(Locale.ROOT) + "\""),
                        listed("a".repeat(32), "report.html", "2", "\"" + SHA.substring(1) + "\""),
                        listed("a".repeat(32), "report.html", "3", "\"" + SHA.replace('a', 'g') + "\"")))
                .containsExactly(
                        new ServiceNowClient.Attachment(1, SHA),
                        new ServiceNowClient.Attachment(2, ""),
                        new ServiceNowClient.Attachment(3, ""));
    }
}
