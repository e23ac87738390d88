package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.Messages;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is due when, by a clock that stands still, and for when the alarm is set. */
class PollSchedulerTest extends ScriptedInstanceTestBase {
    private static final Duration HALF = PACE.interval().dividedBy(2);

    private final PollScheduler pollScheduler = new PollScheduler(context, () -> {});
    private final PendingApproval first = admitted();
    private final PendingApproval second = admitted();

    private PendingApproval admitted() {
        PendingApproval approval = new Waiter(null).approval;
        pollScheduler.admit(approval);
        return approval;
    }

    private PendingApproval admittedWithChange() {
        PendingApproval linked = linkedTo(change('a', "CHG1", ChangeState.NEW)).approval;
        pollScheduler.admit(linked);
        return linked;
    }

    /** Rounded up by a millisecond. */
    private void rings(long seconds) {
        assertThat(scheduler.delays()).containsExactly(seconds * 1000 + 1);
    }

    private void isDue(List<PendingApproval> tasks, List<PendingApproval> polls) {
        assertThat(pollScheduler.take()).isEqualTo(new PollScheduler.Due(tasks, polls));
    }

    @Test
    void ringsForTheFirstOfAll() {
        assertThat(scheduler.delays()).isEmpty();
        pollScheduler.schedulePoll(first, NOW.plusSeconds(30));
        rings(30);
        pollScheduler.scheduleTask(second, NOW.plusSeconds(20));
        rings(20);
        pollScheduler.schedulePoll(first, NOW.plusSeconds(10));
        rings(10);
        pollScheduler.scheduleTask(second, NOW.plusSeconds(40));
        rings(10);
    }

    @Test
    void tasksAndPollsAreTakenWhenTheyAreDue() {
        pollScheduler.scheduleTask(first, NOW.plusSeconds(1));
        pollScheduler.schedulePoll(second, NOW.plusSeconds(2));
        isDue(List.of(), List.of());
        clock.set(NOW.plusSeconds(1));
        isDue(List.of(first), List.of());
        clock.set(NOW.plusSeconds(2));
        isDue(List.of(), List.of(second));
        isDue(List.of(), List.of());
    }

    @Test
    void whoIsForgottenIsNeverDue() {
        pollScheduler.scheduleTask(first, NOW);
        pollScheduler.schedulePoll(second, NOW);
        assertThat(pollScheduler.size()).isEqualTo(2);
        pollScheduler.remove(first);
        pollScheduler.remove(second);
        pollScheduler.scheduleTask(first, NOW);
        pollScheduler.schedulePoll(second, NOW);

        assertThat(pollScheduler.size()).isZero();
        isDue(List.of(), List.of());
        pollScheduler.setWakeUp();
        assertThat(scheduler.delays()).isEmpty();
    }

    @Test
    void knowsWhichGatesHaveTheirChange() {
        assertThat(pollScheduler.linked()).isEmpty();
        PendingApproval linked = admittedWithChange();
        assertThat(pollScheduler.linked()).containsExactly(linked);
    }

    @Test
    void isSilentForAsLongAsTheInstanceAsks() {
        rateLimiter.pause(NOW, Duration.ofSeconds(90), null);
        pollScheduler.scheduleTask(first, NOW);
        pollScheduler.schedulePoll(second, NOW);
        rings(90);
        clock.set(NOW.plusSeconds(90).minusMillis(1));
        isDue(List.of(), List.of());
        clock.set(NOW.plusSeconds(90));
        isDue(List.of(first), List.of(second));
    }

    @Test
    void thereIsOneRoundAtATimeAndADistanceToTheNext() {
        pollScheduler.schedulePoll(first, NOW);
        isDue(List.of(), List.of(first));
        pollScheduler.schedulePoll(first, NOW);
        pollScheduler.scheduleTask(second, NOW.plusSeconds(3));
        isDue(List.of(), List.of());
        rings(3);

        pollScheduler.pollEnded();
        assertThat(scheduler.delays()).containsExactly(PACE.delayBetweenPolls().toMillis() + 1);
        clock.set(NOW.plus(PACE.delayBetweenPolls()).minusMillis(1));
        isDue(List.of(), List.of());
        clock.set(NOW.plus(PACE.delayBetweenPolls()));
        isDue(List.of(), List.of(first));
    }

    @Test
    void takesAlongWhatIsDueSoon() {
        PendingApproval third = admitted();
        pollScheduler.schedulePoll(first, NOW);
        pollScheduler.schedulePoll(second, NOW.plus(HALF));
        pollScheduler.schedulePoll(third, NOW.plus(HALF).plusMillis(1));

        isDue(List.of(), List.of(first, second));
    }

    @Test
    void pollsAGateThatHasJustBegunToWaitSooner() {
        assertThat(pollScheduler.nextPoll(first)).isEqualTo(NOW.plus(PACE.shortest()));
        clock.set(NOW.plus(Duration.ofHours(1)));
        assertThat(pollScheduler.nextPoll(first)).isEqualTo(clock.instant().plus(PACE.interval()));
        rateLimiter.answered(Duration.ofSeconds(6), Duration.ofSeconds(5));
        assertThat(pollScheduler.nextPoll(first)).isEqualTo(clock.instant().plusSeconds(90));
        assertThat(pollScheduler.nextPoll(first, waitUntil(null)))
                .isEqualTo(clock.instant().plusSeconds(90));
    }

    private static ReleaseDecision.Wait waitUntil(Instant until) {
        return new ReleaseDecision.Wait(Messages._ReleaseRule_WaitsForStart("CHG1", "Implement", "x"), until);
    }

    /** The interval of a gate that has just begun is 15 s. */
    @ParameterizedTest
    @CsvSource({"5, 5", "15, 15", "16, 1", "60, 45", "315, 300", "316, 300", "90000, 300", "-5, -5"})
    void pollsAtLeastOnceALongestIntervalShortlyBeforeAKnownTimeAndAtIt(int until, int next) {
        assertThat(pollScheduler.nextPoll(first, waitUntil(NOW.plusSeconds(until))))
                .isEqualTo(NOW.plusSeconds(next));
    }

    @Test
    void aKnownTimeIsOneOfTheInstancesClock() {
        instanceClock.compare(Duration.ofMinutes(10));

        assertThat(pollScheduler.nextPoll(first, waitUntil(NOW.plusSeconds(605))))
                .isEqualTo(NOW.plusSeconds(5));
    }

    /** Something else that may change the decision, such as the time at which the window has to be moved on. */
    @ParameterizedTest
    @CsvSource({", 15", "-5, 15", "0, 15", "5, 5", "14, 14", "15, 15", "16, 15"})
    void pollsAtTheLatestWhenSomethingElseIsDue(Integer due, int next) {
        Instant atLatest = due == null ? null : NOW.plusSeconds(due);
        assertThat(pollScheduler.nextPoll(first, waitUntil(null), atLatest)).isEqualTo(NOW.plusSeconds(next));
    }

    @Test
    void whatElseIsDueIsDueByTheInstancesClock() {
        instanceClock.compare(Duration.ofMinutes(10));

        assertThat(pollScheduler.nextPoll(first, waitUntil(null), NOW.plusSeconds(605)))
                .isEqualTo(NOW.plusSeconds(5));
    }

    @Test
    void aPauseOfPollsHoldsPollsBackAndNoTasks() {
        pollScheduler.pausePolls(NOW.plusSeconds(60));
        pollScheduler.schedulePoll(second, NOW);
        rings(60);
        pollScheduler.scheduleTask(first, NOW.plusSeconds(5));
        rings(5);
        clock.set(NOW.plusSeconds(5));
        isDue(List.of(first), List.of());
        clock.set(NOW.plusSeconds(60).minusMillis(1));
        isDue(List.of(), List.of());
        clock.set(NOW.plusSeconds(60));
        isDue(List.of(), List.of(second));
    }

    private boolean bringForward(PendingApproval approval) {
        return pollScheduler.bringForward(approval, NOW.plusSeconds(2), NOW.plusSeconds(3));
    }

    @Test
    void aTaskIsBroughtForward() {
        pollScheduler.scheduleTask(first, NOW.plusSeconds(60));
        assertThat(bringForward(first)).isTrue();
        rings(2);
        clock.set(NOW.plusSeconds(60));
        isDue(List.of(first), List.of());
    }

    @Test
    void aPollIsBroughtForwardAlsoDuringAPause() {
        PendingApproval linked = admittedWithChange();
        pollScheduler.pausePolls(NOW.plusSeconds(60));
        pollScheduler.schedulePoll(linked, NOW.plusSeconds(10));
        rings(60);
        assertThat(bringForward(linked)).isTrue();
        rings(3);
        clock.set(NOW.plusSeconds(3));
        isDue(List.of(), List.of(linked));
    }

    /** A poll tells also what the task was for. */
    @Test
    void inPlaceOfATaskTheChangeIsPolled() {
        PendingApproval linked = admittedWithChange();
        pollScheduler.scheduleTask(linked, NOW.plusSeconds(60));
        assertThat(bringForward(linked)).isTrue();
        clock.set(NOW.plusSeconds(60));
        isDue(List.of(), List.of(linked));
    }

    @Test
    void whatIsBeingCheckedOrWasRemovedIsNotBroughtForward() {
        assertThat(bringForward(new Waiter(null).approval)).isFalse();
        pollScheduler.scheduleTask(first, NOW);
        pollScheduler.schedulePoll(second, NOW);
        pollScheduler.pausePolls(NOW.plusSeconds(60));
        isDue(List.of(first), List.of());
        assertThat(bringForward(first)).isFalse();
        pollScheduler.remove(second);
        assertThat(bringForward(second)).isFalse();
        pollScheduler.schedulePoll(first, NOW);
        rings(60);
    }

    @Test
    void aDeploymentIsScheduledOnce() {
        pollScheduler.scheduleTask(first, NOW);
        pollScheduler.schedulePoll(first, NOW.plusSeconds(1));
        pollScheduler.schedulePoll(second, NOW);
        pollScheduler.scheduleTask(second, NOW.plusSeconds(1));
        isDue(List.of(), List.of());
        clock.set(NOW.plusSeconds(1));
        isDue(List.of(second), List.of(first));
    }

    @Test
    void theDistanceBetweenTwoPollsHoldsAlsoAfterAPause() {
        pollScheduler.schedulePoll(first, NOW);
        isDue(List.of(), List.of(first));
        pollScheduler.pausePolls(NOW.plusMillis(1));
        pollScheduler.schedulePoll(first, NOW);
        pollScheduler.pollEnded();
        assertThat(scheduler.delays()).containsExactly(PACE.delayBetweenPolls().toMillis() + 1);
    }

    @Test
    void theTimeOfAnEntryIsReplaced() {
        pollScheduler.schedulePoll(first, NOW.plusSeconds(10));
        pollScheduler.schedulePoll(first, NOW.plusSeconds(30));
        rings(30);
        pollScheduler.remove(first);
        pollScheduler.setWakeUp();
        assertThat(scheduler.delays()).isEmpty();
    }
}
