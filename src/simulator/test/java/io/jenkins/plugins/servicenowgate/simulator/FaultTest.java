package io.jenkins.plugins.servicenowgate.simulator;

import static io.jenkins.plugins.servicenowgate.simulator.Caller.CHANGES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FaultTest extends FaultTestBase {
    private static Arguments answer(Fault fault, int status, String contentType, String body) {
        return Arguments.of(fault, status, contentType, body);
    }

    static Stream<Arguments> answersInsteadOfTheWork() {
        return Stream.of(
                answer(Fault.rateLimited(), 429, "application/json", "\"Rate limit exceeded\""),
                answer(Fault.rateLimited(Duration.ofSeconds(7)), 429, "application/json", "\"Rate limit exceeded\""),
                answer(
                        Fault.transactionCancelled(),
                        500,
                        "application/json",
                        "Transaction cancelled: maximum execution time exceeded"),
                answer(Fault.badGateway(), 502, "text/html", "502 Bad Gateway"),
                answer(Fault.unavailable(), 503, "text/html", "Service Unavailable"),
                answer(Fault.emptyBody(), 200, "application/json", ""),
                answer(Fault.errorInSuccess(), 200, "application/json", "\"error\":{\"message\""),
                answer(Fault.html(), 200, "text/html", "hibernating"),
                answer(Fault.unauthorized(), 401, "application/json", "User Not Authenticated"),
                answer(Fault.forbidden(), 403, "application/json", "ACL Exception"),
                answer(Fault.notFound(), 404, "application/json", "No Record found"),
                answer(Fault.error(418, "message", "detail"), 418, "application/json", "\"detail\":\"detail\""),
                answer(Fault.answer(200, "application/json", "[1]"), 200, "application/json", "[1]"));
    }

    @ParameterizedTest
    @MethodSource("answersInsteadOfTheWork")
    void answersThisInsteadOfTheWork(Fault fault, int status, String contentType, String body) {
        onCreation().once(fault);

        HttpResponse<String> answer = caller.create("first");

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith(contentType);
        assertThat(answer.body()).contains(body);
        assertThat(simulator.changes()).isEmpty();
        assertThat(caller.create("second").statusCode()).isEqualTo(200);
        assertThat(simulator.changes()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("answersInsteadOfTheWork")
    void answersThisAfterTheCommit(Fault fault, int status, String contentType, String body) {
        onCreation().once(fault.afterCommit());

        assertThat(caller.create("first").statusCode()).isEqualTo(status);
        assertThat(simulator.changes()).hasSize(1);
        assertThat(simulator.change("CHG0030001").get("short_description")).isEqualTo("first");
    }

    @Test
    void anEmptyBodyIsEmpty() {
        onCreation().once(Fault.emptyBody());

        assertThat(caller.create("first").body()).isEmpty();
    }

    @Test
    void sendsRetryAfterOrNot() {
        onCreation().once(Fault.rateLimited()).once(Fault.rateLimited(Duration.ofSeconds(7)));

        assertThat(caller.create("first").headers().firstValue("Retry-After")).isEmpty();
        HttpResponse<String> answer = caller.create("first");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("7");
        assertThat(answer.headers().firstValue("X-RateLimit-Limit")).isPresent();
        assertThat(answer.headers().firstValue("X-RateLimit-Rule")).isPresent();
        assertThat(answer.headers().firstValue("X-RateLimit-Reset"))
                .hasValue(Long.toString(NOW.plusSeconds(7).getEpochSecond()));
    }

    static Stream<Arguments> brokenConnections() {
        return Stream.of(
                Arguments.of(Fault.connectionReset(), 0),
                Arguments.of(Fault.connectionReset().afterCommit(), 1),
                Arguments.of(Fault.notHttp(), 0),
                Arguments.of(Fault.brokenTransfer(), 0),
                Arguments.of(Fault.brokenTransfer().afterCommit(), 1));
    }

    @ParameterizedTest
    @MethodSource("brokenConnections")
    void breaksTheConnection(Fault fault, int committed) {
        onCreation().once(fault);

        assertThatThrownBy(() -> caller.create("first")).isInstanceOf(UncheckedIOException.class);
        assertThat(simulator.changes()).hasSize(committed);
        assertThat(caller.create("second").statusCode()).isEqualTo(200);
    }

    @Test
    void answersMoreSlowlyThanTheClientWaitsThoughTheWorkIsDone() {
        onCreation().once(Fault.slow(Duration.ofMinutes(10)));

        HttpRequest.Builder creation =
                HttpRequest.newBuilder(caller.uri(CHANGES + "/normal")).POST(HttpRequest.BodyPublishers.ofString("{}"));
        assertThatThrownBy(() -> caller.send(creation, Duration.ofMillis(300)))
                .hasRootCauseInstanceOf(HttpTimeoutException.class);
        assertThat(simulator.changes()).hasSize(1);

        long before = System.nanoTime();
        simulator.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void manySlowAnswersKeepNobodyElseWaiting() {
        simulator.faults().on(Endpoint.OTHER).always(Fault.slow(Duration.ofMinutes(10)));
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(caller.uri("/login.do")).build();
        for (int index = 0; index < 60; index++) {
            client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        }

        await().until(() -> simulator.requests().count(Endpoint.OTHER) == 60);
        assertThat(caller.get(CHANGES).statusCode()).isEqualTo(200);
    }

    @Test
    void cutsTheJsonOff() {
        onCreation().once(Fault.cutOffJson());

        HttpResponse<String> answer = caller.create("first");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith("{\"result\":{");
        assertThat(Json.parse(answer.body())).isNull();
        assertThat(simulator.changes()).hasSize(1);
    }

    @Test
    void sendsGarbageAsJson() {
        onCreation().once(Fault.garbage());

        HttpResponse<String> answer = caller.create("first");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
        assertThat(Json.parse(answer.body())).isNull();
        assertThat(answer.body()).contains("\uFFFD");
        assertThat(simulator.changes()).isEmpty();
    }

    @Test
    void redirectsToALoginPage() {
        onCreation().once(Fault.redirectToLogin());

        HttpResponse<String> answer = caller.create("first");

        assertThat(answer.statusCode()).isEqualTo(302);
        HttpResponse<String> page =
                caller.get(answer.headers().firstValue("Location").orElseThrow());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(simulator.requests().count(Endpoint.OTHER)).isEqualTo(1);
        assertThat(simulator.changes()).isEmpty();
    }

    @Test
    void redirectsElsewhereAndSeesWhoFollows() {
        onCreation().once(Fault.redirectTo(simulator.elsewhere().url()));

        String location =
                caller.create("first").headers().firstValue("Location").orElseThrow();
        assertThat(location).startsWith("http://127.0.0.1:").doesNotStartWith(simulator.baseUrl());
        assertThat(simulator.elsewhere().requests().count()).isZero();

        caller.send(HttpRequest.newBuilder(URI.create(location)));
        assertThat(simulator.elsewhere().requests().all().get(0).header("Authorization"))
                .startsWith("Bearer ");
        assertThat(simulator.requests().count(Endpoint.OTHER)).isZero();
    }

    @Test
    void sendsAHugeBodyOfValidJson() {
        onCreation().once(Fault.hugeBody(3));

        HttpResponse<String> answer = caller.create("first");

        assertThat(answer.body()).hasSize(3 << 20);
        assertThat(Caller.result(answer)).isEmpty();
    }

    @Test
    void liesAboutTheCharset() {
        onCreation()
                .once(Fault.wrongCharset())
                .once(Fault.wrongCharset(StandardCharsets.UTF_16, StandardCharsets.UTF_8));

        HttpResponse<String> latin = caller.create("Grüße");
        assertThat(latin.headers().firstValue("Content-Type")).hasValue("application/json;charset=ISO-8859-1");
        assertThat(Caller.result(latin).path("short_description").path("value").asString())
                .isEqualTo("Grüße");
        HttpResponse<String> wide = caller.create("Grüße");
        assertThat(wide.headers().firstValue("Content-Type")).hasValue("application/json;charset=UTF-8");
        assertThat(Json.parse(wide.body())).isNull();
        assertThat(simulator.changes()).hasSize(2);
    }

    /** The same seed brings the same faults; what is planned comes first. */
    @Test
    void failsAtRandom() {
        onCreation().once(Fault.error(418, "planned", ""));
        simulator
                .faults()
                .atRandom(
                        7, 0.5, List.of(Fault.badGateway(), Fault.unavailable().afterCommit()));

        List<Integer> first = statuses(20);
        assertThat(first.get(0)).isEqualTo(418);
        assertThat(first).contains(200, 502, 503);
        int committed = (int)
                first.stream().filter(status -> status == 200 || status == 503).count();
        assertThat(simulator.changes()).hasSize(committed);
        assertThat(simulator.faults().counts())
                .containsOnlyKeys("418", "502", "503 after the commit")
                .containsEntry("502", (int)
                        first.stream().filter(status -> status == 502).count());

        simulator
                .faults()
                .atRandom(
                        7, 0.5, List.of(Fault.badGateway(), Fault.unavailable().afterCommit()));
        assertThat(statuses(19)).isEqualTo(first.subList(1, 20));

        simulator.faults().clear();
        assertThat(statuses(20)).containsOnly(200);
    }

    private List<Integer> statuses(int requests) {
        return IntStream.range(0, requests)
                .mapToObj(i -> caller.create("one").statusCode())
                .toList();
    }
}
