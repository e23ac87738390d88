package io.jenkins.plugins.servicenowgate.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApproversTest {
    private final ChangeTable table = new ChangeTable(Clock.systemUTC());
    private final Approvers people = people(table, Clock.systemUTC());

    private static Approvers people(ChangeTable table, InstantSource clock) {
        return new Approvers(
                table, new ApprovalTable(table, clock), new Conflicts(clock, new Behaviour(table.columns())));
    }

    private SimulatedChange add(String type) {
        return table.add(Map.of("type", type));
    }

    @ParameterizedTest
    @ValueSource(strings = {"normal", "standard", "emergency"})
    void approvalLeadsToImplement(String type) {
        SimulatedChange change = add(type);

        people.approve(change.number());

        assertThat(change.state()).hasValue(SimulatedState.IMPLEMENT);
        assertThat(change.get("approval")).isEqualTo("approved");
        assertThat(change.get("active")).isEqualTo("true");
        people.approve(change.number());
        assertThat(change.state()).hasValue(SimulatedState.IMPLEMENT);
    }

    @Test
    void advanceGoesOneStateAtATime() {
        SimulatedChange change = add("normal");

        people.advance(change.number());
        assertThat(change.state()).hasValue(SimulatedState.ASSESS);
        assertThat(change.get("approval")).isEqualTo("requested");
        people.advance(change.number()).advance(change.number());
        assertThat(change.state()).hasValue(SimulatedState.SCHEDULED);
        assertThat(change.get("approval")).isEqualTo("approved");
        people.advance(change.number()).advance(change.number()).advance(change.number());
        assertThat(change.state()).hasValue(SimulatedState.CLOSED);
        assertThat(change.get("close_code")).isEqualTo("successful");
        assertThat(change.get("close_notes")).isNotEmpty();
        assertThatIllegalStateException().isThrownBy(() -> people.advance(change.number()));
        assertThatIllegalStateException().isThrownBy(() -> people.approve(change.number()));
    }

    @Test
    void rejectionSendsItBackToNewAndItCanBeApprovedLater() {
        SimulatedChange change = add("normal");
        people.advance(change.number()).advance(change.number()).reject(change.number());

        assertThat(change.state()).hasValue(SimulatedState.NEW);
        assertThat(change.get("approval")).isEqualTo("rejected");
        assertThat(change.get("active")).isEqualTo("true");
        assertThat(people.approve(change.number())).isNotNull();
        assertThat(change.get("approval")).isEqualTo("approved");
    }

    @Test
    void holdIsAFlag() {
        SimulatedChange change = add("normal");
        people.approve(change.number()).hold(change.number(), "freeze");

        assertThat(change.state()).hasValue(SimulatedState.IMPLEMENT);
        assertThat(change.get("on_hold")).isEqualTo("true");
        assertThat(change.get("on_hold_reason")).isEqualTo("freeze");
        people.resume(change.number());
        assertThat(change.get("on_hold")).isEqualTo("false");
        assertThat(change.get("on_hold_reason")).isEmpty();
    }

    @Test
    void onlyTheTwoEndsAreInactive() {
        SimulatedChange change = add("normal");
        for (SimulatedState state : SimulatedState.values()) {
            people.moveTo(change.number(), state);
            assertThat(change.get("active")).as(state.label()).isEqualTo(Boolean.toString(!state.isFinal()));
        }
        people.review(change.number());
        assertThat(change.state()).hasValue(SimulatedState.REVIEW);
        people.close(change.number());
        assertThat(change.state()).hasValue(SimulatedState.CLOSED);
        people.cancel(change.number());
        assertThat(change.state()).hasValue(SimulatedState.CANCELED);
        assertThat(change.get("reason")).isNotEmpty();
    }

    @Test
    void planningStoresUtc() {
        SimulatedChange change = add("normal");
        Instant start = Instant.parse("2026-03-01T22:00:00Z");

        people.window(change.number(), start, start.plus(Duration.ofHours(4)));
        assertThat(change.get("start_date")).isEqualTo("2026-03-01 22:00:00");
        assertThat(change.get("end_date")).isEqualTo("2026-03-02 02:00:00");
        assertThat(change.instant("start_date")).hasValue(start);

        people.window(change.number(), null, start);
        assertThat(change.get("start_date")).isEmpty();
        assertThat(change.instant("start_date")).isEmpty();
    }

    @Test
    void nobodyKnowsAnUnknownChange() {
        assertThatIllegalArgumentException().isThrownBy(() -> people.approve("CHG1"));
    }

    @Test
    void everyWriteLeavesItsTimeStamp() {
        SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
        ChangeTable stamped = new ChangeTable(clock);
        SimulatedChange change = stamped.add(Map.of());
        clock.advance(Duration.ofMinutes(90));

        people(stamped, clock).close(change.number());

        assertThat(change.get("sys_created_on")).isEqualTo("2026-01-01 00:00:00");
        assertThat(change.get("sys_updated_on")).isEqualTo("2026-01-01 01:30:00");
        assertThat(change.get("closed_at")).isEqualTo("2026-01-01 01:30:00");
    }
}
