package io.jenkins.plugins.servicenowgate.worknotes;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate.CloseCode;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an update of each kind knows, and how long the outcome of an attempt is unknown. */
class PendingUpdateTest {
    private static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");
    private static final Instant START = NOW.minusSeconds(90);
    private static final Duration SETTLE = Duration.ofMinutes(2);

    private final PendingUpdate note = PendingUpdate.note("a note", "1-a");
    private final PendingUpdate cancellation = PendingUpdate.cancellation("Aborted.", "1");
    private final PendingUpdate attachment = PendingUpdate.attachment(2, "1 file 2");

    /** Another deployment of the change may take its end over. */
    @ParameterizedTest
    @CsvSource({"REVIEW, false, true", "CLOSED, true, false"})
    void aTransitionKeepsItsEnding(ChangeState target, boolean closed, boolean tasksClosed) {
        Ending ending = new Ending("Deployed.", CloseCode.SUCCESSFUL_ISSUES, closed, tasksClosed, START, NOW);
        PendingUpdate transition = PendingUpdate.transition(target, ending);

        assertThat(transition.ending()).isEqualTo(ending);
        assertThat(transition.target()).isEqualTo(target);
        assertThat(transition.closesTasks()).isEqualTo(tasksClosed);
        assertThat(transition.workStart()).isEqualTo(START);
        assertThat(transition.workEnd()).isEqualTo(NOW);
        assertThat(transition.isAttachment()).isFalse();
    }

    /** Of the two transitions of a closed change, the first one is to Review. */
    @Test
    void theTransitionToReviewClosesNothing() {
        PendingUpdate review = PendingUpdate.transition(
                ChangeState.REVIEW, new Ending("Deployed.", CloseCode.SUCCESSFUL, true, false, null, null));
        assertThat(review.ending()).isEqualTo(new Ending("Deployed.", CloseCode.SUCCESSFUL, false, false, null, null));
        assertThat(review.workStart()).isNull();
        assertThat(review.workEnd()).isNull();
    }

    @Test
    void onlyReviewAndClosedAreAfterTheDeployment() {
        Ending ending = new Ending("Deployed.", CloseCode.SUCCESSFUL, true, false, null, null);
        assertThat(PendingUpdate.transition(ChangeState.REVIEW, ending).isAfterDeployment())
                .isTrue();
        assertThat(PendingUpdate.transition(ChangeState.CLOSED, ending).isAfterDeployment())
                .isTrue();
        assertThat(cancellation.isAfterDeployment()).isFalse();
        assertThat(note.isAfterDeployment()).isFalse();
        assertThat(attachment.isAfterDeployment()).isFalse();
    }

    @Test
    void aCancellationKnowsWhichDeploymentCreatedTheChange() {
        assertThat(cancellation.target()).isEqualTo(ChangeState.CANCELED);
        assertThat(cancellation.text()).isEqualTo("Aborted.");
        assertThat(cancellation.deployment()).isEqualTo("1");
    }

    @Test
    void anAttachmentKnowsItsFileAndAsWhatItWasSent() {
        assertThat(attachment.isAttachment()).isTrue();
        assertThat(attachment.file()).isEqualTo(2);
        assertThat(attachment.mark()).isEqualTo("1 file 2");
        assertThat(attachment.target()).isNull();
        assertThat(attachment.attachedAs()).isNull();
        attachment.attachAs("report.txt");
        assertThat(attachment.attachedAs()).isEqualTo("report.txt");
        assertThat(note.isAttachment()).isFalse();
    }

    /** Nothing is called a success of which nothing is known. */
    @Test
    void withoutACloseCodeTheDeploymentWasUnsuccessful() {
        assertThat(note.closeCode()).isEqualTo(CloseCode.UNSUCCESSFUL);
        assertThat(cancellation.closeCode()).isEqualTo(CloseCode.UNSUCCESSFUL);
    }

    @ParameterizedTest
    @CsvSource({"a \u20ac, false", "a \ud83d\ude00, true", "\ud83d\ude00 a, true"})
    void theSignatureComesBeforeWhatAnInstanceMayCut(String text, boolean first) {
        assertThat(PendingUpdate.note(text, "1-a").signedText())
                .isEqualTo(first ? "[ServiceNow Gate 1-a]\n" + text : text + "\n[ServiceNow Gate 1-a]");
    }

    /** Seconds since it was sent, and for how long it may still be executed. */
    @ParameterizedTest
    @CsvSource({"0, 120", "1, 119", "119, 1", "120, 0", "121, 0", "9999, 0"})
    void anUnansweredRequestMayBeExecutedForAWhile(int seconds, int left) {
        note.sentAt(NOW);
        assertThat(note.unsettled(NOW.plusSeconds(seconds), SETTLE)).isEqualTo(Duration.ofSeconds(left));
        assertThat(note.sent()).isEqualTo(NOW);
    }

    @Test
    void whatWasNotSentIsSettled() {
        assertThat(note.unsettled(NOW, SETTLE)).isZero();
        assertThat(note.sent()).isNull();
    }

    /** The clock of the controller was set back. */
    @Test
    void whatWasSentInTheFutureWasSentNow() {
        note.sentAt(NOW.plusMillis(1));
        assertThat(note.unsettled(NOW, SETTLE)).isEqualTo(SETTLE);
        assertThat(note.sent()).isEqualTo(NOW);
    }
}
