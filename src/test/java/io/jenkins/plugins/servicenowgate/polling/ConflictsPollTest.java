package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conflicts: what is told, waited for and refused, and how the check of a change is started. */
class ConflictsPollTest extends PollingTestBase {
    private static final String NUMBER = "CHG0030001";
    private static final DateTimeFormatter STORED =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    private Instant start;
    private Instant end;

    @BeforeEach
    void plan() {
        start = clock.instant().minusSeconds(600);
        end = clock.instant().plus(Duration.ofHours(8));
        fields = Map.of("cmdb_ci", "shop", "start_date", STORED.format(start), "end_date", STORED.format(end));
    }

    private Waiter waiting(ConflictPolicy policy) {
        Waiter waiter = new Waiter(TITLE, null);
        waiter.conflicts = policy;
        waiter.admit();
        runUntil(waiter.record::isLinked);
        return waiter;
    }

    /** A change that somebody else created; the gate never starts its check. */
    private Waiter waitingForFound(ConflictPolicy policy) {
        SimulatedChange change = simulator.addChange(fields);
        change.set("short_description", TITLE);
        return waiting(policy);
    }

    private void waitFor(Duration time) {
        Instant later = clock.instant().plus(time);
        runUntil(() -> clock.instant().isAfter(later));
    }

    private int started() {
        return simulator.requests().count(Endpoint.CHECK_CONFLICTS);
    }

    @Test
    void theCheckIsStartedOnceAndWaitedForInTheBackground() {
        simulator.newer().conflictCheckTakes(Duration.ofMinutes(30));
        Waiter waiter = waiting(ConflictPolicy.WAIT);
        simulator.people().approve(NUMBER);
        runUntil(() -> waiter.lines().contains("ConflictRule.WaitsNotRun"));
        waitFor(Duration.ofMinutes(20));
        assertThat(waiter.isReleased()).isFalse();
        assertThat(started()).isEqualTo(1);
        assertThat(waiter.texts()).contains("Started the check of CHG0030001 for conflicts.");

        runUntil(waiter::isReleased);
        assertThat(started()).isEqualTo(1);
        assertThat(simulator.requests().count(Endpoint.CONFLICTS)).isZero();
    }

    /** As after a restart of Jenkins: the record says that it was started. */
    @Test
    void itIsNotStartedAgainAfterARestart() {
        simulator.newer().conflictCheckTakes(Duration.ofMinutes(30));
        Waiter before = waiting(ConflictPolicy.REFUSE);
        runUntil(() -> started() == 1);
        poller.cancel(before.approval);
        Waiter after = new Waiter(TITLE, null, before.id, before.record);
        after.conflicts = ConflictPolicy.REFUSE;
        after.admit();
        simulator.people().approve(NUMBER);
        runUntil(after::isReleased);
        assertThat(started()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = ConflictPolicy.class,
            names = {"WAIT", "REFUSE"})
    void aConflictIsNamed(ConflictPolicy policy) {
        Waiter waiter = new Waiter(TITLE, null);
        waiter.conflicts = policy;
        simulator.newer().conflictCheckTakes(Duration.ofMinutes(10));
        waiter.admit();
        runUntil(waiter.record::isLinked);
        simulator.people().addConflict(NUMBER, "Blackout", "Quarter end").approve(NUMBER);
        if (policy == ConflictPolicy.REFUSE) {
            runUntil(() -> waiter.refusal() != null);
            assertThat(waiter.refusal.toString())
                    .startsWith("Refused: CHG0030001 has conflicts: Blackout: Quarter end. The environment refuses");
            return;
        }
        runUntil(() -> waiter.lines().contains("ConflictRule.Waits"));
        assertThat(waiter.texts())
                .last()
                .asString()
                .startsWith("Waiting: CHG0030001 has conflicts: Blackout: Quarter end.");
        waitFor(Duration.ofHours(1));
        assertThat(waiter.isReleased()).isFalse();
        simulator.people().clearConflicts(NUMBER).checkConflicts(NUMBER);
        runUntil(waiter::isReleased);
    }

    /** The instance says "Conflict" also if it found none. */
    @ParameterizedTest
    @EnumSource(ConflictPolicy.class)
    void conflictWithAnEmptyListIsNone(ConflictPolicy policy) {
        simulator.newer().conflictWithEmptyList(true);
        Waiter waiter = waiting(policy);
        simulator.people().approve(NUMBER).checkConflicts(NUMBER);
        runUntil(waiter::isReleased);
        assertThat(simulator.change(NUMBER).get("conflict_status")).isEqualTo("Conflict");
        assertThat(simulator.requests().count(Endpoint.CONFLICTS)).isPositive();
        assertThat(waiter.lines()).doesNotContain("ConflictRule.Told", "ConflictRule.Waits");
    }

    /** Without a setting, conflicts are named as well. */
    @ParameterizedTest
    @EnumSource(names = {"UNSET", "TELL"})
    void whatIsToldDelaysNothing(ConflictPolicy policy) {
        Waiter waiter = waiting(policy);
        simulator
                .people()
                .addConflict(NUMBER, "CI Already Scheduled", "CHG0030077")
                .checkConflicts(NUMBER)
                .approve(NUMBER);
        runUntil(waiter::isReleased);
        assertThat(waiter.texts()).contains("CHG0030001 has conflicts: CI Already Scheduled: CHG0030077");
        assertThat(started()).isZero();
    }

    @Test
    void notRunIsSaidOnce() {
        Waiter waiter = waiting(ConflictPolicy.TELL);
        simulator.people().approve(NUMBER);
        runUntil(waiter::isReleased);
        assertThat(waiter.texts())
                .containsOnlyOnce("ServiceNow has not checked CHG0030001 for conflicts (Not Run), so it is not known"
                        + " whether there are any.");
        assertThat(simulator.requests().count(Endpoint.CONFLICTS)).isZero();
    }

    /** Pages show the status of every change; the console of each deployment need not. */
    @Test
    void notRunIsNotSaidInTheConsoleWhereNobodyAskedForIt() {
        Waiter waiter = waiting(ConflictPolicy.UNSET);
        simulator.people().approve(NUMBER);
        runUntil(waiter::isReleased);
        assertThat(waiter.lines()).doesNotContain("ConflictRule.ToldNotRun");
        assertThat(simulator.change(NUMBER).get("conflict_status")).isEqualTo("Not Run");
    }

    /** The setting is gone by then. */
    @Test
    void notRunIsSaidIfTheGateStartedACheck() {
        simulator.newer().conflictCheckTakes(Duration.ofMinutes(30));
        Waiter waiter = waiting(ConflictPolicy.WAIT);
        runUntil(() -> started() == 1);
        waiter.conflicts = ConflictPolicy.UNSET;
        simulator.people().approve(NUMBER);
        runUntil(waiter::isReleased);
        assertThat(waiter.lines()).containsOnlyOnce("ConflictRule.ToldNotRun");
    }

    @Test
    void whatCanNotBeReadIsSaidAndDelaysNothing() {
        simulator.newer().conflictWithEmptyList(true);
        simulator.faults().on(Endpoint.CONFLICTS).always(Fault.error(403, "no", "no"));
        Waiter waiter = waiting(ConflictPolicy.TELL);
        simulator.people().checkConflicts(NUMBER).approve(NUMBER);
        runUntil(waiter::isReleased);
        assertThat(waiter.lines()).contains("ConflictRule.ToldUnreadable");
    }

    @ParameterizedTest
    @EnumSource(
            value = ConflictPolicy.class,
            names = {"WAIT", "REFUSE"})
    void aListThatCanNotBeReadWaits(ConflictPolicy policy) {
        simulator.newer().conflictWithEmptyList(true);
        simulator.faults().on(Endpoint.CONFLICTS).always(Fault.error(403, "no", "no"));
        Waiter waiter = waiting(policy);
        simulator.people().approve(NUMBER);
        runUntil(() -> waiter.lines().contains("ConflictRule.WaitsUnreadable"));
        waitFor(Duration.ofHours(2));
        assertThat(waiter.refusal()).isNull();
        assertThat(waiter.isReleased()).isFalse();
        simulator.faults().clear();
        runUntil(waiter::isReleased);
    }

    @Test
    void aChangeOutsideItsMaintenanceScheduleIsRefused() {
        Waiter waiter = waiting(ConflictPolicy.REFUSE);
        simulator.change(NUMBER).set("outside_maintenance_schedule", "true");
        simulator.people().approve(NUMBER);
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("ConflictRule.RefusedOutsideSchedule");
    }

    /** By people: the gate starts no check of a change that it did not create. */
    @Test
    void aChangeOfSomebodyElseIsCheckedByPeople() {
        Waiter waiter = waitingForFound(ConflictPolicy.WAIT);
        simulator.people().approve(NUMBER);
        runUntil(() -> waiter.lines().contains("ConflictRule.WaitsNotRun"));
        waitFor(Duration.ofHours(1));
        assertThat(started()).isZero();
        simulator.people().checkConflicts(NUMBER);
        runUntil(waiter::isReleased);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cmdb_ci", "start_date", "end_date"})
    void withoutAConfigurationItemOrWindowNothingIsStarted(String missing) {
        fields = new java.util.HashMap<>(fields);
        fields.remove(missing);
        Waiter waiter = waiting(ConflictPolicy.WAIT);
        simulator.people().approve(NUMBER);
        runUntil(() -> waiter.lines().contains("ConflictRule.WaitsNotRun"));
        waitFor(Duration.ofHours(1));
        assertThat(started()).isZero();
    }

    /** Whoever moves the window: the check of other dates proves nothing, and the gate starts one for the new dates. */
    @Test
    void aCheckForOtherDatesIsOutdated() {
        Waiter waiter = waiting(ConflictPolicy.WAIT);
        runUntil(() -> simulator.change(NUMBER).get("conflict_status").equals("No Conflict"));
        runUntil(() -> simulator.requests().count(Endpoint.LIST) >= 4);
        simulator.newer().conflictCheckTakes(Duration.ofMinutes(40));
        simulator.people().window(NUMBER, start, end.plusSeconds(3600)).approve(NUMBER);
        runUntil(() -> waiter.lines().contains("ConflictRule.WaitsOutdated"));
        assertThat(started()).isEqualTo(2);
        assertThat(waiter.isReleased()).isFalse();
        runUntil(waiter::isReleased);
        assertThat(started()).isEqualTo(2);
    }

    @Test
    void theWindowOfAFoundChangeMayMoveToo() {
        SimulatedChange change = simulator.addChange(fields);
        change.set("short_description", TITLE);
        simulator.people().checkConflicts(NUMBER);
        Waiter waiter = waiting(ConflictPolicy.WAIT);
        runUntil(() -> simulator.requests().count(Endpoint.LIST) >= 3);
        simulator.people().window(NUMBER, start, end.plusSeconds(3600)).approve(NUMBER);
        runUntil(() -> waiter.lines().contains("ConflictRule.WaitsOutdated"));
        simulator.people().checkConflicts(NUMBER);
        runUntil(waiter::isReleased);
        assertThat(started()).isZero();
    }

    /** Limitation: of a check that ran before, nobody tells for which dates. */
    @Test
    void datesThatWereMovedBeforeTheChangeWasFoundAreNotNoticed() {
        simulator.addChange(fields).set("short_description", TITLE);
        simulator.people().checkConflicts(NUMBER).window(NUMBER, start, end.plusSeconds(3600));
        Waiter waiter = waiting(ConflictPolicy.REFUSE);
        simulator.people().approve(NUMBER);
        runUntil(waiter::isReleased);
        assertThat(started()).isZero();
    }

    @Test
    void aMissingRoleIsToldAndTriedAgain() {
        simulator.newer().conflictRole(false);
        Waiter waiter = waiting(ConflictPolicy.WAIT);
        runUntil(() -> waiter.lines().contains("ConflictCheck.NotStarted"));
        simulator.people().approve(NUMBER);
        waitFor(Duration.ofHours(1));
        assertThat(waiter.texts().stream().filter(text -> text.contains("did not start the check")))
                .hasSize(1);
        assertThat(started()).isBetween(3, 6);
        assertThat(waiter.isReleased()).isFalse();
        simulator.newer().conflictRole(true);
        runUntil(waiter::isReleased);
    }

    @Test
    void anOutageDelaysTheCheck() {
        simulator.faults().on(Endpoint.CHECK_CONFLICTS).times(2, Fault.unavailable());
        Waiter waiter = waiting(ConflictPolicy.WAIT);
        simulator.people().approve(NUMBER);
        runUntil(waiter::isReleased);
        assertThat(started()).isEqualTo(3);
    }

    /** A column that the integration user may not read is not "no conflict". */
    @ParameterizedTest
    @ValueSource(strings = {"conflict_status", "conflict_last_run", "outside_maintenance_schedule"})
    void aHiddenColumnWaits(String column) {
        Waiter waiter = waiting(ConflictPolicy.REFUSE);
        simulator.change(NUMBER).set(column, "");
        simulator.people().approve(NUMBER);
        runUntil(() -> started() == 1);
        simulator.change(NUMBER).set(column, "");
        waitFor(Duration.ofHours(1));
        assertThat(waiter.isReleased()).isFalse();
        assertThat(waiter.refusal()).isNull();
        assertThat(waiter.texts()).last().asString().startsWith("Waiting: ");
    }

    /** The policy of this moment counts: administrators may have changed it while the deployment waited. */
    @Test
    void thePolicyIsAskedForBeforeTheRelease() {
        Waiter waiter = waiting(ConflictPolicy.TELL);
        simulator.change(NUMBER).set("outside_maintenance_schedule", "true");
        simulator.people().checkConflicts(NUMBER);
        waiter.conflicts = ConflictPolicy.REFUSE;
        simulator.people().approve(NUMBER);
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("ConflictRule.RefusedOutsideSchedule");
    }

    @Test
    void aFullDiskDelaysNothingThatIsOnlyTold() {
        Waiter waiter = waitingForFound(ConflictPolicy.TELL);
        waiter.diskFull.set(true);
        simulator.people().checkConflicts(NUMBER).approve(NUMBER);
        runUntil(waiter::isReleased);
    }

    /** A record that can't be stored must not be forgotten by a restart. */
    @Test
    void aFullDiskWaits() {
        Waiter waiter = waitingForFound(ConflictPolicy.WAIT);
        runUntil(() -> simulator.requests().count(Endpoint.LIST) >= 3);
        waiter.diskFull.set(true);
        simulator.people().checkConflicts(NUMBER).approve(NUMBER);
        runUntil(() -> waiter.lines().contains("ConflictCheck.NotStored"));
        waitFor(Duration.ofHours(1));
        assertThat(waiter.isReleased()).isFalse();
        waiter.diskFull.set(false);
        runUntil(waiter::isReleased);
    }
}
