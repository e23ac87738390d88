package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A change is planned in a window when it is created, and moved on while it is not approved. It is Tuesday, 20:00 UTC. */
class WindowPollTest extends WindowPollTestBase {
    @Test
    void aNewChangeIsPlannedInTheNextWindow() {
        Waiter waiter = waiting();

        assertThat(simulator.requests().to(Endpoint.CREATE_NORMAL))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.json().get("start_date").stringValue()).isEqualTo(TODAY);
                    assertThat(request.json().get("end_date").stringValue()).isEqualTo(TODAY_END);
                });
        assertThat(theChange().get("start_date")).isEqualTo(TODAY);
        simulator.people().approve(waiter.record.number());
        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsForStart"));
        assertThat(waiter.isReleased()).isFalse();
        runUntil(waiter::isReleased);
        assertThat(clock.instant()).isBetween(START, START.plusSeconds(5));
        assertThat(updates()).as("approved").isEmpty();
    }

    @Test
    void ofAnOpenWindowAtLeastHalfMustBeLeft() {
        window = DeploymentWindow.parse("19:30", "2", "UTC", null);
        Waiter open = waiting();
        assertThat(theChange().get("start_date")).isEqualTo("2026-12-01 19:30:00");
        runTo(Instant.parse("2026-12-01T20:30:00Z"));
        assertThat(updates()).as("exactly half is left").isEmpty();
        runTo(Instant.parse("2026-12-01T20:30:30Z"));
        assertThat(startsSent()).as("less than half is left").containsExactly("2026-12-02 19:30:00");
        assertThat(open.lines()).contains("ColumnUpdate.Replanned");
    }

    @Test
    void whileNobodyApprovesItIsMovedOnBeforeEachStart() {
        Waiter waiter = waiting();
        runTo(START.minusSeconds(61));
        assertThat(updates()).isEmpty();
        runTo(START.minusSeconds(1));

        assertThat(updates()).singleElement().satisfies(request -> {
            assertThat(request.path()).endsWith(theChange().sysId());
            assertThat(request.json().get("start_date").stringValue()).isEqualTo(TOMORROW);
            assertThat(request.json().get("end_date").stringValue()).isEqualTo("2026-12-03 00:00:00");
            assertThat(request.json().size()).as("nothing else").isEqualTo(2);
        });
        assertThat(waiter.texts())
                .contains("Moved the planned window of " + waiter.record.number()
                        + ", which is not approved yet: 2026-12-02 22:00:00 UTC to 2026-12-03 00:00:00 UTC.");
        // Thursday is the last day; the next window is on Monday.
        runTo(Instant.parse("2026-12-07T21:00:00Z"));
        assertThat(startsSent()).containsExactly(TOMORROW, "2026-12-03 22:00:00", "2026-12-07 22:00:00");
        assertThat(waiter.refusal()).isNull();
        simulator.people().approve(waiter.record.number());
        runUntil(waiter::isReleased);
        assertThat(clock.instant()).isAfterOrEqualTo(Instant.parse("2026-12-07T22:00:00Z"));
        assertThat(startsSent()).hasSize(3);
    }

    /** The values of its states are none of the default life cycle. */
    @Test
    void aChangeOfAMappedModelIsMovedOnInTheStatesInWhichItWaits() {
        simulator.addModel("Low risk", true, "normal", new TreeMap<>(Map.of("10", "Draft", "20", "Ready")));
        states = new ModelStates(
                Map.of("Low risk", new ModelStates.StateMap(Set.of("Draft"), Set.of("Ready"), Set.of())), true);
        newChange = new NewChange.OfModel("Low risk");
        Waiter waiter = waiting();
        runTo(START.plusSeconds(3600));
        assertThat(startsSent()).containsExactly(TOMORROW);
        assertThat(waiter.refusal()).isNull();
        simulator.people().moveTo(waiter.record.number(), "20", "approved");
        runTo(Instant.parse("2026-12-02T21:59:00Z"));
        assertThat(startsSent()).as("approved").hasSize(1);
        runUntil(waiter::isReleased);
        assertThat(clock.instant()).isAfterOrEqualTo(Instant.parse("2026-12-02T22:00:00Z"));
    }

    @ParameterizedTest
    @EnumSource(
            value = SimulatedState.class,
            names = {"SCHEDULED", "IMPLEMENT"})
    void onceApprovedItIsNeverMovedOn(SimulatedState state) {
        Waiter waiter = waiting();
        SimulatedChange change = theChange();
        while (change.state().orElseThrow() != SimulatedState.SCHEDULED) {
            simulator.people().advance(change.number());
        }
        simulator.people().moveTo(change.number(), state);
        if (state == SimulatedState.SCHEDULED) {
            runUntil(() -> waiter.refusal() != null);
            assertThat(waiter.refusal()).isEqualTo("ReleaseRule.WindowPassed");
        } else {
            runUntil(waiter::isReleased);
        }
        assertThat(updates()).isEmpty();
        assertThat(change.get("start_date")).isEqualTo(TODAY);
    }

    /** Approved between the poll and the update: what is read immediately before the update counts. */
    @Test
    void anApprovalJustBeforeTheUpdateKeepsTheWindow() {
        Waiter waiter = waiting();
        runTo(START.minusSeconds(62));
        simulator.people().approve(waiter.record.number());
        runUntil(waiter::isReleased);
        assertThat(updates()).isEmpty();
        assertThat(theChange().get("start_date")).isEqualTo(TODAY);
    }

    @Test
    void oneApproverOfSeveralIsNoApprovalOfTheChange() {
        Waiter waiter = waiting();
        simulator.people().requestApproval(waiter.record.number(), "CAB", "bob", "dora");
        simulator.people().approveAs(waiter.record.number(), "bob");
        runTo(START.minusSeconds(1));
        assertThat(startsSent()).containsExactly(TOMORROW);
    }

    @Test
    void aRejectedChangeThatWaitsForTheNextRoundIsMovedOn() {
        waitsAfterRejection = true;
        Waiter waiter = waiting();
        simulator.people().reject(waiter.record.number());
        runTo(START);
        assertThat(startsSent()).containsExactly(TOMORROW);
    }

    @Test
    void whatPeoplePlannedInServiceNowStays() {
        Waiter waiter = waiting();
        theChange().set("start_date", "2026-12-01 21:00:00").set("end_date", "2026-12-01 23:00:00");
        runUntil(() -> waiter.lines().contains("ColumnUpdate.OtherWindow"));
        runUntil(() -> waiter.refusal() != null);

        assertThat(waiter.refusal()).isEqualTo("ReleaseRule.WindowPassed");
        assertThat(updates()).isEmpty();
        assertThat(waiter.lines())
                .filteredOn("ColumnUpdate.OtherWindow"::equals)
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aChangeThatWasFoundIsNotMovedOn(boolean number) {
        SimulatedChange change =
                simulator.addChange(Map.of("short_description", TITLE, "start_date", TODAY, "end_date", TODAY_END));
        Waiter waiter = new Waiter(TITLE, number ? change.number() : null).admit();
        runUntil(() -> waiter.refusal() != null);

        assertThat(waiter.refusal()).isEqualTo("ReleaseRule.WindowPassed");
        assertThat(updates()).isEmpty();
    }

    @Test
    void aChangeWithoutTheSettingIsNotPlanned() {
        window = null;
        waiting();
        runTo(START.plus(Duration.ofHours(3)));
        assertThat(theChange().get("start_date")).isEmpty();
        assertThat(updates()).isEmpty();
    }

    /** The plugin moves it through the states, and waits in Scheduled for its start. */
    @Test
    void aStandardChangeIsPlannedToo() {
        newChange = new NewChange.Standard("T");
        automaticTransition = true;
        simulator.addTemplate("T", true, Map.of());
        Waiter waiter = waiting();
        assertThat(theChange().get("start_date")).isEqualTo(TODAY);
        runUntil(waiter::isReleased);

        assertThat(clock.instant()).isBetween(START, START.plusSeconds(10));
        assertThat(updates()).allMatch(request -> request.json().has("state")).hasSize(2);
    }

    // ---- failures

    /** Whether the lost request was executed or not. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anUpdateWhoseResponseIsLostIsReadBack(boolean executed) {
        Waiter waiter = waiting();
        simulator
                .faults()
                .on(Endpoint.UPDATE)
                .once(executed ? Fault.connectionReset().afterCommit() : Fault.connectionReset());
        runTo(START.plusSeconds(60));

        assertThat(theChange().get("start_date")).isEqualTo(TOMORROW);
        assertThat(startsSent()).hasSize(executed ? 1 : 2).containsOnly(TOMORROW);
        assertThat(waiter.refusal()).isNull();
    }

    /** As after a kill and a restart at any time: nothing is done twice. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anotherLifeOfTheControllerContinues(boolean moved) {
        Waiter before = waiting();
        runTo(START.minusSeconds(moved ? 5 : 120));
        poller.cancel(before.approval);
        poller = new ChangePoller(context);
        Waiter after = new Waiter(TITLE, null, before.id, before.record).admit();
        runTo(START.plusSeconds(300));

        assertThat(startsSent()).containsExactly(TOMORROW);
        assertThat(after.lines().contains("ColumnUpdate.Replanned")).isEqualTo(!moved);
        runTo(Instant.parse("2026-12-02T22:00:00Z"));
        assertThat(startsSent()).as("the other life goes on").containsExactly(TOMORROW, "2026-12-03 22:00:00");
    }

    /** The instance was not available at the start. Half of the window is left, then less. */
    @Test
    void whatCouldNotBeSentInTimeIsSentWhenLessThanHalfIsLeft() {
        Waiter waiter = waiting();
        runTo(START.minusSeconds(120));
        simulator.faults().on(Endpoint.LIST).always(Fault.unavailable(Duration.ofMinutes(1)));
        runTo(START.plusSeconds(600));
        simulator.faults().clear();
        runTo(START.plusSeconds(3500));
        assertThat(startsSent()).isEmpty();
        runTo(START.plusSeconds(3700));
        assertThat(startsSent()).containsExactly(TOMORROW);
        assertThat(waiter.refusal()).isNull();
    }

    /** By the contract, a planned end that has passed is a refusal, whatever the state. */
    @Test
    void afterThePlannedEndItIsRefused() {
        Waiter before = waiting();
        poller.cancel(before.approval);
        poller = new ChangePoller(context);
        runTo(START.plus(Duration.ofHours(3)));
        Waiter after = new Waiter(TITLE, null, before.id, before.record).admit();
        runUntil(() -> after.refusal() != null);
        assertThat(after.refusal()).isEqualTo("ReleaseRule.WindowPassed");
        assertThat(updates()).isEmpty();
    }

    @Test
    void anInstanceThatRejectsTheUpdateIsAskedAgainAndThenRefuses() {
        Waiter waiter = waiting();
        simulator.behaviour().businessRule("No new dates", 403, sent -> sent.containsKey("start_date"));
        runUntil(() -> waiter.refusal() != null);

        assertThat(waiter.lines()).contains("ColumnUpdate.Rejected");
        assertThat(waiter.refusal()).isEqualTo("ColumnUpdate.RefusedRejected");
        assertThat(waiter.refusal.toString())
                .startsWith("Refused: the planned start of " + waiter.record.number()
                        + " could not be set to 2026-12-02 22:00:00 UTC: ")
                .contains("No new dates");
        assertThat(Duration.between(START, clock.instant())).isGreaterThanOrEqualTo(Duration.ofMinutes(14));
        assertThat(startsSent()).hasSizeGreaterThanOrEqualTo(3);
    }

    /** An approval in the meantime: the update is not needed any more. */
    @Test
    void whileAnUpdateFailsAnApprovalStillCounts() {
        Waiter waiter = waiting();
        simulator.behaviour().businessRule("No new dates", 403, sent -> sent.containsKey("start_date"));
        runUntil(() -> waiter.lines().contains("ColumnUpdate.Rejected"));
        simulator.people().approve(waiter.record.number());
        runUntil(waiter::isReleased);
        assertThat(clock.instant()).isBetween(START, START.plus(Duration.ofMinutes(10)));
    }

    @Test
    void datesThatACreationIgnoresAreSetAtOnce() {
        simulator.behaviour().ignoreFieldsOnCreation("start_date", "end_date");
        Waiter waiter = waiting();
        runUntil(() -> !updates().isEmpty());
        time.runFor(Duration.ofSeconds(5));

        assertThat(startsSent()).containsExactly(TODAY);
        assertThat(theChange().get("end_date")).isEqualTo(TODAY_END);
        assertThat(waiter.lines()).contains("ChangeResolver.FieldsIgnored", "ColumnUpdate.Replanned");
    }

    @Test
    void datesThatTheInstanceNeverStoresAreARefusal() {
        simulator.behaviour().ignoreFields("start_date");
        Waiter waiter = waiting();
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("ColumnUpdate.RefusedNotReplanned");
        assertThat(waiter.lines()).contains("ColumnUpdate.NotReplanned");
    }

    /** An approved change without its window would release the deployment at any time. */
    @Test
    void anApprovedChangeThatLostItsWindowIsRefused() {
        Waiter waiter = waiting();
        theChange().set("end_date", "");
        simulator.people().approve(waiter.record.number());
        theChange().set("start_date", "");
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("WindowRule.NoWindow");
        assertThat(waiter.isReleased()).isFalse();
    }

    /** An instance that understands dates in the zone of the integration user. */
    @Test
    void aCreationWithOtherDatesThanThoseSentIsRefused() {
        simulator.writtenDates(ZoneId.of("America/Los_Angeles"));
        Waiter waiter = byTitle();
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("ColumnUpdate.CreatedInOtherWindow");
        assertThat(waiter.refusal.toString()).contains("2026-12-02 06:00:00 UTC to 2026-12-02 08:00:00 UTC");
    }
}
