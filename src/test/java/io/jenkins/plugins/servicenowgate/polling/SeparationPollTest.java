package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.rules.Separation;
import io.jenkins.plugins.servicenowgate.rules.Starter;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Separation of duties: who must be known before a change is created, and who must have approved before a release. */
class SeparationPollTest extends PollingTestBase {
    private static final Starter ALICE = new Starter("alice", "alice", false);

    private List<RecordedRequest> table(String name) {
        return simulator.requests().to(Endpoint.TABLE).stream()
                .filter(request -> request.path().equals("/api/now/table/" + name))
                .toList();
    }

    private List<RecordedRequest> approvalRequests() {
        return table("sysapproval_approver");
    }

    private Waiter separated(Starter... starters) {
        simulator.addUser("alice", "Alice", "alice@corp.example");
        Waiter waiter = new Waiter(TITLE, null);
        waiter.separation = new Separation("Production", false, Set.of(starters), null);
        return waiter.admit();
    }

    private void approve(Waiter waiter, String user) {
        runUntil(waiter.record::isLinked);
        simulator.people().requestApproval(waiter.record.number(), "CAB", user).approveAs(waiter.record.number(), user);
        simulator.people().approve(waiter.record.number());
    }

    @Test
    void anotherPersonReleases() {
        Waiter waiter = separated(ALICE);
        approve(waiter, "bob");
        runUntil(waiter::isReleased);

        assertThat(table("sys_user").stream().map(request -> request.query().get("sysparm_query")))
                .as("looked up once, though asked before the creation and before the release")
                .containsExactly("user_nameINalice", "user_nameINjenkins.integration");
        assertThat(table("sys_user").get(0).query())
                .containsEntry("sysparm_fields", "sys_id,user_name,name,email")
                .containsEntry("sysparm_display_value", "false");
    }

    @Test
    void theStarterDoesNotRelease() {
        Waiter waiter = separated(ALICE);
        approve(waiter, "alice");
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("SeparationRule.NobodyElse");
    }

    @Test
    void neitherDoesTheIntegrationUserNorWhoEntersItForAnother() {
        Waiter integration = separated(ALICE);
        approve(integration, "jenkins.integration");
        runUntil(() -> integration.refusal() != null);
        assertThat(integration.refusal()).isEqualTo("SeparationRule.NobodyElse");

        Waiter delegate = new Waiter(TITLE.replace("shop", "b"), null);
        delegate.separation = integration.separation;
        delegate.admit();
        runUntil(delegate.record::isLinked);
        String number = delegate.record.number();
        simulator.people().requestApproval(number, "CAB", "bob").approveInTheNameOf(number, "bob", "alice");
        simulator.people().approve(number);
        runUntil(() -> delegate.refusal() != null);
        assertThat(delegate.refusal()).isEqualTo("SeparationRule.NobodyElse");
    }

    @Test
    void anApprovalOfAnEarlierRoundDoesNotRelease() {
        Waiter waiter = separated(ALICE);
        runUntil(waiter.record::isLinked);
        String number = waiter.record.number();
        simulator.people().requestApproval(number, "CAB", "bob", "dora").approveAs(number, "bob");
        time.elapsed(Duration.ofMinutes(1));
        simulator.people().voteAgainst(number, "dora");
        time.elapsed(Duration.ofMinutes(1));
        simulator.people().requestApproval(number, "CAB", "alice").approveAs(number, "alice");
        simulator.people().approve(number);
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("SeparationRule.NobodyElse");
    }

    @Test
    void anUnknownStarterIsRefusedBeforeAChangeIsCreated() {
        Waiter nobody = new Waiter(TITLE, null);
        nobody.separation = new Separation("Production", false, Set.of(ALICE), null);
        nobody.admit();
        runUntil(() -> nobody.refusal() != null);
        assertThat(nobody.refusal()).isEqualTo("ApprovalCheck.UnknownUser");
        assertThat(nobody.refusal.toString()).contains("alice", "Production", "userMappings");
        assertThat(simulator.changes()).isEmpty();
    }

    @Test
    void twoRowsAreNobody() {
        simulator.addUser("Alice", "Another", "");
        Waiter waiter = separated(ALICE);
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("ApprovalCheck.UnknownUser");
    }

    @Test
    void theCaseCountsWhereTheSecurityRealmSaysSo() {
        Waiter waiter = separated(new Starter("ALICE", "ALICE", true));
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("ApprovalCheck.UnknownUser");
    }

    /** Users of Jenkins enter their own addresses. */
    @Test
    void anAddressIdentifiesNobody() {
        Waiter waiter = separated(new Starter("alice@corp.example", "alice@corp.example", false));
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("ApprovalCheck.UnknownUser");
        assertThat(table("sys_user").stream().map(request -> request.query().get("sysparm_query")))
                .containsExactly("user_nameINalice@corp.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"refused", "empty", "column"})
    void unreadableUsersAreARefusal(String right) {
        switch (right) {
            case "refused" -> simulator.behaviour().refuseTables("sys_user");
            case "empty" -> simulator.behaviour().emptyTables("sys_user");
            default -> simulator.behaviour().hideTableColumns("user_name");
        }
        Waiter waiter = separated(ALICE);
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal())
                .isEqualTo(right.equals("refused") ? "ApprovalCheck.UsersUnreadable" : "ApprovalCheck.UnknownUser");
        assertThat(simulator.changes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"refused", "empty", "column"})
    void unreadableApprovalsAreARefusalOnceTheyLast(String right) {
        Waiter waiter = separated(ALICE);
        approve(waiter, "bob");
        switch (right) {
            case "refused" -> simulator.behaviour().refuseTables("sysapproval_approver");
            case "empty" -> simulator.behaviour().emptyTables("sysapproval_approver");
            default -> simulator.behaviour().hideTableColumns("state");
        }
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("ApprovalCheck.Refused");
        assertThat(waiter.lines()).contains("ApprovalCheck.Waits");
        assertThat(approvalRequests().size()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void anOutageIsNoRefusal() {
        Waiter waiter = separated(ALICE);
        runUntil(waiter.record::isLinked);
        simulator.faults().on(Endpoint.TABLE).times(10, Fault.unavailable());
        approve(waiter, "bob");
        runUntil(waiter::isReleased);
        assertThat(waiter.lines()).filteredOn("ApprovalCheck.Waits"::equals).hasSize(1);
    }

    /** Nobody must be asked for an approval that can't count in the end. */
    @Test
    void anUnknownIntegrationUserIsRefusedBeforeAChangeIsCreated() {
        simulator.addUser("jenkins.integration", "Another one of that name", "");
        Waiter waiter = separated(ALICE);
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("ApprovalCheck.UnknownIntegrationUser");
        assertThat(simulator.changes()).isEmpty();
    }

    @Test
    void aRateLimitOnApprovalsPausesTheLookUpOfUsersToo() {
        Waiter waiter = separated(ALICE);
        runUntil(waiter.record::isLinked);
        time.elapsed(UserDirectory.KNOWN_FOR);
        int users = table("sys_user").size();
        simulator.faults().on(Endpoint.TABLE).times(1, Fault.rateLimited(Duration.ofSeconds(60)));
        approve(waiter, "bob");
        runUntil(() -> waiter.lines().contains("ApprovalCheck.Waits"));
        assertThat(approvalRequests()).hasSize(1);
        assertThat(table("sys_user")).hasSize(users);
        runUntil(waiter::isReleased);
        assertThat(table("sys_user").size()).isGreaterThan(users);
    }

    /** The cache is only a cache: what it forgets during a look-up is not taken for a user who does not exist. */
    @Test
    void whoIsForgottenIsLookedUpAgain() {
        assertThat(UserDirectory.KNOWN_FOR).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(15));
        assertThat(UserDirectory.UNKNOWN_FOR).isLessThanOrEqualTo(Duration.ofMinutes(1));
        Waiter first = separated(ALICE);
        runUntil(first.record::isLinked);
        time.elapsed(UserDirectory.KNOWN_FOR);
        approve(first, "bob");
        runUntil(first::isReleased);
        assertThat(table("sys_user").stream().map(request -> request.query().get("sysparm_query")))
                .filteredOn("user_nameINalice"::equals)
                .hasSize(2);
    }

    @Test
    void aStandardChangeIsRefusedUnlessItCountsAsApproved() {
        newChange = new NewChange.Standard("T");
        simulator.addTemplate("T", true, Map.of());
        Waiter refused = separated(ALICE);
        runUntil(() -> refused.refusal() != null);
        assertThat(refused.refusal()).isEqualTo("ApprovalCheck.StandardChange");
        assertThat(simulator.changes()).isEmpty();

        Waiter accepted = new Waiter(TITLE, null);
        accepted.separation = new Separation("Production", true, Set.of(ALICE), null);
        accepted.admit();
        runUntil(accepted.record::isLinked);
        simulator.people().approve(accepted.record.number());
        runUntil(accepted::isReleased);
    }

    @Test
    void aStandardChangeThatWasFoundIsRefused() {
        SimulatedChange found = simulator.addChange(Map.of("short_description", TITLE, "type", "standard"));
        simulator.people().moveTo(found.number(), SimulatedState.IMPLEMENT);
        Waiter waiter = separated(ALICE);
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("ApprovalCheck.StandardChange");
    }

    @Test
    void separationOfDutiesHoldsAfterARejection() {
        waitsAfterRejection = true;
        Waiter waiter = separated(ALICE);
        runUntil(waiter.record::isLinked);
        String number = waiter.record.number();
        simulator.people().requestApproval(number, "CAB", "bob", "dora").approveAs(number, "bob");
        time.elapsed(Duration.ofMinutes(1));
        simulator.people().rejectAs(number, "dora", "");
        runUntil(() -> waiter.lines().contains("ApprovalRound.WaitsRejected"));
        time.elapsed(Duration.ofMinutes(1));
        simulator
                .people()
                .requestApproval(number, "CAB", "alice")
                .approveAs(number, "alice")
                .approve(number);
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("SeparationRule.NobodyElse");
    }
}
