package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often, how long, by whose clock: the figures of the policy. */
class PollingPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration SLOW = Duration.ofSeconds(5);

    private final RateLimiter rateLimiter = new RateLimiter();

    @ParameterizedTest
    @CsvSource({
        "PT0S,15",
        "PT2M,15",
        "PT5M,30",
        "PT10M,60",
        "PT1H,60",
        "P1D,60",
        "P2D,120",
        "P5D,300",
        "P30D,300",
        "-PT1H,15"
    })
    void newWaitsArePolledSoonAndOldOnesLessOften(Duration waited, int seconds) {
        PollingPolicy policy =
                PollingPolicy.of(Duration.ofSeconds(60), Duration.ofSeconds(15), Duration.ofSeconds(300));

        assertThat(policy.intervalAfter(waited)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void theUsualIntervalBoundsTheOthers() {
        PollingPolicy policy = PollingPolicy.of(Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(5));

        assertThat(policy.shortest()).isEqualTo(policy.longest()).isEqualTo(Duration.ofSeconds(10));
        assertThat(policy.settlingIn(Duration.ofSeconds(1)).settle()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void roundsKeepADistance() {
        assertThat(PollingPolicy.of(Duration.ofSeconds(60), Duration.ofSeconds(1), Duration.ofSeconds(60))
                        .delayBetweenPolls())
                .isEqualTo(Duration.ofMillis(250));
        assertThat(PollingPolicy.of(Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1))
                        .delayBetweenPolls())
                .isEqualTo(Duration.ofMillis(500));
    }

    /** Least and most, since the wait is spread by a fifth either way. */
    @ParameterizedTest
    @CsvSource({
        "0, 4000, 5999",
        "1, 4000, 5999",
        "2, 8000, 11999",
        "3, 16000, 23999",
        "7, 256000, 383999",
        "8, 480000, 719999",
        "31, 480000, 719999",
        "1000, 480000, 719999"
    })
    void eachFailureDoublesTheWaitUpToTheLongest(int failures, long least, long most) {
        PollingPolicy policy = PollingPolicy.of(Duration.ofMinutes(1), Duration.ofSeconds(5), Duration.ofMinutes(10));

        assertThat(policy.afterFailures(failures, new Extreme(false))).isEqualTo(Duration.ofMillis(least));
        assertThat(policy.afterFailures(failures, new Extreme(true))).isEqualTo(Duration.ofMillis(most));
    }

    /** A third of the 15 minutes in which people may correct the cause, so that a deployment does not end much later. */
    @ParameterizedTest
    @CsvSource({
        "900, 600, 6, 128000, 191999",
        "900, 600, 7, 240000, 359999",
        "900, 600, 31, 240000, 359999",
        "900, 60, 31, 48000, 71999",
        "0, 600, 31, 4000, 5999"
    })
    void definiteFailuresAreRetriedSoonerThanOthers(long definite, long last, int failures, long least, long most) {
        PollingPolicy policy = new PollingPolicy(
                Duration.ofMinutes(1),
                Duration.ofSeconds(15),
                Duration.ofMinutes(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(last),
                Duration.ofMinutes(2),
                3,
                Duration.ofSeconds(definite),
                3);

        assertThat(policy.afterDefiniteFailures(failures, new Extreme(false))).isEqualTo(Duration.ofMillis(least));
        assertThat(policy.afterDefiniteFailures(failures, new Extreme(true))).isEqualTo(Duration.ofMillis(most));
    }

    @Test
    void aConnectionThatFailsPausesAllRequestsForLongerAfterEachFailure() {
        PollingPolicy policy = PollingPolicy.of(Duration.ofMinutes(1), Duration.ofSeconds(15), Duration.ofMinutes(5));
        ServiceNowException failure =
                ServiceNowException.of(FailureKind.UNREACHABLE, Messages._Transport_RateLimited("x"));
        assertThat(rateLimiter.pauseReason()).isNull();
        rateLimiter.connectionFailed(failure, NOW, policy, new Extreme(false));
        assertThat(rateLimiter.pausedUntil()).isEqualTo(NOW.plusSeconds(4));
        assertThat(rateLimiter.pauseReason()).isSameAs(failure.localizable());

        // Sent before the pause began.
        rateLimiter.connectionFailed(failure, NOW.plusSeconds(3), policy, new Extreme(false));
        assertThat(rateLimiter.pausedUntil()).isEqualTo(NOW.plusSeconds(4));

        rateLimiter.connectionFailed(failure, NOW.plusSeconds(4), policy, new Extreme(false));
        assertThat(rateLimiter.pausedUntil()).isEqualTo(NOW.plusSeconds(12));
        rateLimiter.succeeded();
        rateLimiter.connectionFailed(failure, NOW.plusSeconds(12), policy, new Extreme(false));
        assertThat(rateLimiter.pausedUntil()).isEqualTo(NOW.plusSeconds(16));
    }

    private record Extreme(boolean highest) implements RandomGenerator {
        @Override
        public long nextLong() {
            throw new AssertionError("asked without a bound");
        }

        @Override
        public long nextLong(long bound) {
            return highest ? bound - 1 : 0;
        }
    }

    private static ServiceNowException limited(Duration retryAfter) {
        return ServiceNowException.rateLimited(Messages._Transport_RateLimited("x"), retryAfter);
    }

    @Test
    void aRefusalHoldsForAllAndStretchesTheIntervals() {
        assertThat(rateLimiter.failed(limited(Duration.ofMinutes(3)), NOW, Duration.ofSeconds(5)))
                .isEqualTo(Duration.ofMinutes(3));
        assertThat(rateLimiter.pausedUntil()).isEqualTo(NOW.plusSeconds(180));
        assertThat(rateLimiter.intervalFactor(Duration.ofSeconds(60))).isEqualTo(Duration.ofSeconds(120));
        rateLimiter.failed(limited(null), NOW, Duration.ofSeconds(5));
        assertThat(rateLimiter.pausedUntil()).isEqualTo(NOW.plusSeconds(180));
        for (int i = 0; i < 5; i++) {
            rateLimiter.failed(limited(null), NOW, Duration.ofSeconds(5));
        }
        assertThat(rateLimiter.intervalFactor()).isEqualTo(8);
        for (int i = 0; i < 8; i++) {
            rateLimiter.answered(Duration.ofSeconds(1), SLOW);
        }
        assertThat(rateLimiter.intervalFactor()).isEqualTo(1);
    }

    @Test
    void whoWouldWaitLongerThanItIsAskedWaitsThatLong() {
        assertThat(rateLimiter.failed(limited(Duration.ofSeconds(2)), NOW, Duration.ofSeconds(5)))
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(rateLimiter.pausedUntil()).isEqualTo(NOW.plusSeconds(5));
    }

    @Test
    void otherFailuresConcernTheirSenderAlone() {
        ServiceNowException unavailable =
                ServiceNowException.of(FailureKind.UNAVAILABLE, Messages._Transport_ServerError("x", "503", ""));

        assertThat(rateLimiter.failed(unavailable, NOW, Duration.ofSeconds(5))).isEqualTo(Duration.ofSeconds(5));
        assertThat(rateLimiter.pausedUntil()).isEqualTo(Instant.MIN);
        assertThat(rateLimiter.intervalFactor()).isEqualTo(1);
    }

    @Test
    void slowAnswersStretchTheIntervals() {
        rateLimiter.answered(SLOW, SLOW);
        assertThat(rateLimiter.intervalFactor()).isEqualTo(1);
        rateLimiter.answered(SLOW.plusMillis(1), SLOW);
        assertThat(rateLimiter.intervalFactor()).isEqualTo(1.5);
        for (int i = 0; i < 9; i++) {
            rateLimiter.answered(SLOW.plusMillis(1), SLOW);
        }
        assertThat(rateLimiter.intervalFactor()).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"59,0", "60,0", "61,61", "-60,0", "-61,-61", "7200,7200"})
    void clocksMayDifferByAMinute(int measured, int used) {
        InstanceClock clock = new InstanceClock(InstantSource.fixed(NOW));
        clock.compare(Duration.ofSeconds(measured));

        assertThat(clock.difference()).isEqualTo(Duration.ofSeconds(used));
        assertThat(clock.instant()).isEqualTo(NOW.plusSeconds(used));
        assertThat(clock.local()).isEqualTo(NOW);
    }

    @Test
    void theDifferenceDoesNotTremble() {
        InstanceClock clock = new InstanceClock(InstantSource.fixed(NOW));
        clock.compare(Duration.ofSeconds(300));
        clock.compare(Duration.ofSeconds(330));
        clock.compare(null);
        assertThat(clock.difference()).isEqualTo(Duration.ofSeconds(300));
        clock.compare(Duration.ofSeconds(331));
        assertThat(clock.difference()).isEqualTo(Duration.ofSeconds(331));
        clock.compare(Duration.ofSeconds(2));
        assertThat(clock.difference()).isZero();
    }

    @Test
    void anAgendaHasEachThingOnce() {
        ScheduleQueue<String> schedule = new ScheduleQueue<>();
        schedule.put("a", NOW.plusSeconds(1));
        schedule.put("b", NOW);
        schedule.put("c", NOW);
        schedule.put("a", NOW.plusSeconds(3));
        schedule.put("c", NOW.plusSeconds(2));
        schedule.remove("nobody");

        assertThat(schedule.first()).isEqualTo(NOW);
        assertThat(schedule.take(NOW.plusSeconds(2))).containsExactly("b", "c");
        assertThat(schedule.take(NOW.plusSeconds(2))).isEmpty();
        schedule.remove("a");
        assertThat(schedule.first()).isNull();
    }
}
