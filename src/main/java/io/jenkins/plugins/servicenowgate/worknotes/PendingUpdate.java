package io.jenkins.plugins.servicenowgate.worknotes;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.NoteSignature;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * One update of a change: a work note, an attachment, or a transition after the deployment. Its field names are a stored
 * form.
 */
public final class PendingUpdate implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    /** The result of a deployment, as a value of {@code close_code}. */
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

    /** The file of an attachment that is the evidence itself, as JSON. */
    static final int JSON = -1;

    /** REVIEW or CLOSED for a transition, else null. */
    private final ChangeState target;

    private final String text;
    private final String mark;
    private final CloseCode closeCode;

    /** For an attachment: the index of its file in the evidence, or {@link #JSON}; else null. */
    private final Integer file;

    private String attachedAs;
    private long sent;

    private PendingUpdate(
            @CheckForNull ChangeState target,
            String text,
            String mark,
            @CheckForNull CloseCode closeCode,
            @CheckForNull Integer file) {
        this.target = target;
        this.text = text;
        this.mark = mark;
        this.closeCode = closeCode;
        this.file = file;
    }

    /**
     * @param text of the note
     * @param mark in no other note of any deployment
     */
    @NonNull
    static PendingUpdate note(@NonNull String text, @NonNull String mark) {
        return new PendingUpdate(null, text, mark, null, null);
    }

    /**
     * @param target REVIEW or CLOSED
     * @param text the close notes
     */
    @NonNull
    static PendingUpdate transition(@NonNull ChangeState target, @NonNull String text, @NonNull CloseCode closeCode) {
        return new PendingUpdate(target, text, "", closeCode, null);
    }

    /**
     * @param file the index of a file in the evidence of the deployment, or {@link #JSON}
     * @param mark begins with the id of the deployment
     */
    @NonNull
    static PendingUpdate attachment(int file, @NonNull String mark) {
        return new PendingUpdate(null, "", mark, null, file);
    }

    boolean isAttachment() {
        return file != null;
    }

    int file() {
        return file;
    }

    /** In no other update of any deployment. */
    @NonNull
    String mark() {
        return mark;
    }

    /** The name under which it was sent; null before. */
    @CheckForNull
    synchronized String attachedAs() {
        return attachedAs;
    }

    synchronized void attachAs(@NonNull String name) {
        attachedAs = name;
    }

    @CheckForNull
    ChangeState target() {
        return target;
    }

    /**
     * The text with its signature, as sent. Instances without full UTF-8 cut a text at the first character outside the
     * basic plane, such as an emoji; then the signature comes first.
     */
    @NonNull
    public String signedText() {
        boolean mayBeCut = text.codePoints().anyMatch(Character::isSupplementaryCodePoint);
        return mayBeCut ? NoteSignature.of(mark) + "\n" + text : text + "\n" + NoteSignature.of(mark);
    }

    /** Identifies the note in the journal. */
    @NonNull
    String signature() {
        return NoteSignature.of(mark);
    }

    @NonNull
    public CloseCode closeCode() {
        return closeCode == null ? CloseCode.UNSUCCESSFUL : closeCode;
    }

    /** When it was sent with an unknown outcome, or null. */
    @CheckForNull
    synchronized Instant sent() {
        return sent == 0 ? null : Instant.ofEpochMilli(sent);
    }

    public synchronized void sentAt(@CheckForNull Instant instant) {
        sent = instant == null ? 0 : instant.toEpochMilli();
    }

    /** How long the unanswered request may still be executed; zero if there is none, or that time is over. */
    @NonNull
    synchronized Duration unsettled(@NonNull Instant now, @NonNull Duration settle) {
        Instant unanswered = sent();
        if (unanswered == null) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(now, unanswered.plus(settle));
        if (left.compareTo(settle) > 0) {
            // The clock of this controller was set back.
            sentAt(now);
            return settle;
        }
        return left.isNegative() ? Duration.ZERO : left;
    }
}
