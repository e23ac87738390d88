package io.jenkins.plugins.servicenowgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is to be written about a deployment, and what makes it recognizable afterwards. */
class BookkeepingTest {
    private static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");

    private final Bookkeeping bookkeeping = new Bookkeeping();

    @Test
    void aFactIsToldOnce() {
        assertThat(bookkeeping.has(Bookkeeping.Fact.STARTED)).isFalse();
        assertThat(bookkeeping.begin(Bookkeeping.Fact.STARTED)).isTrue();
        assertThat(bookkeeping.begin(Bookkeeping.Fact.STARTED)).isFalse();
        assertThat(bookkeeping.has(Bookkeeping.Fact.STARTED)).isTrue();
        assertThat(bookkeeping.has(Bookkeeping.Fact.FINISHED)).isFalse();
    }

    @Test
    void entriesComeInTurn() {
        assertThat(bookkeeping.isEmpty()).isTrue();
        bookkeeping.note("a note", "1-a");
        bookkeeping.finish("Deployed.", BookEntry.CloseCode.SUCCESSFUL, true);
        assertThat(bookkeeping.isEmpty()).isFalse();
        assertThat(bookkeeping.first().target()).isNull();
        bookkeeping.done(bookkeeping.first());
        assertThat(bookkeeping.first().target()).isEqualTo(ChangeState.REVIEW);
        bookkeeping.done(bookkeeping.first());
        assertThat(bookkeeping.first().target()).isEqualTo(ChangeState.CLOSED);
        bookkeeping.done(bookkeeping.first());
        assertThat(bookkeeping.first()).isNull();
    }

    @Test
    void reviewIsTheEndUnlessClosingIsWanted() {
        bookkeeping.finish("Deployed.", BookEntry.CloseCode.SUCCESSFUL, false);
        bookkeeping.done(bookkeeping.first());
        assertThat(bookkeeping.isEmpty()).isTrue();
    }

    /** Half of it would be lost in a crash: the fact told, and the note not there. */
    @Test
    void whoeverStoresItMeanwhileFindsAFactWithItsNoteOrNotAtAll() throws Exception {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        Thread other = new Thread(() -> {
            try {
                new ObjectOutputStream(stored).writeObject(bookkeeping);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        boolean first = bookkeeping.tell(
                Bookkeeping.Fact.STARTED,
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

        Bookkeeping found =
                (Bookkeeping) new ObjectInputStream(new ByteArrayInputStream(stored.toByteArray())).readObject();
        assertThat(found.has(Bookkeeping.Fact.STARTED)).isTrue();
        assertThat(found.first().signedText()).startsWith("a note");
    }

    @Test
    void theEndOfAChangeIsDecidedOnce() {
        bookkeeping.finish("Deployed.", BookEntry.CloseCode.SUCCESSFUL, false);
        bookkeeping.finish("Deployed.", BookEntry.CloseCode.SUCCESSFUL, false);
        bookkeeping.done(bookkeeping.first());
        assertThat(bookkeeping.isEmpty()).isTrue();
        assertThat(bookkeeping.tell(
                        Bookkeeping.Fact.TRANSITIONS,
                        () -> {
                            throw new AssertionError("not asked for");
                        },
                        "1-b"))
                .isFalse();
    }

    @Test
    void everyTextIsSigned() {
        BookEntry note = BookEntry.note("a note", "1-a");
        BookEntry review = BookEntry.transition(ChangeState.REVIEW, "Deployed.", BookEntry.CloseCode.SUCCESSFUL);

        assertThat(note.signedText()).isEqualTo("a note\n[ServiceNow Gate 1-a]").contains(note.signature());
        assertThat(note.signature()).isEqualTo("[ServiceNow Gate 1-a]");
        assertThat(review.signedText()).isEqualTo("Deployed.\n[ServiceNow Gate]");
        assertThat(BookEntry.isSigned(review.signedText())).isTrue();
        assertThat(BookEntry.isSigned("ServiceNow Gate")).isFalse();
    }

    @Test
    void anEntryRemembersItsAttempts() {
        BookEntry note = BookEntry.note("a note", "1-a");
        assertThat(note.sent()).isNull();
        note.sentAt(NOW);
        assertThat(note.sent()).isEqualTo(NOW);
        note.sentAt(null);
        assertThat(note.sent()).isNull();
        assertThat(note.refusedAgain()).isEqualTo(1);
        assertThat(note.refusedAgain()).isEqualTo(2);
    }

    @Test
    void closeCodesAreThoseOfServiceNow() {
        assertThat(BookEntry.CloseCode.values())
                .extracting(BookEntry.CloseCode::value)
                .containsExactly("successful", "successful_issues", "unsuccessful");
    }
}
