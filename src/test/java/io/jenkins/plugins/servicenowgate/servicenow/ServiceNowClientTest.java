package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.NumberShape;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The client against the simulator, in the variants and misbehaviours that real instances show. */
class ServiceNowClientTest {
    private static final HttpClients.Timeouts SHORT =
            new HttpClients.Timeouts(Duration.ofSeconds(2), Duration.ofMillis(1500), Duration.ofSeconds(3));

    private ServiceNowSimulator simulator;
    private SignIn signIn = new SignIn(
            ServiceNowSimulator.CLIENT_ID,
            ServiceNowSimulator.CLIENT_SECRET,
            ServiceNowSimulator.USER_NAME,
            ServiceNowSimulator.PASSWORD);
    private ServiceNowClient client;

    @BeforeEach
    void start() {
        simulator = ServiceNowSimulator.start();
        client = new ServiceNowClient(
                HttpClients.create(SHORT), InstanceUrl.parse(simulator.baseUrl()), () -> signIn, Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void signsInByFormAloneAndSendsTheTokenInTheHeader() throws Exception {
        client.findByNumber("CHG0030001");
        client.findByNumber("CHG0030001");

        assertThat(simulator.requests().to(Endpoint.TOKEN)).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.path()).isEqualTo("/oauth_token.do");
            assertThat(request.rawQuery()).isNullOrEmpty();
            assertThat(request.form())
                    .containsOnly(
                            Map.entry("grant_type", "password"),
                            Map.entry("client_id", "jenkins"),
                            Map.entry("client_secret", ServiceNowSimulator.CLIENT_SECRET),
                            Map.entry("username", ServiceNowSimulator.USER_NAME),
                            Map.entry("password", ServiceNowSimulator.PASSWORD));
        });
        assertThat(simulator.requests().to(Endpoint.LIST)).hasSize(2).allSatisfy(request -> {
            assertThat(request.header("Authorization")).startsWith("Bearer ");
            assertThat(request.header("Accept")).isEqualTo("application/json");
            assertThat(request.query()).containsOnlyKeys("sysparm_query");
        });
    }

    @Test
    void signsInWithClientCredentialsWhereThereIsNoUser() throws Exception {
        signIn = SignIn.clientCredentials(ServiceNowSimulator.CLIENT_ID, ServiceNowSimulator.CLIENT_SECRET);

        client.signIn();

        assertThat(simulator.requests().to(Endpoint.TOKEN).get(0).form())
                .containsEntry("grant_type", "client_credentials")
                .doesNotContainKeys("username", "password");
    }

    @Test
    void renewsATokenThatIsNotAcceptedOnceAndRepeatsTheCallOnce() throws Exception {
        String number = simulator.addChange(Map.of("short_description", "t")).number();
        client.findByNumber(number);
        simulator.revokeTokens();

        assertThat(client.findByNumber(number)).isPresent();
        assertThat(simulator.requests().count(Endpoint.TOKEN)).isEqualTo(2);
        assertThat(simulator.requests().count(Endpoint.LIST)).isEqualTo(3);

        simulator.faults().on(Endpoint.LIST).always(Fault.unauthorized());
        assertProblem(() -> client.findByNumber(number), Problem.SIGN_IN_REFUSED, "does not accept it (401)");
        assertThat(simulator.requests().count(Endpoint.LIST)).isEqualTo(5);
    }

    @Test
    void takesANewTokenWhenTheSignInChanged() throws Exception {
        client.signIn();
        signIn = SignIn.clientCredentials(ServiceNowSimulator.CLIENT_ID, "wrong");

        assertProblem(client::signIn, Problem.SIGN_IN_REFUSED, "check the OAuth client id and its secret");
        assertThat(simulator.requests().count(Endpoint.TOKEN)).isEqualTo(2);
    }

    @Test
    void namesTheManyCausesOfARefusedSignIn() {
        simulator.rejectUser(true);

        assertProblem(
                client::signIn,
                Problem.SIGN_IN_REFUSED,
                "check the OAuth client id and its secret, the user name and password, whether the user is locked out or"
                        + " inactive, and whether the grant type \"password\" is switched on");
    }

    @Test
    void neverRepeatsASecretThatAnAnswerEchoes() {
        simulator
                .faults()
                .on(Endpoint.TOKEN)
                .always(Fault.error(401, "bad " + ServiceNowSimulator.PASSWORD, ServiceNowSimulator.CLIENT_SECRET));

        ServiceNowException e = catchThrowableOfType(ServiceNowException.class, client::signIn);

        assertThat(e.getMessage())
                .contains("bad ****")
                .doesNotContain(ServiceNowSimulator.PASSWORD, ServiceNowSimulator.CLIENT_SECRET);
        assertThat(signIn.toString()).doesNotContain(ServiceNowSimulator.PASSWORD, ServiceNowSimulator.CLIENT_SECRET);
    }

    @ParameterizedTest
    @EnumSource(NumberShape.class)
    void readsAChangeInEveryShapeOfNumbers(NumberShape shape) throws Exception {
        simulator.behaviour().stateAs(shape);
        SimulatedChange change = simulator.addChange(Map.of("short_description", "A title"));
        simulator.people().approve(change.number());
        Instant start = Instant.parse("2026-12-01T20:00:00Z");
        simulator.people().window(change.number(), start, null);

        ChangeRequest read = client.findByNumber(change.number()).orElseThrow();

        assertThat(read.state()).isEqualTo(ChangeState.IMPLEMENT);
        assertThat(read.sysId().value()).isEqualTo(change.sysId());
        assertThat(read.approval()).isEqualTo("approved");
        assertThat(read.plannedStart()).isEqualTo(start);
        assertThat(read.plannedEnd()).isNull();
    }

    @Test
    void findsNothingWithAndWithoutMeta() throws Exception {
        assertThat(client.findByNumber("CHG9")).isEmpty();
        simulator.behaviour().metaInLists(false);
        assertThat(client.findByNumber("CHG9")).isEmpty();
        assertThat(client.findActiveByTitle("none")).isEmpty();
    }

    @Test
    void comparesTitlesCharacterByCharacter() throws Exception {
        String title = "Jenkins: Deploy \"shop\" version 1 to \"Production\"";
        for (String other : List.of(title.toUpperCase(), title + " ", title.replace("shop", "Shop"))) {
            simulator.addChange(Map.of("short_description", other));
        }
        assertThat(client.findActiveByTitle(title)).isEmpty();

        String number = simulator.addChange(Map.of("short_description", title)).number();
        String closed = simulator.addChange(Map.of("short_description", title)).number();
        simulator.people().cancel(closed);
        assertThat(client.findActiveByTitle(title))
                .extracting(ChangeRequest::number)
                .containsExactly(number);
    }

    /** A query injected through a name: the caret is doubled, and what comes back is compared. */
    @Test
    void findsTitlesWithQueryOperatorsInThem() throws Exception {
        String hostile = "a^ORactive=true^NQnumberSTARTSWITHCHG";
        simulator.addChange(Map.of("short_description", "somebody else's"));
        String number =
                simulator.addChange(Map.of("short_description", hostile)).number();

        assertThat(client.findActiveByTitle(hostile))
                .extracting(ChangeRequest::number)
                .containsExactly(number);
        assertThat(simulator.requests().to(Endpoint.LIST).get(0).query())
                .containsEntry(
                        "sysparm_query", "active=true^short_description=a^^ORactive=true^^NQnumberSTARTSWITHCHG");
    }

    /** An instance that drops a condition answers with other people's changes; only __meta tells. */
    @Test
    void doesNotTrustAnAnswerToHalfAQuery() {
        WireMockServer instance = new WireMockServer(
                WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());
        instance.start();
        try {
            instance.stubFor(WireMock.post("/oauth_token.do")
                    .willReturn(WireMock.okJson("{\"access_token\":\"t\",\"expires_in\":1799}")));
            instance.stubFor(WireMock.get(WireMock.urlPathEqualTo("/api/sn_chg_rest/change"))
                    .willReturn(WireMock.okJson("{\"result\":[{\"__meta\":{\"encodedQuery\":\"\","
                            + "\"fields\":{\"applied\":[],\"ignored\":[\"number\"]}}}]}")));
            client = new ServiceNowClient(
                    HttpClients.create(SHORT), InstanceUrl.parse(instance.baseUrl()), () -> signIn, Clock.systemUTC());

            assertProblem(() -> client.findByNumber("CHG0030001"), Problem.QUERY_NOT_APPLIED, "(number)");
            assertProblem(() -> client.findActiveByTitle("t"), Problem.QUERY_NOT_APPLIED, "(number)");
        } finally {
            instance.stop();
        }
    }

    @Test
    void readsAHundredChangesInOneRequest() throws Exception {
        List<SysId> sysIds = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sysIds.add(new SysId(
                    simulator.addChange(Map.of("short_description", "t" + i)).sysId()));
        }
        simulator.people().hide(simulator.changes().get(7).number());
        sysIds.set(8, new SysId("f".repeat(32)));

        Map<SysId, ServiceNowClient.Look> looks = client.read(sysIds);

        assertThat(simulator.requests().count(Endpoint.LIST)).isEqualTo(1);
        assertThat(looks).containsOnlyKeys(sysIds);
        assertThat(looks.values())
                .filteredOn(ServiceNowClient.Look.Seen.class::isInstance)
                .hasSize(98);
        assertThat(looks.get(sysIds.get(7))).isInstanceOf(ServiceNowClient.Look.Absent.class);
        assertThat(looks.get(sysIds.get(8))).isInstanceOf(ServiceNowClient.Look.Absent.class);
        assertThat(((ServiceNowClient.Look.Seen) looks.get(sysIds.get(42)))
                        .change()
                        .shortDescription())
                .isEqualTo("t42");
    }

    @Test
    void createsAndReadsBackAsObjectAndAsArray() throws Exception {
        ServiceNowClient.Created created =
                client.createNormal(Map.of("short_description", "A \"title\" ^ {}", "description", "ä\n€"));
        simulator.behaviour().resultAsArray(true);
        ServiceNowClient.Created second = client.createNormal(Map.of("short_description", "Second", "no_such", "x"));

        assertThat(created.change().shortDescription()).isEqualTo("A \"title\" ^ {}");
        assertThat(created.change().state()).isEqualTo(ChangeState.NEW);
        assertThat(second.ignoredFields()).containsExactly("no_such");
        RecordedRequest request =
                simulator.requests().to(Endpoint.CREATE_NORMAL).get(0);
        assertThat(request.header("Content-Type")).startsWith("application/json");
        assertThat(request.json().get("description").stringValue()).isEqualTo("ä\n€");
        assertThat(simulator.changes()).hasSize(2);
    }

    static Stream<Arguments> misbehaviours() {
        return Stream.of(
                Arguments.of(Fault.rateLimited(), Problem.RATE_LIMITED, false),
                Arguments.of(Fault.transactionCancelled(), Problem.UNAVAILABLE, true),
                Arguments.of(Fault.transactionCancelled().afterCommit(), Problem.UNAVAILABLE, true),
                Arguments.of(Fault.badGateway(), Problem.UNAVAILABLE, true),
                Arguments.of(Fault.unavailable(), Problem.UNAVAILABLE, false),
                Arguments.of(Fault.connectionReset(), Problem.UNREACHABLE, true),
                Arguments.of(Fault.connectionReset().afterCommit(), Problem.UNREACHABLE, true),
                Arguments.of(Fault.slow(Duration.ofSeconds(4)), Problem.UNREACHABLE, true),
                Arguments.of(Fault.cutOffJson(), Problem.BAD_ANSWER, true),
                Arguments.of(Fault.garbage(), Problem.BAD_ANSWER, true),
                Arguments.of(Fault.notHttp(), Problem.UNREACHABLE, true),
                Arguments.of(Fault.brokenTransfer(), Problem.UNREACHABLE, true),
                Arguments.of(Fault.emptyBody(), Problem.BAD_ANSWER, true),
                Arguments.of(Fault.errorInSuccess(), Problem.BAD_ANSWER, true),
                Arguments.of(Fault.html(), Problem.UNAVAILABLE, true),
                Arguments.of(Fault.redirectToLogin(), Problem.UNAVAILABLE, true),
                Arguments.of(Fault.hugeBody(20), Problem.BAD_ANSWER, true),
                Arguments.of(Fault.forbidden(), Problem.FORBIDDEN, false),
                Arguments.of(Fault.notFound(), Problem.NOT_FOUND, false),
                Arguments.of(Fault.error(400, "Operation aborted", "by Business Rule 'X'"), Problem.REJECTED, false),
                Arguments.of(Fault.error(500, "Operation aborted", "by Business Rule 'X'"), Problem.REJECTED, false));
    }

    @ParameterizedTest
    @MethodSource("misbehaviours")
    void tellsMisbehavioursApart(Fault fault, Problem problem, boolean maybeCarriedOut) throws Exception {
        client.signIn();
        simulator.faults().on(Endpoint.CREATE_NORMAL).always(fault);
        simulator.faults().on(Endpoint.LIST).always(fault);

        ServiceNowException created = catchThrowableOfType(
                ServiceNowException.class, () -> client.createNormal(Map.of("short_description", "t")));
        ServiceNowException found =
                catchThrowableOfType(ServiceNowException.class, () -> client.findByNumber("CHG0030001"));

        assertThat(created.problem()).isEqualTo(problem);
        assertThat(created.isMaybeCarriedOut()).isEqualTo(maybeCarriedOut);
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

    /** A server that redirects the token call must not be handed the secrets a second time. */
    @Test
    void neverFollowsARedirect() {
        simulator
                .faults()
                .on(Endpoint.TOKEN)
                .always(Fault.redirectTo(simulator.elsewhere().url() + "/steal"));

        assertProblem(client::signIn, Problem.UNAVAILABLE, "never followed");
        assertThat(simulator.elsewhere().requests().all()).isEmpty();
    }

    @Test
    void readsNoChangeFromWronglyEncodedText() {
        simulator.addChange(Map.of("short_description", "Größe"));
        simulator.faults().on(Endpoint.LIST).always(Fault.wrongCharset());

        assertThat(catchThrowableOfType(ServiceNowException.class, () -> client.findActiveByTitle("Größe")))
                .satisfiesAnyOf(
                        e -> assertThat(e).isNull(),
                        e -> assertThat(e.problem()).isEqualTo(Problem.BAD_ANSWER));
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        ServiceNowClient nobody = new ServiceNowClient(
                HttpClients.create(SHORT),
                InstanceUrl.parse("http://127.0.0.1:" + port),
                () -> signIn,
                Clock.systemUTC());

        ServiceNowException e = catchThrowableOfType(ServiceNowException.class, nobody::signIn);

        assertThat(e.problem()).isEqualTo(Problem.UNREACHABLE);
        assertThat(e.isMaybeCarriedOut()).isFalse();
    }

    @Test
    void refusesNumbersThatAreNone() {
        for (String number : List.of("", "CHG1/../x", "CHG 1", "CHG1^x", "1".repeat(41), "CHG1\n")) {
            assertThat(ServiceNowClient.isNumber(number)).isFalse();
            assertThatThrownBy(() -> client.findByNumber(number)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(simulator.requests().all()).isEmpty();
    }

    /** The simulator stands in for a proxy that wants a password: it sees an absolute request and answers 407 first. */
    @Test
    void asksAProxyThatWantsAPassword() throws Exception {
        try (PasswordProxy proxy = new PasswordProxy()) {
            ServiceNowClient behind = new ServiceNowClient(
                    HttpClients.through(
                            HttpClients.create(SHORT),
                            new HttpClients.Route(
                                    new Proxy(Proxy.Type.HTTP, new InetSocketAddress("127.0.0.1", proxy.port())),
                                    "corp",
                                    "proxy-secret")),
                    InstanceUrl.parse(simulator.baseUrl()),
                    () -> signIn,
                    Clock.systemUTC());
            simulator.addChange(Map.of("short_description", "t"));

            assertThat(behind.canReadAnyChange()).isTrue();
            await().untilAsserted(() -> assertThat(proxy.answered())
                    .containsExactly(
                            "407 /oauth_token.do",
                            "200 /oauth_token.do",
                            "407 /api/sn_chg_rest/change",
                            "200 /api/sn_chg_rest/change"));
        }
    }

    private static void assertProblem(ThrowingCall call, Problem problem, String message) {
        ServiceNowException e = catchThrowableOfType(ServiceNowException.class, call::run);
        assertThat(e).isNotNull();
        assertThat(e.problem()).isEqualTo(problem);
        assertThat(e.getMessage()).contains(message);
        assertThat(e.getCause()).isNull();
    }

    @FunctionalInterface
    private interface ThrowingCall {
        void run() throws Exception;
    }
}
