package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.rules.Separation;
import io.jenkins.plugins.servicenowgate.rules.Starter;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A change lockdown puts changes on hold in any state, also when they are created: the gate says why, and waits. */
class ChangeLockdownTest extends PollingTestBase {
    private static final String WHY = "Change lockdown: quarter end";
    private static final String LINE = "Waiting: CHG0030001 is on hold: " + WHY;

    private void waitALongTime() {
        Instant later = clock.instant().plus(Duration.ofHours(5));
        runUntil(() -> clock.instant().isAfter(later));
    }

    @Test
    void aChangeThatIsCreatedDuringALockdownWaits() {
        simulator.newer().lockdown(WHY);
        Waiter waiter = byTitle();
        runUntil(() -> waiter.texts().size() >= 2);
        assertThat(waiter.lines()).containsExactly("ChangeResolver.Created", "ReleaseRule.WaitsOnHold");
        assertThat(waiter.texts().get(1)).isEqualTo(LINE);
        waitALongTime();
        assertThat(waiter.refusal()).isNull();
        assertThat(waiter.isReleased()).isFalse();

        simulator.people().endLockdown("CHG0030001").approve("CHG0030001");
        runUntil(waiter::isReleased);
        assertThat(simulator.changes()).hasSize(1);
    }

    @Test
    void aStandardChangeIsNotMovedBeforeTheEnd() {
        simulator.addTemplate("Deploy", true, Map.of());
        newChange = new NewChange.Standard("Deploy");
        automaticTransition = true;
        simulator.newer().lockdown(WHY);
        Waiter waiter = byTitle();
        runUntil(() -> waiter.texts().contains(LINE));
        waitALongTime();
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();

        simulator.people().endLockdown("CHG0030001");
        runUntil(waiter::isReleased);
        assertThat(simulator.change("CHG0030001").state()).contains(SimulatedState.IMPLEMENT);
    }

    /** Also in a state in which the gate would say something else, and after the planned start. */
    @ParameterizedTest
    @EnumSource(
            value = SimulatedState.class,
            names = {"NEW", "ASSESS", "AUTHORIZE", "SCHEDULED", "IMPLEMENT"})
    void theReasonIsToldFirstInAnyState(SimulatedState state) {
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
        simulator.people().requestApproval(change.number(), "CAB", "ann", "bob");
        simulator
                .people()
                .moveTo(change.number(), state)
                .window(change.number(), clock.instant().plusSeconds(3600), null)
                .lockDown(change.number(), WHY);
        Waiter waiter = byTitle();
        runUntil(() -> waiter.texts().size() >= 2);
        assertThat(waiter.texts().get(1)).isEqualTo(LINE);
        waitALongTime();
        assertThat(waiter.texts()).hasSize(2);
        assertThat(waiter.isReleased()).isFalse();
    }

    @Test
    void theReasonIsToldBeforeARejectionThatIsWaitedFor() {
        waitsAfterRejection = true;
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
        simulator.people().advance(change.number()).reject(change.number()).lockDown(change.number(), WHY);
        Waiter waiter = byTitle();
        runUntil(() -> waiter.texts().contains(LINE));
        assertThat(waiter.lines()).doesNotContain("ReleaseRule.WaitsAfterRejection", "ApprovalRound.WaitsRejected");
    }

    /** Requests that nobody has to answer any more end no round: what was approved before still counts. */
    @Test
    void anApprovalOfBeforeTheLockdownStillCounts() {
        simulator.addUser("alice", "Alice", "");
        simulator.addUser("bob", "Bob", "");
        Waiter waiter = new Waiter(TITLE, null);
        waiter.separation = new Separation("Production", false, Set.of(new Starter("alice", "alice", false)), null);
        waiter.admit();
        SimulatedChange change = theChange();
        simulator
                .people()
                .requestApproval(change.number(), "CAB", "bob", "carol")
                .approveAs(change.number(), "bob")
                .lockDown(change.number(), WHY);
        runUntil(() -> waiter.texts().contains(LINE));
        simulator.people().endLockdown(change.number());
        runUntil(() -> waiter.texts().stream().anyMatch(text -> text.contains("asked: carol")));
        simulator.people().approve(change.number());
        runUntil(waiter::isReleased);
        assertThat(waiter.approvals.get(waiter.approvals.size() - 1).approvedBy())
                .contains("bob");
    }
}
