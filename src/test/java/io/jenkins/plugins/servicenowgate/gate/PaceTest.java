package io.jenkins.plugins.servicenowgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.Problem;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often, how long, by whose clock: the figures by which a keeper goes. */
class PaceTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration SLOW = Duration.ofSeconds(5);

    private final Budget budget = new Budget();

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
    void newWaitsAreLookedAtSoonAndOldOnesLessOften(Duration waited, int seconds) {
        Pace pace = Pace.of(Duration.ofSeconds(60), Duration.ofSeconds(15), Duration.ofSeconds(300));

        assertThat(pace.intervalAfter(waited)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void theUsualIntervalBoundsTheOthers() {
        Pace pace = Pace.of(Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(5));

        assertThat(pace.shortest()).isEqualTo(pace.longest()).isEqualTo(Duration.ofSeconds(10));
        assertThat(pace.settlingIn(Duration.ofSeconds(1)).settle()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void roundsKeepADistance() {
        assertThat(Pace.of(Duration.ofSeconds(60), Duration.ofSeconds(1), Duration.ofSeconds(60))
                        .betweenRounds())
                .isEqualTo(Duration.ofMillis(250));
        assertThat(Pace.of(Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1))
                        .betweenRounds())
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
        Pace pace = Pace.of(Duration.ofMinutes(1), Duration.ofSeconds(5), Duration.ofMinutes(10));

        assertThat(pace.afterFailures(failures, new Extreme(false))).isEqualTo(Duration.ofMillis(least));
        assertThat(pace.afterFailures(failures, new Extreme(true))).isEqualTo(Duration.ofMillis(most));
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
        return ServiceNowException.rateLimited(Phrase.of(Trouble.RATE_LIMITED, "x"), retryAfter);
    }

    @Test
    void aRefusalHoldsForAllAndStretchesTheIntervals() {
        assertThat(budget.failed(limited(Duration.ofMinutes(3)), NOW, Duration.ofSeconds(5)))
                .isEqualTo(Duration.ofMinutes(3));
        assertThat(budget.quietUntil()).isEqualTo(NOW.plusSeconds(180));
        assertThat(budget.stretched(Duration.ofSeconds(60))).isEqualTo(Duration.ofSeconds(120));
        budget.failed(limited(null), NOW, Duration.ofSeconds(5));
        assertThat(budget.quietUntil()).isEqualTo(NOW.plusSeconds(180));
        for (int i = 0; i < 5; i++) {
            budget.failed(limited(null), NOW, Duration.ofSeconds(5));
        }
        assertThat(budget.stretch()).isEqualTo(8);
        for (int i = 0; i < 8; i++) {
            budget.answered(Duration.ofSeconds(1), SLOW);
        }
        assertThat(budget.stretch()).isEqualTo(1);
    }

    @Test
    void whoWouldWaitLongerThanItIsAskedWaitsThatLong() {
        assertThat(budget.failed(limited(Duration.ofSeconds(2)), NOW, Duration.ofSeconds(5)))
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(budget.quietUntil()).isEqualTo(NOW.plusSeconds(5));
    }

    @Test
    void otherFailuresConcernTheirSenderAlone() {
        ServiceNowException unavailable =
                ServiceNowException.of(Problem.UNAVAILABLE, Phrase.of(Trouble.SERVER_ERROR, "x", "503", ""));

        assertThat(budget.failed(unavailable, NOW, Duration.ofSeconds(5))).isEqualTo(Duration.ofSeconds(5));
        assertThat(budget.quietUntil()).isEqualTo(Instant.MIN);
        assertThat(budget.stretch()).isEqualTo(1);
    }

    @Test
    void slowAnswersStretchTheIntervals() {
        budget.answered(SLOW, SLOW);
        assertThat(budget.stretch()).isEqualTo(1);
        budget.answered(SLOW.plusMillis(1), SLOW);
        assertThat(budget.stretch()).isEqualTo(1.5);
        for (int i = 0; i < 9; i++) {
            budget.answered(SLOW.plusMillis(1), SLOW);
        }
        assertThat(budget.stretch()).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"59,0", "60,0", "61,61", "-60,0", "-61,-61", "7200,7200"})
    void clocksMayDifferByAMinute(int measured, int used) {
        InstanceClock clock = new InstanceClock(InstantSource.fixed(NOW));
        clock.compare(Duration.ofSeconds(measured));

        assertThat(clock.difference()).isEqualTo(Duration.ofSeconds(used));
        assertThat(clock.instant()).isEqualTo(NOW.plusSeconds(used));
        assertThat(clock.here(NOW)).isEqualTo(NOW.minusSeconds(used));
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
        Agenda<String> agenda = new Agenda<>();
        agenda.put("a", NOW.plusSeconds(1));
        agenda.put("b", NOW);
        agenda.put("c", NOW);
        agenda.put("a", NOW.plusSeconds(3));
        agenda.put("c", NOW.plusSeconds(2));
        agenda.remove("nobody");

        assertThat(agenda.first()).isEqualTo(NOW);
        assertThat(agenda.take(NOW.plusSeconds(2))).containsExactly("b", "c");
        assertThat(agenda.take(NOW.plusSeconds(2))).isEmpty();
        agenda.remove("a");
        assertThat(agenda.first()).isNull();
    }
}
