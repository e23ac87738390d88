package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeAssessment;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For which planned dates the last check for conflicts ran. */
class ConflictProgressTest extends ScriptedInstanceTestBase {
    private static final Instant TODAY = NOW.plusSeconds(3600);
    private static final Instant TOMORROW = TODAY.plusSeconds(86_400);

    /** The start of its window, and how many seconds from now its last check ran; null for none. */
    private static ChangeRequest planned(Instant start, Integer run) {
        return ChangeFixture.change()
                .title(TITLE)
                .state(-4)
                .approval("requested")
                .plannedStart(start)
                .plannedEnd(start.plusSeconds(3600))
                .assessment(new ChangeAssessment(
                        "No Conflict", run == null ? null : NOW.plusSeconds(run), false, "", null, true))
                .get();
    }

    @Test
    void withoutACheckNothingIsCurrent() {
        ConflictProgress progress = ConflictProgress.NONE.polled(planned(TODAY, null));
        assertThat(progress).isSameAs(ConflictProgress.NONE);
        assertThat(progress.isCurrent(planned(TODAY, null))).isFalse();
        assertThat(progress.isStarted()).isFalse();
        assertThat(progress.isStartedFor(planned(TODAY, null))).isFalse();
    }

    @Test
    void aCheckOfPeopleIsOneOfTheDatesOfThatMoment() {
        ConflictProgress progress = ConflictProgress.NONE.polled(planned(TODAY, -60));
        assertThat(progress.isCurrent(planned(TODAY, -60))).isTrue();
        assertThat(progress.isCurrent(planned(TOMORROW, -60))).isFalse();
        assertThat(progress.polled(planned(TOMORROW, -60))).as("the same check").isSameAs(progress);
    }

    /** Seconds from the start of the check to the one that is seen; five may be between the clocks. */
    @ParameterizedTest
    @CsvSource({"-6, false", "-5, true", "0, true", "30, true"})
    void theFirstCheckAfterTheStartIsThePluginsOwn(int run, boolean own) {
        ConflictProgress started = ConflictProgress.NONE.started(planned(TODAY, null), NOW);
        assertThat(started.isStarted()).isTrue();
        assertThat(started.isStartedFor(planned(TODAY, null))).isTrue();
        assertThat(started.isStartedFor(planned(TOMORROW, null))).isFalse();

        // People planned it anew while the check ran.
        ConflictProgress seen = started.polled(planned(TOMORROW, run));
        assertThat(seen.isCurrent(planned(TODAY, run))).isEqualTo(own);
        assertThat(seen.isCurrent(planned(TOMORROW, run))).isFalse();
    }

    @Test
    void anotherCheckAfterItIsOneOfPeople() {
        ConflictProgress seen =
                ConflictProgress.NONE.started(planned(TODAY, null), NOW).polled(planned(TODAY, 10));
        ConflictProgress again = seen.polled(planned(TOMORROW, 60));
        assertThat(again.isCurrent(planned(TOMORROW, 60))).isTrue();
        assertThat(again.isCurrent(planned(TODAY, 60))).isFalse();
    }
}
