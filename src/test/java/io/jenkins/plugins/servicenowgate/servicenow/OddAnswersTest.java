package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jenkins.plugins.servicenowgate.simulator.SettableClock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses that the simulator does not produce: each is classified as the right kind of failure. */
class OddAnswersTest {
    private static final SysId ID = new SysId("0123456789abcdef0123456789abcdef");
    private static final String OTHER = "{\"result\":{\"sys_id\":{\"value\":\"" + "f".repeat(32) + "\"}}}";

    private final ScriptedAnswers instance = new ScriptedAnswers().json(ScriptedAnswers.TOKEN);
    private final ServiceNowClient client = instance.client(
            SignIn.password("client", "secret", "user", "pass"),
            new SettableClock(Instant.parse("2026-12-01T20:00:00Z")));

    private ServiceNowException find() {
        return catchThrowableOfType(ServiceNowException.class, () -> client.findByNumber("CHG1"));
    }

    private static void assertIs(ServiceNowException e, FailureKind problem, String trouble) {
        assertThat(e).isNotNull();
        assertThat(e.problem()).isEqualTo(problem);
        assertThat(e.localizable().getKey()).isEqualTo(trouble);
    }

    @ParameterizedTest
    @CsvSource({
        "120, 120",
        "0, 0",
        "99999, 3600",
        "'Tue, 1 Dec 2026 20:01:00 GMT', 60",
        "'Tue, 1 Dec 2026 19:00:00 GMT', 0",
        "'Wed, 2 Dec 2026 20:00:00 GMT', 3600"
    })
    void parsesRetryAfterUpToOneHour(String header, long seconds) {
        instance.then(429, "application/json", "{}", "Retry-After", header);

        ServiceNowException e = find();
        assertIs(e, FailureKind.RATE_LIMITED, "Transport.RateLimitedUntil");
        assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void anInvalidRetryAfterIsIgnored() {
        instance.then(429, "application/json", "{}", "Retry-After", "soon");

        ServiceNowException e = find();
        assertIs(e, FailureKind.RATE_LIMITED, "Transport.RateLimited");
        assertThat(e.retryAfter()).isNull();
    }

    @Test
    void classifiesUnusableBodies() {
        instance.json(" ").json("[]").then(200, "", "hello");

        assertIs(find(), FailureKind.BAD_ANSWER, "Transport.InvalidJson");
        assertIs(find(), FailureKind.BAD_ANSWER, "Transport.InvalidJson");
        ServiceNowException unnamed = find();
        assertIs(unnamed, FailureKind.UNAVAILABLE, "Transport.NotJson");
        assertThat(unnamed.localizable())
                .hasToString(Messages.Transport_NotJson("https://scripted.example", "200", "?"));
    }

    @Test
    void acceptsAllJsonContentTypes() throws Exception {
        instance.then(200, "application/vnd.x+JSON; charset=utf-8", "{\"result\":[]}");

        assertThat(client.findByNumber("CHG1")).isEmpty();
    }

    @Test
    void doesNotRepeatAMessageAsDetail() {
        instance.then(403, "application/json", "{\"error\":{\"message\":\"no\",\"detail\":\"no\"}}");

        ServiceNowException e = find();
        assertIs(e, FailureKind.FORBIDDEN, "Transport.Forbidden");
        assertThat(e.localizable()).hasToString(Messages.Transport_Forbidden("https://scripted.example", "no"));
    }

    @Test
    void reportsTheCauseOfAFailedConnection() {
        assertIs(broken(new UnknownHostException("x")), FailureKind.UNREACHABLE, "Transport.HostUnknown");
        assertIs(broken(new SSLException("bad chain")), FailureKind.UNREACHABLE, "Transport.NotTrusted");
        assertIs(broken(new InterruptedIOException("timeout")), FailureKind.UNREACHABLE, "Transport.TimedOut");
        ServiceNowException other = broken(new IOException());
        assertIs(other, FailureKind.UNREACHABLE, "Transport.ConnectionFailed");
        assertThat(other.isOutcomeUnknown()).as("it never left").isFalse();
    }

    private ServiceNowException broken(IOException e) {
        instance.thenBreaks(e);
        return find();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"result\":\"x\"}",
                "{\"result\":[{\"number\":{\"value\":\"CHG1\"}}]}",
                "{\"result\":[{\"short_description\":{\"value\":\"t\"}}]}",
                "{\"result\":[{\"__meta\":5}]}",
                "{\"result\":[{\"__meta\":{\"fields\":5}}]}",
                "{\"result\":[{\"__meta\":{\"fields\":{\"ignored\":5}}}]}"
            })
    void anUnexpectedShapeIsNotAnEmptyList(String body) {
        instance.json(body);

        assertIs(find(), FailureKind.BAD_ANSWER, "ChangeApi.UnexpectedFormat");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"result\":[{}]}",
                "{\"result\":{}}",
                "{\"result\":[{\"__meta\":{\"fields\":{}}}]}",
                "{\"result\":[{\"__meta\":{}}]}"
            })
    void aListWithoutARowIsEmpty(String body) throws Exception {
        instance.json(body).json(body);

        assertThat(client.findByNumber("CHG1")).isEmpty();
        assertThat(client.canReadAnyChange()).isFalse();
    }

    @Test
    void anyRowProvesReadAccess() throws Exception {
        instance.json(OTHER);

        assertThat(client.canReadAnyChange()).isTrue();
        assertThat(instance.requests.get(1).url().queryParameter("sysparm_limit"))
                .isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"result\":[]}", "{\"result\":\"x\"}", "{\"result\":{}}", "{\"result\":[{}]}"})
    void aCreationWithoutItsRowMayHaveHappened(String body) {
        instance.json(body);

        ServiceNowException e =
                catchThrowableOfType(ServiceNowException.class, () -> client.createNormal(Map.of("a", "b")));
        assertIs(e, FailureKind.BAD_ANSWER, "ChangeApi.UnexpectedFormat");
        assertThat(e.isOutcomeUnknown()).isTrue();
    }

    @Test
    void theResponseForAnotherChangeIsRefused() {
        instance.json(OTHER).json(OTHER);

        ServiceNowException update =
                catchThrowableOfType(ServiceNowException.class, () -> client.update(ID, Map.of("state", "0")));
        assertIs(update, FailureKind.BAD_ANSWER, "ChangeApi.UnexpectedFormat");
        assertThat(update.isOutcomeUnknown()).isTrue();
        ServiceNowException notes = catchThrowableOfType(ServiceNowException.class, () -> client.workNotes(ID));
        assertIs(notes, FailureKind.BAD_ANSWER, "ChangeApi.UnexpectedFormat");
    }

    @Test
    void aJournalThatIsNotTextIsIgnored() throws Exception {
        instance.json("{\"result\":{\"sys_id\":{\"value\":\"" + ID + "\"},\"work_notes\":{\"display_value\":5}}}");

        assertThat(client.workNotes(ID)).isEmpty();
    }

    @Test
    void anInactiveTemplateIsNeverReturned() throws Exception {
        instance.json("{\"result\":[" + template("a", false) + "," + template("b", true) + "]}");

        assertThat(client.activeTemplates())
                .extracting(ServiceNowClient.Template::name)
                .containsExactly("b");
    }

    @Test
    void findsATemplateByNameAmongAllTemplates() throws Exception {
        instance.json("{\"result\":[]}").json("{\"result\":[" + template("a", true) + "," + template("b", true) + "]}");

        assertThat(client.activeTemplates("b"))
                .extracting(ServiceNowClient.Template::name)
                .containsExactly("b");
    }

    private static String template(String name, boolean active) {
        return "{\"sys_id\":{\"value\":\"" + ID + "\"},\"sys_name\":{\"value\":\"" + name + "\"},\"active\":{\"value\":"
                + active + "}}";
    }

    @Test
    void refusesInvalidBatchesAndNumbers() {
        List<SysId> many = IntStream.range(0, ServiceNowClient.BATCH + 1)
                .mapToObj(i -> new SysId(String.format("%032x", i)))
                .toList();

        assertThatThrownBy(() -> client.read(many)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.findByNumber("../x")).isInstanceOf(IllegalArgumentException.class);
        assertThat(ServiceNowClient.isNumber(null)).isFalse();
        assertThat(instance.requests).isEmpty();
    }

    @Test
    void authenticatesToAProxyOnceAndWithAnEmptyPasswordByDefault() throws Exception {
        Proxy proxy = new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy.example", 3128));
        OkHttpClient through = HttpClients.through(
                HttpClients.create(HttpClients.Timeouts.DEFAULT), new HttpClients.Route(proxy, "corp", null));
        Request request = new Request.Builder().url("https://scripted.example/").build();

        Request second = through.proxyAuthenticator().authenticate(null, demanded(request));
        assertThat(second.header("Proxy-Authorization")).isEqualTo(Credentials.basic("corp", ""));
        assertThat(through.proxyAuthenticator().authenticate(null, demanded(second)))
                .as("refused once is refused")
                .isNull();
    }

    private static Response demanded(Request request) {
        return new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(407)
                .message("")
                .build();
    }

    @Test
    void ignoresUntrackedRequests() {
        OkHttpClient http = HttpClients.create(HttpClients.Timeouts.DEFAULT);
        HttpClients.Progress progress = new HttpClients.Progress();
        Request request = new Request.Builder().url("https://scripted.example/").build();
        Call unwatched = http.newCall(request);
        Call watched = http.newCall(
                request.newBuilder().tag(HttpClients.Progress.class, progress).build());

        assertThatCode(() -> http.eventListenerFactory().create(unwatched).requestHeadersStart(unwatched))
                .doesNotThrowAnyException();
        assertThat(progress.isStarted()).isFalse();
        http.eventListenerFactory().create(watched).requestHeadersStart(watched);
        assertThat(progress.isStarted()).isTrue();
    }
}
