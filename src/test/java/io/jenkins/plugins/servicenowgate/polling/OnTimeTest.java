package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Nobody waits for a poll that somebody else scheduled, and no change of plans is noticed late. */
class OnTimeTest extends PollingTestBase {
    private SimulatedChange approved(String title) {
        SimulatedChange change = simulator.addChange(Map.of("short_description", title));
        simulator.people().approve(change.number());
        return change;
    }

    private Waiter linked(int i) {
        SimulatedChange change = approved("title " + i);
        Waiter waiter = new Waiter("title " + i, null);
        waiter.linkedTo(change.number());
        return waiter;
    }

    @Test
    void buildsThatStartAreCheckedAtOnceAndTogether() {
        List<Waiter> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(linked(i));
        }
        simulator.requests().clear();
        Instant began = clock.instant();
        all.forEach(waiter -> poller.start(waiter.approval));
        runUntil(() -> all.stream().allMatch(Waiter::isReleased));

        assertThat(Duration.between(began, clock.instant())).isLessThan(Duration.ofSeconds(1));
        assertThat(simulator.requests().count(Endpoint.LIST)).isEqualTo(1);
    }

    @Test
    void afterARestartTheFirstPollsAreSpreadOverAnInterval() {
        List<Waiter> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(linked(i));
        }
        Instant began = clock.instant();
        all.forEach(waiter -> poller.resume(waiter.approval));
        runUntil(() -> all.stream().anyMatch(Waiter::isReleased));
        assertThat(Duration.between(began, clock.instant())).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
        runUntil(() -> all.stream().allMatch(Waiter::isReleased));
        assertThat(Duration.between(began, clock.instant())).isLessThan(Duration.ofSeconds(91));
    }

    @Test
    void aPersonNeedNotWaitForTheNextPoll() {
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        time.runFor(Duration.ofMinutes(30));
        simulator.people().approve(waiter.record.number());
        time.runFor(Duration.ofSeconds(6));
        assertThat(waiter.isReleased()).isFalse();
        Instant asked = clock.instant();
        assertThat(poller.checkNow(waiter.approval)).isTrue();
        assertThat(poller.checkNow(waiter.approval)).as("rate-limited").isFalse();
        runUntil(waiter::isReleased);

        assertThat(Duration.between(asked, clock.instant())).isLessThan(Duration.ofSeconds(1));
        assertThat(poller.checkNow(waiter.approval))
                .as("it does not wait any more")
                .isFalse();
    }

    @Test
    void aPersonWhoCorrectedTheCauseNeedNotWaitForTheNextTry() {
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        simulator.faults().on(Endpoint.LIST).always(Fault.forbidden());
        time.runFor(Duration.ofMinutes(8));
        simulator.faults().clear();
        simulator.people().approve(waiter.record.number());
        Instant asked = clock.instant();
        assertThat(poller.checkNow(waiter.approval)).isTrue();
        runUntil(waiter::isReleased);
        assertThat(Duration.between(asked, clock.instant())).isLessThan(Duration.ofSeconds(1));
    }

    /** What two checks at the same time would read about a deployment could count for each other. */
    @Test
    void whileItsChangeIsFoundOrMovedItIsNotCheckedOnceMore() {
        automaticTransition = true;
        newChange = new NewChange.Standard("Deploy");
        simulator.addTemplate("Deploy", true, Map.of());
        List<Boolean> checks = new ArrayList<>();
        Waiter waiter = new Waiter(TITLE, null);
        waiter.whileSaving = () -> checks.add(poller.checkNow(waiter.approval));
        waiter.admit();
        runUntil(waiter::isReleased);

        assertThat(simulator.requests().count(Endpoint.UPDATE)).isPositive();
        assertThat(checks).hasSizeGreaterThan(1).containsOnly(false);
    }

    /** Code of other plugins takes part in the log of a build. */
    @Test
    void aCheckWhoseFailureCannotBeReportedIsRepeated() {
        simulator.faults().on(Endpoint.LIST).always(Fault.unavailable());
        Waiter waiter = new Waiter(TITLE, null);
        waiter.whileReporting = () -> {
            throw new IllegalStateException("the log cannot be written");
        };
        waiter.admit();
        time.runFor(Duration.ofMinutes(1));
        assertThat(waiter.lines()).isEmpty();

        waiter.whileReporting = () -> {};
        simulator.faults().clear();
        runUntil(waiter.record::isLinked);
    }

    /** The same, of what is recorded about it, and an error such as of a class that is missing in another plugin. */
    @Test
    void anErrorWhileOneIsRecordedHoldsNoOther() {
        List<Waiter> all = List.of(new Waiter("first", null), new Waiter("second", null), new Waiter("third", null));
        all.forEach(Waiter::admit);
        runUntil(() -> all.stream().allMatch(waiter -> waiter.record.isLinked()));
        time.runFor(Duration.ofMinutes(5));
        Waiter broken = all.get(1);
        broken.whilePolled = () -> {
            throw new NoClassDefFoundError("org/example/Missing");
        };
        runUntil(() -> broken.outages.contains("ChangePoller.InternalError"));
        List<Waiter> others = List.of(all.get(0), all.get(2));
        others.forEach(waiter -> simulator.people().approve(waiter.record.number()));
        runUntil(() -> others.stream().allMatch(Waiter::isReleased));
        assertThat(others).allMatch(waiter -> waiter.outages.isEmpty());

        broken.whilePolled = () -> {};
        simulator.people().approve(broken.record.number());
        runUntil(broken::isReleased);
    }

    /** What is not known to be recorded is not released, and does not wait for ever. */
    @Test
    void aReleaseThatCannotBeRecordedIsRefused() {
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        time.runFor(Duration.ofMinutes(5));
        simulator.people().approve(waiter.record.number());
        waiter.whilePolled = () -> {
            throw new NoClassDefFoundError("org/example/Missing");
        };
        runUntil(() -> waiter.refusal != null);

        assertThat(waiter.refusal.getKey()).isEqualTo("ChangePoller.Failed");
        assertThat(waiter.refusal.toString()).contains("org/example/Missing");
        assertThat(waiter.record.isReleased()).isFalse();
    }

    /** A check that was asked for while the change was being determined must not become a transition. */
    @Test
    void aCheckNeverMovesAChangeThatIsLeftToPeople() {
        newChange = new NewChange.Standard("Deploy");
        simulator.addTemplate("Deploy", true, Map.of());
        Waiter waiter = new Waiter(TITLE, null);
        waiter.whileSaving = () -> poller.checkNow(waiter.approval);
        waiter.admit();
        runUntil(waiter.record::isLinked);
        time.runFor(Duration.ofMinutes(5));

        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();
        assertThat(simulator.changes()).hasSize(1);
    }

    @Test
    void aPauseThatTheInstanceAskedForIsKept() {
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        simulator.faults().on(Endpoint.LIST).once(Fault.rateLimited(Duration.ofMinutes(10)));
        runUntil(() -> waiter.lines().contains("ChangePoller.Unavailable"));
        time.runFor(Duration.ofMinutes(1));
        assertThat(poller.checkNow(waiter.approval)).isFalse();
    }

    /** The planned start is days away; the next poll is not. */
    @Test
    void aWindowThatIsBroughtForwardAndACancellationAreNoticed() {
        SimulatedChange change = approved(TITLE);
        SimulatedChange cancelled = approved("cancelled");
        Instant far = clock.instant().plus(Duration.ofDays(20));
        simulator.people().window(change.number(), far, far.plusSeconds(3600));
        simulator.people().window(cancelled.number(), far, far.plusSeconds(3600));
        Waiter waiter = byTitle();
        Waiter other = new Waiter("cancelled", null).admit();
        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsForStart")
                && other.lines().contains("ReleaseRule.WaitsForStart"));
        time.runFor(Duration.ofHours(2));
        simulator
                .people()
                .window(
                        change.number(),
                        clock.instant().minusSeconds(60),
                        clock.instant().plusSeconds(600));
        simulator.people().cancel(cancelled.number());
        Instant changed = clock.instant();
        runUntil(() -> waiter.isReleased() && "ReleaseRule.Finished".equals(other.refusal()));

        assertThat(Duration.between(changed, clock.instant()))
                .isLessThanOrEqualTo(policy.longest().plusSeconds(1));
    }

    /** Everything is scheduled by a clock that nobody can set. */
    @Test
    void aClockThatIsSetBackMakesNobodyLate() {
        AtomicReference<Duration> behind = new AtomicReference<>(Duration.ZERO);
        InstantSource wall = () -> clock.instant().minus(behind.get());
        useWallClock(wall);
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        Waiter creating = new Waiter("lost", null);
        creating.record.creationStarts(wall.instant());
        behind.set(Duration.ofHours(1));
        simulator.people().approve(waiter.record.number());
        Instant began = clock.instant();
        creating.admit();
        runUntil(() -> waiter.isReleased() && creating.record.isLinked());
        assertThat(Duration.between(began, clock.instant())).isLessThan(Duration.ofMinutes(4));
    }

    @Test
    void aConnectionThatWasRemovedEndsItsDeploymentsAtOnce() {
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        noConnection = failure(FailureKind.CONNECTION_REMOVED);
        Instant began = clock.instant();
        runUntil(() -> "ChangePoller.Refused".equals(waiter.refusal()));
        assertThat(Duration.between(began, clock.instant())).isLessThanOrEqualTo(policy.interval());
    }

    private static ServiceNowException failure(FailureKind kind) {
        return ServiceNowException.of(kind, Messages._Transport_NotFound("x", "gone"));
    }

    /** Providers of credentials are empty for a minute after a restart, and vaults fail. */
    @Test
    void missingCredentialsEndOnlyDeploymentsWithoutAChange() {
        for (FailureKind kind : List.of(FailureKind.CONFIGURATION, FailureKind.CREDENTIALS_UNAVAILABLE)) {
            noConnection = null;
            Waiter waiter = new Waiter("linked " + kind, null).admit();
            runUntil(waiter.record::isLinked);
            noConnection = failure(kind);
            Waiter fresh = new Waiter("fresh " + kind, null).admit();
            time.runFor(Duration.ofHours(1));
            assertThat(waiter.refusal()).isNull();
            assertThat(waiter.lines())
                    .filteredOn("ChangePoller.Unavailable"::equals)
                    .hasSize(1);
            assertThat(fresh.refusal()).isEqualTo(kind == FailureKind.CONFIGURATION ? "ChangePoller.Refused" : null);
            noConnection = null;
            simulator.people().approve(waiter.record.number());
            runUntil(waiter::isReleased);
            poller.cancel(fresh.approval);
        }
    }
}
