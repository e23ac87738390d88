package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeModel;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.Serial;
import java.io.Serializable;
import java.time.Instant;

/**
 * The stored progress of one deployment towards its change, so that nothing is done twice after a restart. Contains no
 * secrets and no URLs; its field names are a stored form.
 */
public final class ChangeLink implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private volatile String sysId;
    private volatile String number;

    /** The title when the change was linked; null in records of earlier versions. */
    private volatile String title;

    /** The change model when the change was linked; null if it had none, or that is not known. */
    private volatile String model;

    /** When an unanswered creation was sent, in milliseconds since 1970; 0 if there is none. */
    private volatile long creationSent;

    /** A change that was created for this deployment, but does not have its title yet. */
    private volatile String created;

    private int creationsSent;
    private volatile boolean released;

    /** Whether the change was specified by its number; then the plugin does not move it. */
    private volatile boolean byNumber;

    /** Whether the change was created for this deployment. */
    private volatile boolean own;

    /** Whether the creation was sent with the evidence in its columns. */
    private volatile boolean evidenceSent;

    /** Whether the instance refused a creation with the evidence in its columns, so that the next one has none. */
    private volatile boolean evidenceRefused;

    /** Whether the columns of the linked change have the evidence of this deployment. */
    private volatile boolean evidenceInColumns;

    /**
     * The planned start of the change before a request to move it, in milliseconds since 1970, and 0 for none; null if no
     * such request is pending, or the change was not approved yet after it.
     */
    private volatile Long replannedFrom;

    /** The planned start of that request, in milliseconds since 1970, while it may be on its way; else null. */
    private volatile Long replannedTo;

    /** The checks of the change for conflicts; null for none. */
    private volatile ConflictProgress conflicts;

    /** Nothing is linked, created or sent yet. */
    public ChangeLink() {}

    private ChangeLink(ChangeLink other) {
        this.sysId = other.sysId;
        this.number = other.number;
        this.title = other.title;
        this.model = other.model;
        this.creationSent = other.creationSent;
        this.created = other.created;
        this.creationsSent = other.creationsSent;
        this.released = other.released;
        this.byNumber = other.byNumber;
        this.own = other.own;
        this.evidenceSent = other.evidenceSent;
        this.evidenceRefused = other.evidenceRefused;
        this.evidenceInColumns = other.evidenceInColumns;
        this.replannedFrom = other.replannedFrom;
        this.replannedTo = other.replannedTo;
        this.conflicts = other.conflicts;
    }

    /** Copied under the lock, because Jenkins may store a build while its fields change. */
    @Serial
    private synchronized Object writeReplace() {
        return new ChangeLink(this);
    }

    /** The linked change; null if there is none yet. */
    @CheckForNull
    public synchronized SysId sysId() {
        return sysId == null ? null : new SysId(sysId);
    }

    @CheckForNull
    public String number() {
        return number;
    }

    /** The title with which the change was linked; null if that is not known. */
    @CheckForNull
    String title() {
        return title;
    }

    /** The {@code sys_id} of the change model when the change was linked; null if it had none, or that is not known. */
    @CheckForNull
    String model() {
        return model;
    }

    public boolean isLinked() {
        return sysId != null;
    }

    /** The result, or {@code Unreadable} if the row has the number of another change. */
    @NonNull
    ServiceNowClient.ReadResult verifyNumber(@NonNull ServiceNowClient.ReadResult result) {
        return result instanceof ServiceNowClient.ReadResult.Seen seen
                        && !seen.change().number().equals(number)
                ? new ServiceNowClient.ReadResult.Unreadable(Messages._ChangePoller_OtherNumber(
                        String.valueOf(number), seen.change().number()))
                : result;
    }

    /** From now on only this change is read. */
    synchronized void link(@NonNull ChangeRequest change) {
        link(change, false);
    }

    /**
     * From now on only this change is read.
     *
     * @param named whether it was specified by its number
     */
    synchronized void link(@NonNull ChangeRequest change, boolean named) {
        byNumber = named;
        sysId = change.sysId().value();
        number = change.number();
        title = change.shortDescription();
        ChangeModel linked = change.model();
        model = linked == null || !linked.isReadable() ? null : linked.sysId();
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

    /** When a creation with an unknown outcome was sent, or null. */
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

    /** Whether the change was specified by its number, and not found by its title or created. */
    public boolean isByNumber() {
        return byNumber;
    }

    /** Whether the change was created for this deployment. */
    public boolean isOwn() {
        return own;
    }

    /** Whether the columns of the linked change have the evidence, because it was created for this deployment with it. */
    public boolean isEvidenceInColumns() {
        return evidenceInColumns;
    }

    /**
     * Called before {@link #link}.
     *
     * @param created whether the change was created for this deployment
     */
    synchronized void linksCreated(boolean created) {
        own = created;
        evidenceInColumns = created && evidenceSent;
    }

    synchronized void evidenceSent(boolean sent) {
        evidenceSent = sent;
    }

    /** Whether the instance rejected the creation with the evidence in its columns. */
    public boolean isEvidenceRefused() {
        return evidenceRefused;
    }

    void evidenceRefused() {
        evidenceRefused = true;
    }

    /**
     * A request to move the planned window is about to be sent.
     *
     * @param former the planned start; null if there is none
     * @param planned the planned start that the change gets
     */
    synchronized void replanningStarts(@CheckForNull Instant former, @NonNull Instant planned) {
        replannedTo = planned.toEpochMilli();
        replannedFrom = former == null ? 0L : former.toEpochMilli();
    }

    /** Whether the planned window was to be moved, and the change may have been approved before that. */
    boolean isReplanning() {
        return replannedFrom != null;
    }

    /** The planned start before it was to be moved; null if there was none. */
    @CheckForNull
    Instant replannedFrom() {
        Long former = replannedFrom;
        return former == null || former == 0 ? null : Instant.ofEpochMilli(former);
    }

    /** The instance has answered the request to move the planned window: it is not on its way any more. */
    synchronized void replanningAnswered() {
        replannedTo = null;
    }

    /** The planned start to which it is to be moved by a request that may be on its way; null if there is none. */
    @CheckForNull
    Instant replannedTo() {
        Long planned = replannedTo;
        return planned == null ? null : Instant.ofEpochMilli(planned);
    }

    synchronized void replanningEnds() {
        replanning(new Replanning(null, null));
    }

    /**
     * What is stored of moving the planned window.
     *
     * @param from the planned start before, as in the field
     * @param to that of the request, as in the field
     */
    record Replanning(@CheckForNull Long from, @CheckForNull Long to) {}

    @NonNull
    synchronized Replanning replanning() {
        return new Replanning(replannedFrom, replannedTo);
    }

    synchronized void replanning(@NonNull Replanning replanning) {
        replannedFrom = replanning.from();
        replannedTo = replanning.to();
    }

    /** The checks of the change for conflicts. */
    @NonNull
    ConflictProgress conflicts() {
        ConflictProgress known = conflicts;
        return known == null ? ConflictProgress.NONE : known;
    }

    synchronized void conflicts(@NonNull ConflictProgress progress) {
        conflicts = progress;
    }

    /** Whether the deployment was released. */
    public boolean isReleased() {
        return released;
    }

    void release() {
        released = true;
    }
}
