package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceFiles;
import io.jenkins.plugins.servicenowgate.polling.ChangeLink;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeUpdateQueue;
import io.jenkins.plugins.servicenowgate.worknotes.Ending;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate.CloseCode;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jvnet.localizer.Localizable;

/** Sends the work notes, attachments and transitions of one deployment to ServiceNow, and records what became of them. */
final class ChangeUpdates implements ChangeUpdateQueue.Owner {
    private static final Logger LOGGER = Logger.getLogger(ChangeUpdates.class.getName());

    private final DeploymentRecord record;
    private final Supplier<DeploymentHost> host;
    private final LiveDeployments live;
    private final Runnable onMoved;
    private final AtomicReference<ChangeUpdateQueue.DeploymentUpdates> updates = new AtomicReference<>();
    private volatile boolean discarded;

    /**
     * @param host of the deployment at the time of the call
     * @param onMoved is called when the record says in which state the deployment has left its change
     */
    ChangeUpdates(
            @NonNull DeploymentRecord record,
            @NonNull Supplier<DeploymentHost> host,
            @NonNull LiveDeployments live,
            @NonNull Runnable onMoved) {
        this.onMoved = onMoved;
        this.record = record;
        this.host = host;
        this.live = live;
    }

    /**
     * Adds the transition after the deployment, if there is one. It is sent when no other deployment uses the change, with
     * the worst result of those that waited for that.
     */
    void addTransition() {
        StoredChangeSpec order = record.spec();
        if (!order.isReviewed()
                || record.getOutcome() != GateOutcome.PROCEED
                || !record.changeLink().isReleased()
                || record.changeLink().isByNumber()) {
            return;
        }
        CloseCode worst = host.get().worst(record);
        long start = record.getStartedAt();
        for (DeploymentRecord other : live.othersToMove(record)) {
            Ending ending = other.outbox().pendingEnding();
            worst = ending != null && ending.code().compareTo(worst) > 0 ? ending.code() : worst;
            start = other.getStartedAt() == 0 ? start : Math.min(start, other.getStartedAt());
        }
        record.outbox()
                .finish(new Ending(
                        WorkNotes.result(host.get(), record, worst),
                        worst,
                        order.isClosed(),
                        order.areTasksClosed(),
                        ChangeSnapshot.instant(start),
                        ChangeSnapshot.instant(record.getEndedAt())));
    }

    /** Adds the cancellation of the change of a deployment that did not take place, where that is configured. */
    void addCancellation(@NonNull String why) {
        if (record.getConnection() != null && record.spec().isCanceledIfAbandoned()) {
            String creator = creator();
            if (creator != null) {
                record.outbox().cancel(WorkNotes.abandoned(host.get(), record, why), creator);
            }
        }
    }

    /** The id of the deployment for which this controller created the change; null for a change of somebody else. */
    @CheckForNull
    private String creator() {
        ChangeLink link = record.changeLink();
        SysId change = link.sysId();
        if (link.isOwn()) {
            return record.getId();
        }
        return change == null || link.isByNumber() ? null : CreatedChanges.get().creator(change);
    }

    /** Adds what its change is told as soon as there is one. What is told at a release is sent with it. */
    void onPolled(@NonNull ChangeRequest change, @NonNull ReleaseDecision decision) {
        CreatedChanges.get().add(record);
        boolean waits = decision instanceof ReleaseDecision.Wait;
        boolean added = waits && WorkNotes.waiting(host.get(), record);
        if (!(decision instanceof ReleaseDecision.Refuse)) {
            ToldArtifacts.get().onPolled(record, change);
            if (WorkNotes.evidence(record)) {
                added = true;
                if (record.changeLink().isEvidenceRefused()) {
                    record.warn(Messages.Evidence_Rejected());
                }
            }
        }
        if (added) {
            saveQuietly();
        }
        if (waits && !record.outbox().isEmpty()) {
            sendPending();
        }
    }

    /** Sends what is pending to ServiceNow, in the background. */
    void sendPending() {
        SysId change = record.changeLink().sysId();
        String number = record.getNumber();
        if (change == null
                || number == null
                || record.getConnection() == null
                || record.outbox().isEmpty()) {
            settled();
            return;
        }
        ChangeUpdateQueue.DeploymentUpdates pending = updates.updateAndGet(existing -> existing == null
                ? new ChangeUpdateQueue.DeploymentUpdates(change, number, record.outbox(), this)
                : existing);
        ConnectionRuntimes.get().of(record.requiredConnection()).updateQueue().write(pending);
    }

    /** Sends nothing more, because another reading of the record takes over. */
    void discard() {
        discarded = true;
        for (PendingUpdate update = record.outbox().first();
                update != null;
                update = record.outbox().first()) {
            record.outbox().done(update);
        }
    }

    boolean isDiscarded() {
        return discarded;
    }

    @Override
    public void save() throws IOException {
        if (!discarded) {
            CreatedChanges.get().add(record);
            host.get().save();
        }
    }

    void recordEvidence(@NonNull ChangeEvidence evidence, @NonNull List<String> missing) {
        host.get().change(() -> {
            record.setEvidence(evidence);
            missing.forEach(record::warn);
        });
        saveQuietly();
    }

    /**
     * Stores the deployment while its change is determined. A change that was created while the wait ended is canceled or
     * listed like that of any deployment that does not take place.
     */
    void saveProgress() throws IOException {
        boolean late = record.isEndedUnstarted() && record.changeLink().isLinked();
        if (late) {
            host.get().change(() -> addCancellation(record.getReason()));
        }
        save();
        if (late) {
            sendPending();
        }
    }

    void saveQuietly() {
        try {
            save();
        } catch (IOException e) {
            LOGGER.log(
                    Level.WARNING,
                    e,
                    () -> "Could not store a deployment of " + host.get().name());
        }
    }

    @NonNull
    @Override
    public ChangeUpdateQueue.Turn turn(@NonNull SysId change) {
        if (live.isUsedByAnother(record)) {
            return ChangeUpdateQueue.Turn.LATER;
        }
        Ending own = record.outbox().pendingEnding();
        return own != null && live.othersToMove(record).stream().anyMatch(other -> isLeftTo(other, own))
                ? ChangeUpdateQueue.Turn.NEVER
                : ChangeUpdateQueue.Turn.NOW;
    }

    /** Whether that deployment moves the change: it has the worse result, also of both, or the same one and ended later. */
    private boolean isLeftTo(DeploymentRecord other, Ending own) {
        Ending its = other.outbox().pendingEnding();
        if (its == null) {
            return false;
        }
        int worse = its.code().compareTo(own.code());
        return worse > 0
                || worse == 0
                        && Comparator.comparingLong(DeploymentRecord::getEndedAt)
                                        .thenComparing(DeploymentRecord::getId)
                                        .compare(record, other)
                                < 0;
    }

    @Override
    public void finishing(@NonNull SysId change) throws IOException {
        CompletedChanges.get().add(change);
    }

    @Override
    public boolean isDeployedUnapproved(@NonNull SysId change) {
        return CreatedChanges.get().isDeployedUnapproved(change);
    }

    @Override
    public void moved(@NonNull String state) {
        host.get().change(() -> record.leaveChangeIn(state));
        onMoved.run();
    }

    @Override
    public void kept(@NonNull Localizable what) {
        record.warn(what.toString());
        host.get().print(what.toString(), record.getNumber(), record.getUrl());
    }

    @CheckForNull
    @Override
    public ChangeEvidence evidence() {
        return record.evidence();
    }

    @Override
    public void trouble(@CheckForNull Localizable trouble) {
        record.reportError(trouble == null ? null : trouble.toString());
        if (trouble != null) {
            LOGGER.log(Level.INFO, () -> host.get().name() + ": " + trouble.toString());
        }
    }

    @Override
    public void givenUp(@NonNull Localizable what) {
        LOGGER.log(Level.WARNING, () -> host.get().name() + ": " + what.toString());
        record.warn(what.toString());
        host.get().print(what.toString(), record.getNumber(), record.getUrl());
        saveQuietly();
    }

    @Override
    public void settled() {
        if (!discarded
                && DeploymentState.of(record).isFinal()
                && record.outbox().isEmpty()) {
            live.remove(host.get(), record);
            host.get().settled(record);
            EvidenceFiles.delete(record.getId());
        }
    }
}
