package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.NumberShape;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client against the simulator with the variants and faults of real instances. */
class ServiceNowClientTest extends AgainstSimulator {
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
        assertProblem(
                () -> client.findByNumber(number),
                FailureKind.SIGN_IN_REFUSED,
                "does not accept it (User Not Authenticated");
        assertThat(simulator.requests().count(Endpoint.LIST)).isEqualTo(5);
    }

    @Test
    void takesANewTokenWhenTheSignInChanged() throws Exception {
        client.signIn();
        signIn = SignIn.clientCredentials(ServiceNowSimulator.CLIENT_ID, "wrong");

        assertProblem(client::signIn, FailureKind.SIGN_IN_REFUSED, "check the OAuth client id and its secret");
        assertThat(simulator.requests().count(Endpoint.TOKEN)).isEqualTo(2);
    }

    @Test
    void namesThePossibleCausesOfARefusedSignIn() {
        simulator.rejectUser(true);

        assertProblem(
                client::signIn,
                FailureKind.SIGN_IN_REFUSED,
                "check the OAuth client id and its secret, the user name and password, whether the user is locked out or"
                        + " inactive, and whether the grant type \"password\" is enabled");
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

    /** Attack: a query in a name. The caret is escaped, and the returned rows are compared. */
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

    /** An instance that ignores a condition returns unrelated changes; only __meta shows this. */
    @Test
    void refusesResponsesWithIgnoredConditions() {
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
                    HttpClients.create(TIMEOUTS),
                    InstanceUrl.parse(instance.baseUrl()),
                    () -> signIn,
                    Clock.systemUTC());

            assertProblem(() -> client.findByNumber("CHG0030001"), FailureKind.QUERY_NOT_APPLIED, "(number)");
            assertProblem(() -> client.findActiveByTitle("t"), FailureKind.QUERY_NOT_APPLIED, "(number)");
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

        Map<SysId, ServiceNowClient.ReadResult> polls = client.read(sysIds);

        assertThat(simulator.requests().count(Endpoint.LIST)).isEqualTo(1);
        assertThat(polls).containsOnlyKeys(sysIds);
        assertThat(polls.values())
                .filteredOn(ServiceNowClient.ReadResult.Seen.class::isInstance)
                .hasSize(98);
        assertThat(polls.get(sysIds.get(7))).isInstanceOf(ServiceNowClient.ReadResult.Absent.class);
        assertThat(polls.get(sysIds.get(8))).isInstanceOf(ServiceNowClient.ReadResult.Absent.class);
        assertThat(((ServiceNowClient.ReadResult.Seen) polls.get(sysIds.get(42)))
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

    /** Secrets must not be sent again to a server to which the token request is redirected. */
    @Test
    void neverFollowsARedirect() {
        simulator
                .faults()
                .on(Endpoint.TOKEN)
                .always(Fault.redirectTo(simulator.elsewhere().url() + "/steal"));

        assertProblem(client::signIn, FailureKind.UNAVAILABLE, "does not follow");
        assertThat(simulator.elsewhere().requests().all()).isEmpty();
    }

    @Test
    void refusesInvalidNumbers() {
        for (String number : List.of("", "CHG1/../x", "CHG 1", "CHG1^x", "1".repeat(41), "CHG1\n")) {
            assertThat(ServiceNowClient.isNumber(number)).isFalse();
            assertThatThrownBy(() -> client.findByNumber(number)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(simulator.requests().all()).isEmpty();
    }
}
