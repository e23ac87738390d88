package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.Reason;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.Serial;
import java.io.Serializable;
import java.time.Instant;

/**
 * How far one gate got: what must outlive a restart so that nothing is done twice. Small, plain and without secrets or
 * addresses; its field names are a stored form.
 */
public final class ChangeLink implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private volatile String sysId;
    private volatile String number;
    /** Milliseconds since 1970 at which an unanswered creation was sent; 0 when there is none. */
    private volatile long creationSent;

    /** A change that was created for this gate but has not its title yet. */
    private volatile String created;

    private int creationsSent;
    private volatile boolean released;

    /** Whether the change was named by its number: then people alone move it. */
    private volatile boolean byNumber;

    /** Nothing is linked, created or sent yet. */
    public ChangeLink() {}

    private ChangeLink(
            @CheckForNull String sysId,
            @CheckForNull String number,
            long creationSent,
            @CheckForNull String created,
            int creationsSent,
            boolean released,
            boolean byNumber) {
        this.sysId = sysId;
        this.number = number;
        this.creationSent = creationSent;
        this.created = created;
        this.creationsSent = creationsSent;
        this.released = released;
        this.byNumber = byNumber;
    }

    /** Whoever stores the build may do so while something changes here: what changes together is stored together. */
    @Serial
    private synchronized Object writeReplace() {
        return new ChangeLink(sysId, number, creationSent, created, creationsSent, released, byNumber);
    }

    /** The linked change's row, or null while none is linked. */
    @CheckForNull
    public synchronized SysId sysId() {
        return sysId == null ? null : new SysId(sysId);
    }

    @CheckForNull
    public String number() {
        return number;
    }

    public boolean isLinked() {
        return sysId != null;
    }

    /** The look, unless the linked row shows another change's number: such a row proves nothing. */
    @NonNull
    ServiceNowClient.ReadResult verifyNumber(@NonNull ServiceNowClient.ReadResult look) {
        return look instanceof ServiceNowClient.ReadResult.Seen seen
                        && !seen.change().number().equals(number)
                ? new ServiceNowClient.ReadResult.Unreadable(Phrase.of(
                        Reason.OTHER_NUMBER,
                        String.valueOf(number),
                        seen.change().number()))
                : look;
    }

    /** From now on only that change is looked at. */
    synchronized void link(@NonNull ChangeRequest change) {
        link(change, false);
    }

    /**
     * From now on only that change is looked at.
     *
     * @param named whether it was named by its number
     */
    synchronized void link(@NonNull ChangeRequest change, boolean named) {
        byNumber = named;
        sysId = change.sysId().value();
        number = change.number();
        creationSent = 0;
        created = null;
    }

    @CheckForNull
    synchronized SysId created() {
        return created == null ? null : new SysId(created);
    }

    synchronized void createdAs(@NonNull SysId change) {
        created = change.value();
        creationSent = 0;
    }

    /** When a creation was sent whose outcome is not known, or null. */
    @CheckForNull
    Instant creationSent() {
        return creationSent == 0 ? null : Instant.ofEpochMilli(creationSent);
    }

    synchronized int creationsSent() {
        return creationsSent;
    }

    synchronized void creationStarts(@NonNull Instant now) {
        creationSent = now.toEpochMilli();
        creationsSent++;
    }

    synchronized void creationUnanswered(@NonNull Instant now) {
        creationSent = now.toEpochMilli();
    }

    synchronized void creationFailed() {
        creationSent = 0;
        creationsSent--;
    }

    /** Whether the change was named by its number, and not found by its title or created. */
    public boolean isByNumber() {
        return byNumber;
    }

    /** Whether the gate let its deployment go. */
    public boolean isReleased() {
        return released;
    }

    void release() {
        released = true;
    }
}
