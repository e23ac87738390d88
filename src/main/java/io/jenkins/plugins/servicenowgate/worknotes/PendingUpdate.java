package io.jenkins.plugins.servicenowgate.worknotes;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.NoteSignature;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import java.io.Serial;
import java.io.Serializable;
import java.time.Instant;

/**
 * One thing that is to be written into a change: a work note, or a transition after the deployment. Small and plain; its
 * field names are a stored form.
 */
public final class PendingUpdate implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    /** How a deployment ended, as {@code close_code} has it. */
    public enum CloseCode {
        SUCCESSFUL("successful"),
        SUCCESSFUL_ISSUES("successful_issues"),
        UNSUCCESSFUL("unsuccessful");

        private final String value;

        CloseCode(String value) {
            this.value = value;
        }

        @NonNull
        String value() {
            return value;
        }
    }

    /** Null for a note, else REVIEW or CLOSED. */
    private final ChangeState target;

    private final String text;
    private final String mark;
    private final CloseCode closeCode;

    private long sent;
    private int refusals;

    private PendingUpdate(
            @CheckForNull ChangeState target, String text, String mark, @CheckForNull CloseCode closeCode) {
        this.target = target;
        this.text = text;
        this.mark = mark;
        this.closeCode = closeCode;
    }

    /**
     * @param text what people read
     * @param mark in no other note of any deployment
     */
    @NonNull
    static PendingUpdate note(@NonNull String text, @NonNull String mark) {
        return new PendingUpdate(null, text, mark, null);
    }

    /**
     * @param target REVIEW or CLOSED
     * @param text the close notes
     */
    @NonNull
    static PendingUpdate transition(@NonNull ChangeState target, @NonNull String text, @NonNull CloseCode closeCode) {
        return new PendingUpdate(target, text, "", closeCode);
    }

    @CheckForNull
    ChangeState target() {
        return target;
    }

    /** What is sent: the text, and what makes it recognizable. */
    @NonNull
    public String signedText() {
        return text + "\n" + NoteSignature.of(mark);
    }

    /** By which a note is found again in the journal. */
    @NonNull
    String signature() {
        return NoteSignature.of(mark);
    }

    @NonNull
    public CloseCode closeCode() {
        return closeCode == null ? CloseCode.UNSUCCESSFUL : closeCode;
    }

    /** When it was sent without an answer that proves anything, or null. */
    @CheckForNull
    synchronized Instant sent() {
        return sent == 0 ? null : Instant.ofEpochMilli(sent);
    }

    public synchronized void sentAt(@CheckForNull Instant instant) {
        sent = instant == null ? 0 : instant.toEpochMilli();
    }

    /** Counts an answer that waiting alone won't change. */
    synchronized int refusedAgain() {
        return ++refusals;
    }
}
