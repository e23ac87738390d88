package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody sets the clock of the controller while the plugin tries to move a change, and polls it no more. */
class ClockSetMeanwhileTest extends PollingTestBase {
    private static final String TEMPLATE = "Deploy to production";
    private static final Duration UNTIL_START = Duration.ofHours(8);

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private Instant start;

    @BeforeEach
    void useAClockThatPeopleSet() {
        useWallClock(() -> clock.instant().plus(ahead.get()));
        simulator.addModel("Standard", true, "standard", Map.of());
        simulator.addTemplate(TEMPLATE, true, Map.of());
        newChange = new NewChange.Standard(TEMPLATE);
        automaticTransition = true;
        start = clock.instant().plus(UNTIL_START);
    }

    /** After the instance has answered a request about changes, and before the plugin has the response. */
    private void setForwardOnce() {
        whenAnswered = request -> {
            if (request.url().encodedPath().contains("/change")) {
                whenAnswered = next -> {};
                ahead.set(UNTIL_START.plusSeconds(60));
            }
        };
    }

    /** A Normal change of people's own, which is approved before its planned start, or before its end. */
    private SimulatedChange approved(Instant from, Instant to) {
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
        simulator.people().window(change.number(), from, to).approve(change.number());
        newChange = new NewChange.Normal();
        automaticTransition = false;
        return change;
    }

    /** Its date is between the times of request and response, whatever these are. */
    @Test
    void aClockThatIsSetWhileAResponseIsOnItsWayReleasesNothingBeforeItsTime() {
        approved(start, start.plusSeconds(7200));
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        setForwardOnce();
        runUntil(waiter::isReleased);
        assertThat(clock.instant()).isAfterOrEqualTo(start);
    }

    @Test
    void neitherDoesOneThatIsSetWhileTheChangeIsFound() {
        approved(start, start.plusSeconds(7200));
        Waiter waiter = new Waiter(TITLE, null);
        setForwardOnce();
        poller.start(waiter.approval);
        runUntil(waiter::isReleased);
        assertThat(clock.instant()).isAfterOrEqualTo(start);
    }

    /** By that clock, the planned end has passed. */
    @Test
    void norDoesItRefuseWhatIsApproved() {
        approved(clock.instant(), start.minusSeconds(3600));
        Waiter waiter = new Waiter(TITLE, null);
        setForwardOnce();
        poller.start(waiter.approval);
        runUntil(() -> waiter.isReleased() || waiter.refusal() != null);
        assertThat(waiter.refusal()).isNull();
        assertThat(ahead.get()).as("it was set").isPositive();
    }

    /**
     * Two changes are read again, in parts because one response was unreadable; with the last part the clock is set, and its
     * response, which would tell that, is unreadable, too.
     */
    @Test
    void neitherDoesOneThatIsSetWhileTheChangesAreReadAgain() {
        SimulatedChange change = approved(start, start.plusSeconds(7200));
        Waiter first = byTitle();
        SimulatedChange other = simulator.addChange(Map.of("short_description", "Other"));
        simulator
                .people()
                .window(other.number(), start, start.plusSeconds(7200))
                .approve(other.number());
        Waiter second = new Waiter("Other", null);
        poller.start(second.approval);
        runUntil(second.record::isLinked);
        List<Waiter> both = List.of(first, second);
        time.runFor(UNTIL_START.minusMinutes(10));
        simulator.people().window(change.number(), clock.instant(), start);
        simulator.people().window(other.number(), clock.instant(), start);
        both.forEach(waiter -> waiter.whileJudged = () -> {
            both.forEach(each -> each.whileJudged = () -> {});
            time.elapsed(Duration.ofSeconds(11));
            readAgainInParts();
        });
        runUntil(() -> both.stream().allMatch(waiter -> waiter.isReleased() || waiter.refusal() != null));
        assertThat(ahead.get()).as("it was set").isPositive();
        assertThat(both).allMatch(Waiter::isReleased);
    }

    private void readAgainInParts() {
        simulator.faults().on(Endpoint.LIST).once(Fault.cutOffJson());
        int before = simulator.requests().count(Endpoint.LIST);
        whenAnswered = request -> {
            int reads = simulator.requests().count(Endpoint.LIST) - before;
            if (reads == 2) {
                simulator.faults().on(Endpoint.LIST).once(Fault.cutOffJson());
            } else if (reads == 3) {
                whenAnswered = next -> {};
                ahead.set(UNTIL_START);
            }
        };
    }

    /** The clock was behind, is set right after the change was read, and what is remembered of the instance's adds to that. */
    @Test
    void aClockThatIsSetRightWhileAChangeIsJudgedRefusesNothing() {
        ahead.set(UNTIL_START.negated());
        approved(clock.instant(), clock.instant().plusSeconds(7200));
        Waiter waiter = new Waiter(TITLE, null);
        waiter.whileJudged = () -> {
            if (waiter.record.isLinked()) {
                ahead.set(Duration.ZERO);
            }
        };
        poller.start(waiter.approval);
        runUntil(() -> waiter.isReleased() || waiter.refusal() != null);
        assertThat(waiter.refusal()).isNull();
        assertThat(ahead.get()).as("it was set").isZero();
    }

    private List<String> statesSent() {
        return simulator.requests().to(Endpoint.UPDATE).stream()
                .map(request -> request.json().get("state").asString())
                .toList();
    }

    /** The transition fails for a while, or its model does not offer it: only the transition is tried again. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClockThatIsSetForwardStartsNothingBeforeItsTime(boolean offered) {
        if (offered) {
            simulator.faults().on(Endpoint.UPDATE).always(Fault.unavailable());
        } else {
            simulator.newer().designateModels(Map.of("standard", "Standard"));
            simulator.behaviour().failedCondition("Approved by the CAB");
        }
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        SimulatedChange change = theChange();
        simulator.people().window(change.number(), start, start.plusSeconds(7200));
        time.runFor(Duration.ofMinutes(10));
        assertThat(change.state()).contains(SimulatedState.NEW);

        ahead.set(UNTIL_START.plusSeconds(60));
        simulator.faults().clear();
        simulator.behaviour().failedCondition(null);
        time.runFor(Duration.ofHours(1));

        assertThat(waiter.isReleased()).as("before its planned start").isFalse();
        assertThat(statesSent()).doesNotContain(SimulatedState.IMPLEMENT.code());
        assertThat(change.state()).contains(SimulatedState.SCHEDULED);
        runUntil(waiter::isReleased);
        assertThat(clock.instant()).isAfterOrEqualTo(start);
    }
}
