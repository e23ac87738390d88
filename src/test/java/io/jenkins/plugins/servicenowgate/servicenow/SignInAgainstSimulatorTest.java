package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.simulator.Behaviour;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way to sign in against the simulator, and what the integration user may see of itself. */
class SignInAgainstSimulatorTest extends AgainstSimulator {
    private static final KeyPair PAIR = TestKeys.pair("EC secp256r1");

    private SignIn jwt(KeyPair pair, String keyId, String subject) {
        return new SignIn.JwtBearer(
                ServiceNowSimulator.CLIENT_ID,
                ServiceNowSimulator.CLIENT_SECRET,
                TestKeys.signingKey(pair),
                keyId,
                subject,
                null);
    }

    private static void assertRefused(ThrowingCall call) {
        assertProblem(call, FailureKind.SIGN_IN_REFUSED, "rejected the signed token of the sign-in");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA 2048", "EC secp256r1"})
    void theJwtBearerGrantSignsIn(String kind) throws Exception {
        KeyPair pair = TestKeys.pair(kind);
        simulator.verifyJwts("key-1", pair.getPublic());
        signIn = jwt(pair, "key-1", ServiceNowSimulator.USER_NAME);
        simulator.addChange(Map.of("short_description", "t"));

        assertThat(client.canReadAnyChange()).isTrue();
        simulator.revokeTokens();
        assertThat(client.canReadAnyChange()).isTrue();

        List<RecordedRequest> tokens = simulator.requests().to(Endpoint.TOKEN);
        assertThat(tokens).hasSize(2).allSatisfy(request -> {
            assertThat(request.form())
                    .containsOnlyKeys("grant_type", "client_id", "client_secret", "assertion")
                    .containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
            assertThat(request.rawQuery()).isEmpty();
            assertThat(request.toString()).doesNotContain(request.form().get("assertion"));
        });
        assertThat(tokens.get(0).form().get("assertion"))
                .isNotEqualTo(tokens.get(1).form().get("assertion"));
    }

    @Test
    void anotherKeyKeyIdOrSubjectIsRefused() throws Exception {
        simulator.verifyJwts("key-1", PAIR.getPublic());
        signIn = jwt(TestKeys.newPair("EC secp256r1"), "key-1", ServiceNowSimulator.USER_NAME);
        assertRefused(client::signIn);
        signIn = jwt(PAIR, "key-2", ServiceNowSimulator.USER_NAME);
        assertRefused(client::signIn);
        signIn = jwt(PAIR, "key-1", "somebody");
        assertRefused(client::signIn);
        signIn = jwt(PAIR, "key-1", ServiceNowSimulator.USER_NAME);
        client.signIn();
        simulator.behaviour().jwtGrant(false);
        simulator.revokeTokens();
        ServiceNowClient another = client(TIMEOUTS);
        assertRefused(another::signIn);
    }

    /** The clock of the instance is far off, and its clock skew is 0. */
    @ParameterizedTest
    @ValueSource(longs = {-3600, -70, 70, 3600})
    void theClockOfTheInstanceCounts(long seconds) throws Exception {
        try (ServiceNowSimulator other = ServiceNowSimulator.builder()
                .clock(() -> java.time.Instant.now().plusSeconds(seconds))
                .start()) {
            other.verifyJwts("key-1", PAIR.getPublic());
            signIn = jwt(PAIR, "key-1", ServiceNowSimulator.USER_NAME);
            ServiceNowClient remote = client(other);

            remote.signIn();
            other.revokeTokens();
            remote.canReadAnyChange();
            // The time of the first was wrong, unless the token was valid by both clocks.
            assertThat(other.requests().count(Endpoint.TOKEN)).isEqualTo(seconds == 70 ? 2 : 3);
        }
    }

    @Test
    void aPublicClientNeedsNoSecret() throws Exception {
        simulator.verifyJwts("key-1", PAIR.getPublic());
        signIn = new SignIn.JwtBearer(
                ServiceNowSimulator.CLIENT_ID,
                null,
                TestKeys.signingKey(PAIR),
                "key-1",
                ServiceNowSimulator.USER_NAME,
                null);
        assertRefused(client::signIn);
        simulator.behaviour().publicClient(true);
        client(TIMEOUTS).signIn();
    }

    @Test
    void anApiKeyNeedsNoToken() throws Exception {
        signIn = new SignIn.ApiKey(ServiceNowSimulator.API_KEY);
        simulator.addChange(Map.of("short_description", "t"));

        assertThat(client.signIn()).isEmpty();
        assertThat(client.canReadAnyChange()).isTrue();
        assertThat(simulator.requests().count(Endpoint.TOKEN)).isZero();
        assertThat(simulator.requests().to(Endpoint.LIST)).singleElement().satisfies(request -> {
            assertThat(request.header("x-sn-apikey")).isEqualTo(ServiceNowSimulator.API_KEY);
            assertThat(request.header("Authorization")).isNull();
            assertThat(request.toString()).doesNotContain(ServiceNowSimulator.API_KEY);
        });
    }

    @Test
    void aRefusedApiKeyIsNamedAsSuch() {
        signIn = new SignIn.ApiKey("an-other-key");

        assertProblem(
                client::canReadAnyChange,
                FailureKind.SIGN_IN_REFUSED,
                "rejected the API key (User Not Authenticated: Required to provide Auth information)");
        assertProblem(client::canReadAnyChange, FailureKind.SIGN_IN_REFUSED, "rejected the API key");
        assertThat(simulator.requests().all()).hasSize(1);
        signIn = new SignIn.ApiKey(ServiceNowSimulator.API_KEY);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(client::canReadAnyChange))
                .as("another key is tried at once")
                .isNull();
    }

    @Test
    void aNarrowedClientNeedsItsScope() throws Exception {
        simulator.behaviour().scopes("change_api", "other_api");
        client.signIn();
        assertProblem(client::canReadAnyChange, FailureKind.FORBIDDEN, "Failed API level ACL Validation");
        for (String wrong : List.of("no_such_scope", "change_api no_such_scope")) {
            signIn = password(wrong);
            assertProblem(client::signIn, FailureKind.SIGN_IN_REFUSED, "access_denied");
        }
        signIn = password("change_api");
        assertThat(client.signIn())
                .hasValueSatisfying(grant -> assertThat(grant.scope()).isEqualTo("change_api"));
        client.canReadAnyChange();
        assertThat(simulator.requests().to(Endpoint.TOKEN).get(3).form()).containsEntry("scope", "change_api");
    }

    private static SignIn password(String scope) {
        return new SignIn.Password(
                ServiceNowSimulator.CLIENT_ID,
                ServiceNowSimulator.CLIENT_SECRET,
                ServiceNowSimulator.USER_NAME,
                ServiceNowSimulator.PASSWORD,
                scope);
    }

    @Test
    void theUserSeesItselfAndItsRoles() throws Exception {
        IntegrationUser user = client.ownUser().orElseThrow();

        assertThat(user.name()).isEqualTo(ServiceNowSimulator.USER_NAME);
        assertThat(user.isMachine()).isTrue();
        assertThat(client.roles(user.sysId())).containsExactlyInAnyOrder("sn_change_read", "sn_change_write");
        List<RecordedRequest> requests = simulator.requests().to(Endpoint.TABLE);
        assertThat(requests)
                .extracting(RecordedRequest::path)
                .containsExactly("/api/now/table/sys_user", "/api/now/table/sys_user_has_role");
        assertThat(requests.get(0).query())
                .containsEntry("sysparm_query", "sys_id=javascript:gs.getUserID()")
                .containsEntry("sysparm_fields", "sys_id,user_name,identity_type,web_service_access_only")
                .containsEntry("sysparm_limit", "2");
        assertThat(requests.get(1).query())
                .containsEntry("sysparm_query", "user=" + user.sysId().value())
                .containsEntry("sysparm_fields", "user,role.name");
    }

    @ParameterizedTest
    @CsvSource({
        "true, true, true, true",
        "false, true, true, false",
        "true, false, true, true",
        "false, false, true, false",
        "true, true, false, true",
        "false, true, false, false",
        "true, false, false,",
    })
    void whetherItIsAMachineIsKnownFromTheColumnsThatItSees(
            boolean machine, boolean types, boolean webServiceOnly, Boolean expected) throws Exception {
        simulator
                .behaviour()
                .machineUser(machine)
                .hideTableColumns(
                        Stream.of(types ? "" : "identity_type", webServiceOnly ? "" : "web_service_access_only")
                                .filter(column -> !column.isEmpty())
                                .toArray(String[]::new));

        assertThat(client.ownUser().orElseThrow().isMachine()).isEqualTo(expected);
    }

    @Test
    void nothingIsConcludedFromMissingRights() throws Exception {
        Behaviour behaviour = simulator.behaviour().emptyTables("sys_user", "sys_user_has_role");
        assertThat(client.ownUser()).isEmpty();
        behaviour.emptyTables().currentUserScript(false);
        assertThat(client.ownUser()).as("rows of others").isEmpty();
        assertThat(client.roles(new SysId("0".repeat(32)))).isEmpty();
    }

    private ServiceNowClient client(ServiceNowSimulator other) {
        return new ServiceNowClient(
                HttpClients.create(new HttpClients.Timeouts(
                        Duration.ofSeconds(2), Duration.ofMillis(1500), Duration.ofSeconds(3))),
                InstanceUrl.parse(other.baseUrl()),
                () -> signIn,
                java.time.Clock.systemUTC());
    }
}
