package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.security.KeyPair;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Approvals and users, which are read with the Table API. */
class PeopleTest extends AgainstSimulator {
    private ApprovalsResult approvals(SimulatedChange change) throws ServiceNowException {
        SysId id = new SysId(change.sysId());
        return client.approvals(List.of(id)).get(id);
    }

    private List<ChangeApproval> read(SimulatedChange change) throws ServiceNowException {
        return ((ApprovalsResult.Read) approvals(change)).approvals();
    }

    private List<String> queries() {
        return simulator.requests().to(Endpoint.TABLE).stream()
                .map(request -> request.query().get("sysparm_query"))
                .toList();
    }

    @Test
    void readsWhoIsAskedAndWhatTheyAnswered() throws Exception {
        SimulatedChange change = simulator.addChange(Map.of());
        simulator.addUser("bob", "Bob Board", "bob@corp.example");
        simulator.people().requestApproval(change.number(), "CAB", "bob").rejectAs(change.number(), "bob", "Not\nnow");

        assertThat(read(change)).singleElement().satisfies(approval -> {
            assertThat(approval.userName()).isEqualTo("bob");
            assertThat(approval.person()).isEqualTo("Bob Board (bob)");
            assertThat(approval.email()).isEqualTo("bob@corp.example");
            assertThat(approval.group()).isEqualTo("CAB");
            assertThat(approval.isRejected()).isTrue();
            assertThat(approval.comment()).isEqualTo("Not\nnow");
            assertThat(approval.updatedBy()).isEqualTo("bob");
            assertThat(approval.created()).isNotNull().isBeforeOrEqualTo(approval.updated());
        });
        assertThat(queries()).containsExactly("sysapprovalIN" + change.sysId());
    }

    @Test
    void eachChangeHasItsOwn() throws Exception {
        SimulatedChange one = simulator.addChange(Map.of());
        SimulatedChange other = simulator.addChange(Map.of());
        SimulatedChange none = simulator.addChange(Map.of());
        simulator.people().requestApproval(one.number(), "", "bob").requestApproval(other.number(), "", "dora");

        Map<SysId, ApprovalsResult> all =
                client.approvals(List.of(new SysId(one.sysId()), new SysId(other.sysId()), new SysId(none.sysId())));
        assertThat(all.values())
                .extracting(result -> ((ApprovalsResult.Read) result)
                        .approvals().stream().map(ChangeApproval::userName).toList())
                .containsExactly(List.of("bob"), List.of("dora"), List.of());
    }

    @Test
    void aRowWithoutWhatItMeansIsUnreadable() throws Exception {
        SimulatedChange change = simulator.addChange(Map.of());
        simulator.people().requestApproval(change.number(), "", "bob");
        for (String column : List.of("approver", "state", "sysapproval")) {
            simulator.behaviour().hideTableColumns(column);
            assertThat(approvals(change)).as(column).isInstanceOf(ApprovalsResult.Unreadable.class);
        }
        simulator.behaviour().hideTableColumns("approver.name", "comments", "sys_created_on", "sys_updated_by");
        assertThat(read(change)).singleElement().satisfies(approval -> {
            assertThat(approval.person()).isEqualTo("bob");
            assertThat(approval.created()).isNull();
            assertThat(approval.updatedBy()).isEmpty();
        });
    }

    @Test
    void whoMayNotUseTheTableIsTold() {
        simulator.behaviour().refuseTables("sysapproval_approver", "sys_user");
        SimulatedChange change = simulator.addChange(Map.of());
        assertProblem(() -> approvals(change), FailureKind.FORBIDDEN, "403");
        assertProblem(() -> client.usersByName(List.of("bob")), FailureKind.FORBIDDEN, "403");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.approvals(IntStream.range(0, 101)
                        .mapToObj(i -> new SysId(String.format("%032x", i)))
                        .toList()));
        assertThatIllegalArgumentException().isThrownBy(() -> client.usersByName(Collections.nCopies(101, "bob")));
    }

    @Test
    void usersAreComparedAgain() throws Exception {
        simulator.addUser("bob", "Bob", "bob@corp.example");
        simulator.addUser("bobby", "Bobby", "bobby@corp.example");

        assertThat(client.usersByName(List.of("BOB", "eve")))
                .extracting(ServiceNowUser::userName)
                .containsExactly("bob");
        assertThat(queries()).containsExactly("user_nameINBOB,eve");
        // The condition is dropped, and all users are returned.
        simulator.behaviour().hideTableColumns("user_name");
        assertThat(client.usersByName(List.of("bob"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a,b", "javascript:gs.getUserID()", " JavaScript:x", "a\nb", "a\u200bb"})
    void whatCanBeNoUserNameIsNotSearchedFor(String name) {
        assertThat(ServiceNowClient.isUserName(name)).isFalse();
    }

    @Test
    void theIntegrationUserIsTheOneOfTheSignIn() throws Exception {
        assertThat(client.integrationUser())
                .hasValueSatisfying(user -> assertThat(user.userName()).isEqualTo(ServiceNowSimulator.USER_NAME));
        assertThat(queries()).containsExactly("user_nameIN" + ServiceNowSimulator.USER_NAME);
    }

    @Test
    void withoutAUserInTheSignInTheInstanceIsAsked() throws Exception {
        signIn = SignIn.clientCredentials(ServiceNowSimulator.CLIENT_ID, ServiceNowSimulator.CLIENT_SECRET);
        assertThat(client.integrationUser())
                .hasValueSatisfying(user -> assertThat(user.userName()).isEqualTo(ServiceNowSimulator.USER_NAME));
        assertThat(queries()).containsExactly("sys_id=javascript:gs.getUserID()");

        simulator.behaviour().currentUserScript(false);
        assertThat(client.integrationUser()).as("all users").isEmpty();
        simulator.behaviour().scriptsMatchEverything(false);
        assertThat(client.integrationUser()).as("none").isEmpty();
    }

    @Test
    void anApiKeyOrASignedTokenNamesNoUserNameSoTheInstanceIsAsked() throws Exception {
        KeyPair pair = TestKeys.pair("EC secp256r1");
        simulator.verifyJwts("key-1", pair.getPublic());
        SignIn apiKey = new SignIn.ApiKey(ServiceNowSimulator.API_KEY);
        SignIn jwt = new SignIn.JwtBearer(
                ServiceNowSimulator.CLIENT_ID,
                ServiceNowSimulator.CLIENT_SECRET,
                TestKeys.signingKey(pair),
                "key-1",
                ServiceNowSimulator.USER_NAME,
                null);
        for (SignIn other : List.of(apiKey, jwt)) {
            signIn = other;
            assertThat(client.integrationUser())
                    .hasValueSatisfying(user -> assertThat(user.userName()).isEqualTo(ServiceNowSimulator.USER_NAME));
        }
        assertThat(queries()).hasSize(2).containsOnly("sys_id=javascript:gs.getUserID()");
    }

    @ParameterizedTest
    @CsvSource({"'', '', ffffffffffffffffffffffffffffffff", "'', bob, bob", "Bob, '', Bob", "Bob, bob, Bob (bob)"})
    void aPersonIsNamedByWhatIsReadable(String name, String user, String shown) {
        assertThat(new ChangeApproval(new SysId("f".repeat(32)), user, name, "", "", "approved", "", "", null, null)
                        .person())
                .isEqualTo(shown);
    }

    /** Cut off at that number, or with a row that can't be read, another user of the same name may be missing. */
    @Test
    void aListThatMayLackSomebodyIsNoAnswer() {
        ScriptedAnswers instance = new ScriptedAnswers();
        ServiceNowClient scripted = instance.client(new SignIn.ApiKey("key"), Clock.systemUTC());
        String row = "{\"sys_id\":\"" + "a".repeat(32) + "\",\"user_name\":\"bob\"}";
        instance.json("{\"result\":[" + String.join(",", Collections.nCopies(1000, row)) + "]}")
                .json("{\"result\":[" + row + ",{\"sys_id\":\"?\",\"user_name\":\"bob\"}]}");

        assertProblem(() -> scripted.usersByName(List.of("bob")), FailureKind.BAD_ANSWER, "1000 rows");
        assertProblem(() -> scripted.usersByName(List.of("bob")), FailureKind.BAD_ANSWER, "sys_id");
    }

    /** Such a name would be a list of names, or a script, in a query. */
    @ParameterizedTest
    @ValueSource(strings = {"a,b", "javascript:gs.now()", " "})
    void aUserNameThatNoQueryContainsIsNotSent(String name) throws Exception {
        ScriptedAnswers instance = new ScriptedAnswers().json(ScriptedAnswers.TOKEN);
        ServiceNowClient scripted =
                instance.client(SignIn.password("client", "secret", name, "pass"), Clock.systemUTC());

        assertThat(scripted.integrationUser()).isEmpty();
        assertThat(instance.sent()).isEmpty();
    }
}
