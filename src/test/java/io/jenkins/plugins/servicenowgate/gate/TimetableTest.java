package io.jenkins.plugins.servicenowgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is due when, by a clock that stands still, and for when the alarm is set. */
class TimetableTest extends Scripted {
    private static final Duration HALF = PACE.interval().dividedBy(2);

    private final ManualScheduler scheduler = new ManualScheduler(clock);
    private final Budget budget = new Budget();
    private final InstanceClock instanceClock = new InstanceClock(clock);
    private final Timetable timetable =
            new Timetable(() -> PACE, budget, clock, instanceClock, scheduler.timer(), () -> {});
    private final Gate first = admitted();
    private final Gate second = admitted();

    private Gate admitted() {
        Gate gate = new Waiter(null).gate;
        timetable.admit(gate);
        return gate;
    }

    /** Rounded up by a millisecond. */
    private void rings(long seconds) {
        assertThat(scheduler.delays()).containsExactly(seconds * 1000 + 1);
    }

    private void isDue(List<Gate> errands, List<Gate> looks) {
        assertThat(timetable.take()).isEqualTo(new Timetable.Due(errands, looks));
    }

    @Test
    void ringsForTheFirstOfAll() {
        assertThat(scheduler.delays()).isEmpty();
        timetable.look(first, NOW.plusSeconds(30));
        rings(30);
        timetable.errand(second, NOW.plusSeconds(20));
        rings(20);
        timetable.look(first, NOW.plusSeconds(10));
        rings(10);
        timetable.errand(second, NOW.plusSeconds(40));
        rings(10);
    }

    @Test
    void errandsAndLooksAreTakenWhenTheyAreDue() {
        timetable.errand(first, NOW.plusSeconds(1));
        timetable.look(second, NOW.plusSeconds(2));
        isDue(List.of(), List.of());
        clock.set(NOW.plusSeconds(1));
        isDue(List.of(first), List.of());
        clock.set(NOW.plusSeconds(2));
        isDue(List.of(), List.of(second));
        isDue(List.of(), List.of());
    }

    @Test
    void whoIsForgottenIsNeverDue() {
        timetable.errand(first, NOW);
        timetable.look(second, NOW);
        assertThat(timetable.size()).isEqualTo(2);
        timetable.forget(first);
        timetable.forget(second);
        timetable.errand(first, NOW);
        timetable.look(second, NOW);

        assertThat(timetable.size()).isZero();
        isDue(List.of(), List.of());
        timetable.setAlarm();
        assertThat(scheduler.delays()).isEmpty();
    }

    @Test
    void knowsWhichGatesHaveTheirChange() {
        assertThat(timetable.linked()).isEmpty();
        Gate linked = linkedTo(change('a', "CHG1", ChangeState.NEW)).gate;
        timetable.admit(linked);
        assertThat(timetable.linked()).containsExactly(linked);
    }

    @Test
    void isSilentForAsLongAsTheInstanceAsks() {
        budget.quiet(NOW, Duration.ofSeconds(90));
        timetable.errand(first, NOW);
        timetable.look(second, NOW);
        rings(90);
        clock.set(NOW.plusSeconds(90).minusMillis(1));
        isDue(List.of(), List.of());
        clock.set(NOW.plusSeconds(90));
        isDue(List.of(first), List.of(second));
    }

    @Test
    void thereIsOneRoundAtATimeAndADistanceToTheNext() {
        timetable.look(first, NOW);
        isDue(List.of(), List.of(first));
        timetable.look(first, NOW);
        timetable.errand(second, NOW.plusSeconds(3));
        isDue(List.of(), List.of());
        rings(3);

        timetable.roundEnded();
        assertThat(scheduler.delays()).containsExactly(PACE.betweenRounds().toMillis() + 1);
        clock.set(NOW.plus(PACE.betweenRounds()).minusMillis(1));
        isDue(List.of(), List.of());
        clock.set(NOW.plus(PACE.betweenRounds()));
        isDue(List.of(), List.of(first));
    }

    @Test
    void takesAlongWhatIsDueSoon() {
        Gate third = admitted();
        timetable.look(first, NOW);
        timetable.look(second, NOW.plus(HALF));
        timetable.look(third, NOW.plus(HALF).plusMillis(1));

        isDue(List.of(), List.of(first, second));
    }

    @Test
    void looksAgainSoonerAtAGateThatHasJustBegunToWait() {
        assertThat(timetable.nextLook(first)).isEqualTo(NOW.plus(PACE.shortest()));
        clock.set(NOW.plus(Duration.ofHours(1)));
        assertThat(timetable.nextLook(first)).isEqualTo(clock.instant().plus(PACE.interval()));
        budget.answered(Duration.ofSeconds(6), Duration.ofSeconds(5));
        assertThat(timetable.nextLook(first)).isEqualTo(clock.instant().plusSeconds(90));
        assertThat(timetable.nextLook(first, waitUntil(null)))
                .isEqualTo(clock.instant().plusSeconds(90));
    }

    private static Decision.Wait waitUntil(Instant until) {
        return new Decision.Wait(Phrase.of(Reason.WAITS_FOR_START, "CHG1", "x"), until);
    }

    /** The interval of a gate that has just begun is 15 s. */
    @ParameterizedTest
    @CsvSource({"5, 5", "15, 15", "16, 1", "60, 45", "3615, 3600", "3616, 3600", "90000, 3600", "-5, -5"})
    void looksShortlyBeforeAKnownTimeAndThenAtIt(int until, int next) {
        assertThat(timetable.nextLook(first, waitUntil(NOW.plusSeconds(until)))).isEqualTo(NOW.plusSeconds(next));
    }

    @Test
    void aKnownTimeIsOneOfTheInstancesClock() {
        instanceClock.compare(Duration.ofMinutes(10));

        assertThat(timetable.nextLook(first, waitUntil(NOW.plusSeconds(605)))).isEqualTo(NOW.plusSeconds(5));
    }
}
