package io.jenkins.plugins.servicenowgate.worknotes;

import static io.jenkins.plugins.servicenowgate.worknotes.RecordingOwner.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceFile;
import io.jenkins.plugins.servicenowgate.rules.NoteSignature;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is to be written about a deployment, and what makes it recognizable afterwards. */
class ChangeOutboxTest {
    private static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");

    private final ChangeOutbox outbox = new ChangeOutbox();

    @Test
    void aFactIsReportedOnce() {
        assertThat(outbox.has(ChangeOutbox.Fact.STARTED)).isFalse();
        assertThat(outbox.begin(ChangeOutbox.Fact.STARTED)).isTrue();
        assertThat(outbox.begin(ChangeOutbox.Fact.STARTED)).isFalse();
        assertThat(outbox.has(ChangeOutbox.Fact.STARTED)).isTrue();
        assertThat(outbox.has(ChangeOutbox.Fact.FINISHED)).isFalse();
    }

    @Test
    void entriesComeInTurn() {
        assertThat(outbox.isEmpty()).isTrue();
        outbox.note("a note", "1-a");
        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, true));
        assertThat(outbox.isEmpty()).isFalse();
        assertThat(outbox.first().target()).isNull();
        outbox.done(outbox.first());
        assertThat(outbox.first().target()).isEqualTo(ChangeState.REVIEW);
        outbox.done(outbox.first());
        assertThat(outbox.first().target()).isEqualTo(ChangeState.CLOSED);
        outbox.done(outbox.first());
        assertThat(outbox.first()).isNull();
    }

    private static ChangeEvidence evidence(String note, String json) {
        EvidenceFile file = new EvidenceFile("a", "text/plain", 1, "ab", "id/0");
        return new ChangeEvidence("", "", "", "", note, json, List.of(file, file));
    }

    /** What the columns of the change do not tell becomes a note, if notes are written, and a file. */
    @ParameterizedTest
    @CsvSource({
        "false, true, note, {}, '[ServiceNow Gate 1 evidence], 1 json, 1 file 0, 1 file 1'",
        "false, false, note, {}, '1 json, 1 file 0, 1 file 1'",
        "true, true, note, {}, '1 file 0, 1 file 1'",
        "false, true, '', {}, '1 json, 1 file 0, 1 file 1'",
        "false, true, note, '', '[ServiceNow Gate 1 evidence], 1 file 0, 1 file 1'"
    })
    void evidenceIsAddedOnce(boolean told, boolean noted, String note, String json, String added) {
        assertThat(outbox.evidence(evidence(note, json), told, noted, "1")).isTrue();
        assertThat(outbox.evidence(evidence(note, json), told, noted, "1")).isFalse();
        List<String> entries = new ArrayList<>();
        for (PendingUpdate entry = outbox.first(); entry != null; entry = outbox.first()) {
            entries.add(entry.isAttachment() ? entry.mark() : entry.signature());
            outbox.done(entry);
        }
        assertThat(String.join(", ", entries)).isEqualTo(added);
    }

    @Test
    void attachmentsHaveALaneOfTheirOwn() {
        assertThat(outbox.first(ChangeOutbox.Lane.UPDATES)).isNull();
        outbox.evidence(evidence("", "{}"), false, true, "1");
        outbox.note("a note", "1-a");
        assertThat(outbox.first(ChangeOutbox.Lane.UPDATES).signature()).isEqualTo("[ServiceNow Gate 1-a]");
        assertThat(outbox.first(ChangeOutbox.Lane.ATTACHMENTS).file()).isEqualTo(PendingUpdate.JSON);
        outbox.dropAttachments();
        assertThat(outbox.first(ChangeOutbox.Lane.ATTACHMENTS)).isNull();
        assertThat(outbox.first().signature()).isEqualTo("[ServiceNow Gate 1-a]");
    }

    @Test
    void reviewIsTheEndUnlessClosingIsWanted() {
        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, false));
        outbox.done(outbox.first());
        assertThat(outbox.isEmpty()).isTrue();
    }

    /** Half of it would be lost in a crash: the fact told, and the note not there. */
    @Test
    void whoeverStoresItMeanwhileFindsAFactWithItsNoteOrNotAtAll() throws Exception {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        Thread other = new Thread(() -> {
            try {
                new ObjectOutputStream(stored).writeObject(outbox);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        boolean first = outbox.report(
                ChangeOutbox.Fact.STARTED,
                () -> {
                    other.start();
                    try {
                        other.join(1000);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return "a note";
                },
                "1-a");
        other.join();
        assertThat(first).isTrue();

        ChangeOutbox found =
                (ChangeOutbox) new ObjectInputStream(new ByteArrayInputStream(stored.toByteArray())).readObject();
        assertThat(found.has(ChangeOutbox.Fact.STARTED)).isTrue();
        assertThat(found.first().signedText()).startsWith("a note");
    }

    @Test
    void theEndOfAChangeIsDecidedOnce() {
        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, false));
        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, false));
        outbox.done(outbox.first());
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(outbox.report(
                        ChangeOutbox.Fact.TRANSITIONS,
                        () -> {
                            throw new AssertionError("not asked for");
                        },
                        "1-b"))
                .isFalse();
    }

    @Test
    void everyTextIsSigned() {
        PendingUpdate note = PendingUpdate.note("a note", "1-a");
        PendingUpdate review =
                PendingUpdate.transition(ChangeState.REVIEW, ended(PendingUpdate.CloseCode.SUCCESSFUL, false));

        assertThat(note.signedText()).isEqualTo("a note\n[ServiceNow Gate 1-a]").contains(note.signature());
        assertThat(note.signature()).isEqualTo("[ServiceNow Gate 1-a]");
        assertThat(review.signedText()).isEqualTo("Deployed.\n[ServiceNow Gate]");
        assertThat(NoteSignature.isIn(review.signedText())).isTrue();
        assertThat(NoteSignature.isIn("ServiceNow Gate")).isFalse();
    }

    @Test
    void anEntryRemembersItsAttempts() {
        PendingUpdate note = PendingUpdate.note("a note", "1-a");
        assertThat(note.sent()).isNull();
        note.sentAt(NOW);
        assertThat(note.sent()).isEqualTo(NOW);
        note.sentAt(null);
        assertThat(note.sent()).isNull();
    }

    @Test
    void closeCodesAreThoseOfServiceNow() {
        assertThat(PendingUpdate.CloseCode.values())
                .extracting(PendingUpdate.CloseCode::value)
                .containsExactly("successful", "successful_issues", "unsuccessful");
    }

    @Test
    void aDeploymentThatTakesOverTheChangeTakesOverItsEnding() {
        assertThat(outbox.pendingEnding()).isNull();
        outbox.note("a note", "1-a");
        outbox.cancel("aborted", "1");
        outbox.cancel("aborted again", "1");
        assertThat(outbox.pendingEnding()).as("a cancellation is none").isNull();
        outbox.done(outbox.first());
        assertThat(outbox.first().text()).isEqualTo("aborted");
        outbox.done(outbox.first());
        assertThat(outbox.isEmpty()).as("one cancellation").isTrue();

        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, true));
        assertThat(outbox.pendingEnding().closed()).isFalse();
        outbox.done(outbox.first());
        assertThat(outbox.pendingEnding()).isNotNull().satisfies(ending -> {
            assertThat(ending.closed()).isTrue();
            assertThat(ending.code()).isEqualTo(PendingUpdate.CloseCode.SUCCESSFUL);
        });
    }
}
