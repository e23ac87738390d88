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

    /** REVIEW, CLOSED or CANCELED for a transition, else null. */
    private final ChangeState target;

    private final String text;
    private final String mark;
    private final CloseCode closeCode;

    /** For an attachment: the index of its file in the evidence, or {@link #JSON}; else null. */
    private final Integer file;

    private String attachedAs;

    /** For a transition after the deployment: whether tasks are closed first, and the deployment's times; 0 if unknown. */
    private boolean closesTasks;

    private long workStart;
    private long workEnd;

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
     */
    @NonNull
    static PendingUpdate transition(@NonNull ChangeState target, @NonNull Ending ending) {
        PendingUpdate update = new PendingUpdate(target, ending.closeNotes(), "", ending.code(), null);
        update.closesTasks = ending.tasksClosed();
        update.workStart = millis(ending.start());
        update.workEnd = millis(ending.end());
        return update;
    }

    /**
     * @param deployment the id with which the change was created
     */
    @NonNull
    static PendingUpdate cancellation(@NonNull String reason, @NonNull String deployment) {
        return new PendingUpdate(ChangeState.CANCELED, reason, deployment, null, null);
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

    private static long millis(@CheckForNull Instant instant) {
        return instant == null ? 0 : instant.toEpochMilli();
    }

    @CheckForNull
    private static Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }

    boolean isAfterDeployment() {
        return target == ChangeState.REVIEW || target == ChangeState.CLOSED;
    }

    @NonNull
    Ending ending() {
        return new Ending(text, closeCode(), target == ChangeState.CLOSED, closesTasks, workStart(), workEnd());
    }

    boolean closesTasks() {
        return closesTasks;
    }

    @CheckForNull
    Instant workStart() {
        return instant(workStart);
    }

    @CheckForNull
    Instant workEnd() {
        return instant(workEnd);
    }

    /** For a cancellation: the id with which the change was created. */
    @NonNull
    String deployment() {
        return mark;
    }

    @NonNull
    String text() {
        return text;
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
        return instant(sent);
    }

    public synchronized void sentAt(@CheckForNull Instant instant) {
        sent = millis(instant);
    }

    /** How long the unanswered request may still be executed; zero if there is none, or that time is over. */
    @NonNull
    synchronized Duration unsettled(@NonNull Instant now, @NonNull Duration settle) {
        Instant unanswered = sent();
        if (unanswered == null) {
            return Duration.ZERO;
        }
        if (unanswered.isAfter(now)) {
            // The clock of this controller was set back.
            sentAt(now);
            return settle;
        }
        Duration left = Duration.between(now, unanswered.plus(settle));
        return left.isNegative() ? Duration.ZERO : left;
    }
}
