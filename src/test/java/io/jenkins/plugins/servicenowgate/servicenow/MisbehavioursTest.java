package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults of real instances and networks: each is classified correctly, and no request is sent twice. */
class MisbehavioursTest extends AgainstSimulator {
    private static final Duration SLOW_READ = Duration.ofMillis(300);
    private static final Fault SLOW = Fault.slow(Duration.ofSeconds(4));

    static Stream<Arguments> misbehaviours() {
        return Stream.of(
                Arguments.of(Fault.rateLimited(), FailureKind.RATE_LIMITED, false),
                Arguments.of(Fault.transactionCancelled(), FailureKind.UNAVAILABLE, true),
                Arguments.of(Fault.transactionCancelled().afterCommit(), FailureKind.UNAVAILABLE, true),
                Arguments.of(Fault.badGateway(), FailureKind.UNAVAILABLE, true),
                Arguments.of(Fault.unavailable(), FailureKind.UNAVAILABLE, true),
                Arguments.of(Fault.page(403), FailureKind.UNAVAILABLE, true),
                Arguments.of(Fault.page(404), FailureKind.UNAVAILABLE, true),
                Arguments.of(Fault.page(408), FailureKind.UNAVAILABLE, true),
                Arguments.of(Fault.connectionReset(), FailureKind.UNREACHABLE, true),
                Arguments.of(Fault.connectionReset().afterCommit(), FailureKind.UNREACHABLE, true),
                Arguments.of(SLOW, FailureKind.UNREACHABLE, true),
                Arguments.of(Fault.cutOffJson(), FailureKind.BAD_ANSWER, true),
                Arguments.of(Fault.garbage(), FailureKind.BAD_ANSWER, true),
                Arguments.of(Fault.notHttp(), FailureKind.UNREACHABLE, true),
                Arguments.of(Fault.brokenTransfer(), FailureKind.UNREACHABLE, true),
                Arguments.of(Fault.emptyBody(), FailureKind.BAD_ANSWER, true),
                Arguments.of(Fault.html(), FailureKind.UNAVAILABLE, true),
                Arguments.of(Fault.redirectToLogin(), FailureKind.UNAVAILABLE, true),
                Arguments.of(Fault.hugeBody(20), FailureKind.TOO_LARGE, true),
                Arguments.of(Fault.forbidden(), FailureKind.FORBIDDEN, false),
                Arguments.of(Fault.notFound(), FailureKind.NOT_FOUND, false),
                Arguments.of(
                        Fault.error(400, "Operation aborted", "by Business Rule 'X'"), FailureKind.REJECTED, false));
    }

    @ParameterizedTest
    @MethodSource("misbehaviours")
    void classifiesFaults(Fault fault, FailureKind problem, boolean outcomeUnknown) throws Exception {
        if (fault == SLOW) {
            client = client(new HttpClients.Timeouts(Duration.ofSeconds(2), SLOW_READ, Duration.ofSeconds(3)));
        }
        client.signIn();
        simulator.faults().on(Endpoint.CREATE_NORMAL).always(fault);
        simulator.faults().on(Endpoint.LIST).always(fault);

        ServiceNowException created = catchThrowableOfType(
                ServiceNowException.class, () -> client.createNormal(Map.of("short_description", "t")));
        ServiceNowException found =
                catchThrowableOfType(ServiceNowException.class, () -> client.findByNumber("CHG0030001"));

        assertThat(created.problem()).isEqualTo(problem);
        assertThat(created.isOutcomeUnknown()).isEqualTo(outcomeUnknown);
        assertThat(found.problem()).isEqualTo(problem);
        assertThat(created.getMessage()).contains(simulator.baseUrl()).doesNotContain("\n", "Bearer");
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        assertThat(simulator.requests().count(Endpoint.LIST)).isEqualTo(1);
    }

    @Test
    void honoursRetryAfter() {
        simulator.faults().on(Endpoint.LIST).always(Fault.rateLimited(Duration.ofSeconds(77)));

        ServiceNowException e =
                catchThrowableOfType(ServiceNowException.class, () -> client.findByNumber("CHG0030001"));

        assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(77));
    }

    @Test
    void readsNoChangeFromWronglyEncodedText() {
        simulator.addChange(Map.of("short_description", "Größe"));
        simulator.faults().on(Endpoint.LIST).always(Fault.wrongCharset());

        assertThat(catchThrowableOfType(ServiceNowException.class, () -> client.findActiveByTitle("Größe")))
                .satisfiesAnyOf(
                        e -> assertThat(e).isNull(),
                        e -> assertThat(e.problem()).isEqualTo(FailureKind.BAD_ANSWER));
    }

    @Test
    void reportsARefusedConnection() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        ServiceNowClient nobody = new ServiceNowClient(
                HttpClients.create(TIMEOUTS),
                InstanceUrl.parse("http://127.0.0.1:" + port),
                () -> signIn,
                Clock.systemUTC());

        ServiceNowException e = catchThrowableOfType(ServiceNowException.class, nobody::signIn);

        assertThat(e.problem()).isEqualTo(FailureKind.UNREACHABLE);
        assertThat(e.isOutcomeUnknown()).isFalse();
    }

    /** The proxy receives its password with each request that is not encrypted, because a body is sent only once. */
    @Test
    void authenticatesToAProxy() throws Exception {
        try (PasswordProxy proxy = new PasswordProxy()) {
            ServiceNowClient behind = new ServiceNowClient(
                    HttpClients.through(
                            HttpClients.create(TIMEOUTS),
                            new HttpClients.Route(
                                    new Proxy(Proxy.Type.HTTP, new InetSocketAddress("127.0.0.1", proxy.port())),
                                    "corp",
                                    "proxy-secret")),
                    InstanceUrl.parse(simulator.baseUrl()),
                    () -> signIn,
                    Clock.systemUTC());
            simulator.addChange(Map.of("short_description", "t"));

            assertThat(behind.canReadAnyChange()).isTrue();
            await().untilAsserted(() ->
                    assertThat(proxy.answered()).containsExactly("200 /oauth_token.do", "200 /api/sn_chg_rest/change"));
        }
    }

    /**
     * A server that closes idle connections, as load balancers do, makes the next read on each of them fail. The client is
     * the first to close them: the server here never does.
     */
    @Test
    void closesIdleConnectionsBeforeServersDo() throws Exception {
        OkHttpClient http = HttpClients.create(TIMEOUTS);
        String response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Integer> afterTheRequest = CompletableFuture.supplyAsync(() -> {
                try (Socket socket = server.accept()) {
                    BufferedReader request = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                    while (!request.readLine().isEmpty()) {
                        // The headers.
                    }
                    socket.getOutputStream().write(response.getBytes(StandardCharsets.US_ASCII));
                    return request.read();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            Request request = new Request.Builder()
                    .url("http://127.0.0.1:" + server.getLocalPort())
                    .build();
            http.newCall(request).execute().close();

            assertThat(http.connectionPool().idleConnectionCount()).isEqualTo(1);
            assertThat(afterTheRequest.get(60, TimeUnit.SECONDS))
                    .as("the end of the connection")
                    .isEqualTo(-1);
            assertThat(http.connectionPool().connectionCount()).isZero();
            assertThat(HttpClients.KEEP_ALIVE).isLessThan(Duration.ofSeconds(5));
        }
    }
}
