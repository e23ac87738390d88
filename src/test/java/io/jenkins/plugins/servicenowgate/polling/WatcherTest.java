package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.worknotes.RecordingOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What waiting costs the instance and the controller, and by whose clock a window is judged. */
class WatcherTest extends PollingTestBase {
    private List<Waiter> resumed(int count) {
        List<Waiter> waiters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String title = TITLE.replace("shop", "s" + i);
            SimulatedChange change = simulator.addChange(Map.of("short_description", title));
            Waiter waiter = new Waiter(title, null);
            waiter.linkedTo(change.number());
            waiters.add(waiter);
        }
        return waiters;
    }

    @Test
    void thoseThatComeBackTogetherAreNoBurst() {
        List<Waiter> waiters = resumed(300);
        simulator.requests().clear();
        waiters.forEach(Waiter::admit);
        runUntil(() -> waiters.stream().allMatch(w -> w.lines().contains("ReleaseRule.WaitsForImplement")));

        // Three requests could read them all at once; spread over an interval, it takes a few more.
        assertThat(simulator.requests().count(Endpoint.LIST)).isBetween(3, 10);
        assertThat(simulator.requests().count()).isLessThanOrEqualTo(10);
    }

    @Test
    void gatesInTroubleNeedOneTimer() {
        simulator.faults().on(Endpoint.LIST).always(Fault.unavailable());
        List<Waiter> waiters = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            waiters.add(new Waiter(TITLE.replace("shop", "s" + i), null).admit());
        }
        runUntil(() -> waiters.stream().allMatch(w -> w.lines().contains("ChangePoller.Unavailable")));

        assertThat(time.scheduled()).isLessThanOrEqualTo(1);
        simulator.faults().clear();
        runUntil(() -> waiters.stream().allMatch(w -> w.record.isLinked()));
        assertThat(simulator.changes()).hasSize(200);
    }

    @Test
    void aDistantPlannedStartIsCheckedAtTheLongestInterval() {
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
        simulator
                .people()
                .approve(change.number())
                .window(change.number(), clock.instant().plus(Duration.ofMinutes(50)), null);
        Waiter waiter = byTitle();
        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsForStart"));
        simulator.requests().clear();
        runUntil(waiter::isReleased);

        // Every five minutes, so that a cancellation or an earlier window is noticed, and once at the start.
        assertThat(simulator.requests().count(Endpoint.LIST)).isBetween(10, 12);
    }

    @Test
    void aRateLimitHoldsForNotesAndPollsAlike() {
        Waiter waiter = byTitle();
        runUntil(() -> waiter.record.isLinked());
        simulator.faults().on(Endpoint.UPDATE).once(Fault.rateLimited(Duration.ofMinutes(10)));
        RecordingOwner owner = write(theChange(), outboxWith("a note"));
        runUntil(() -> !theChange().workNotes().isEmpty());
        assertThat(owner.givenUp).isEmpty();

        List<RecordedRequest> refused = simulator.requests().to(Endpoint.UPDATE);
        Instant until = refused.get(0).time().plus(Duration.ofMinutes(10));
        assertThat(simulator.requests().to(Endpoint.LIST))
                .filteredOn(poll -> poll.time().isAfter(refused.get(0).time().plusMillis(100))
                        && poll.time().isBefore(until))
                .isEmpty();
        assertThat(rateLimiter.intervalFactor()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void aRateLimitOfAPollHoldsForNotes() {
        Waiter waiter = byTitle();
        runUntil(() -> waiter.record.isLinked());
        simulator.faults().on(Endpoint.LIST).once(Fault.rateLimited(Duration.ofMinutes(10)));
        runUntil(() -> waiter.lines().contains("ChangePoller.Unavailable"));
        Instant refused = clock.instant();
        RecordingOwner owner = write(theChange(), outboxWith("a note"));
        runUntil(() -> !theChange().workNotes().isEmpty());
        assertThat(owner.givenUp).isEmpty();

        assertThat(clock.instant())
                .isBetween(refused.plus(Duration.ofMinutes(10)), refused.plus(Duration.ofMinutes(11)));
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isEqualTo(1);
    }

    /** Access rules and replicas lag; only when it stays away is the change gone. */
    @Test
    void aChangeThatIsNotFoundOnceIsNotGone() {
        Waiter waiter = byTitle();
        runUntil(() -> waiter.record.isLinked());
        simulator.faults().on(Endpoint.LIST).once(Fault.notFound());
        runUntil(() -> waiter.lines().contains("ChangePoller.Unavailable"));
        int polls = simulator.requests().count(Endpoint.LIST);
        runUntil(() -> simulator.requests().count(Endpoint.LIST) > polls + 1);
        assertThat(waiter.refusal()).isNull();

        simulator.faults().on(Endpoint.LIST).always(Fault.notFound());
        Instant began = clock.instant();
        runUntil(() -> "ChangePoller.Refused".equals(waiter.refusal()));
        assertThat(Duration.between(began, clock.instant())).isGreaterThan(Duration.ofMinutes(15));
    }

    @Test
    void slowAnswersMakeTheRoundsRarer() {
        Waiter waiter = byTitle();
        runUntil(() -> waiter.record.isLinked());
        latency(policy.slow().plusMillis(1));
        runUntil(() -> rateLimiter.intervalFactor() > 4);
        latency(policy.slow());
        runUntil(() -> rateLimiter.intervalFactor() == 1);
        simulator.people().approve(theChange().number());
        runUntil(waiter::isReleased);
    }

    @Test
    void theWindowIsJudgedByTheInstancesClock() {
        SimulatedChange early = simulator.addChange(Map.of("short_description", TITLE));
        simulator
                .people()
                .approve(early.number())
                .window(early.number(), clock.instant().plus(Duration.ofMinutes(50)), null);
        simulator.behaviour().dateSkew(Duration.ofHours(1));
        Waiter waiter = byTitle();
        runUntil(waiter::isReleased);

        assertThat(waiter.lines()).containsExactly("ChangeResolver.LinkedByTitle", "ChangePoller.ClockDiffers");
        assertThat(waiter.texts()).anyMatch(text -> text.contains("60 minutes ahead") || text.contains("59 minutes"));
    }

    @Test
    void aClockThatIsBehindKeepsTheGateShut() {
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
        simulator
                .people()
                .approve(change.number())
                .window(change.number(), clock.instant().minus(Duration.ofMinutes(10)), null);
        simulator.behaviour().dateSkew(Duration.ofHours(-1));
        Waiter waiter = byTitle();
        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsForStart"));

        assertThat(waiter.isReleased()).isFalse();
        assertThat(context.instanceClock().difference()).isLessThan(Duration.ofMinutes(-59));
    }
}
