package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceFiles;
import io.jenkins.plugins.servicenowgate.rules.Decision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeUpdateQueue;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate.CloseCode;
import java.io.IOException;
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
    private final AtomicReference<ChangeUpdateQueue.DeploymentUpdates> updates = new AtomicReference<>();
    private volatile boolean discarded;

    /**
     * @param host of the deployment at the time of the call
     */
    ChangeUpdates(
            @NonNull DeploymentRecord record, @NonNull Supplier<DeploymentHost> host, @NonNull LiveDeployments live) {
        this.record = record;
        this.host = host;
        this.live = live;
    }

    /** Adds the transition after the deployment, if there is one and no other deployment uses the change. */
    void addTransition() {
        AutomaticTransition transition = record.spec().automaticTransition();
        if (transition != AutomaticTransition.OFF
                && record.getBypass() == null
                && !record.changeLink().isByNumber()
                && !live.isUsedByAnother(record)) {
            CloseCode worst = host.get().worst(record);
            record.outbox()
                    .finish(
                            WorkNotes.result(host.get(), record, worst),
                            worst,
                            transition == AutomaticTransition.CLOSE);
        }
    }

    /** Adds what its change is told as soon as there is one. What is told at a release is sent with it. */
    void onPolled(@NonNull ChangeRequest change, @NonNull Decision decision) {
        boolean waits = decision instanceof Decision.Wait;
        boolean added = waits && WorkNotes.waiting(host.get(), record);
        if (!(decision instanceof Decision.Refuse)) {
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
            write();
        }
    }

    /** Sends what is pending, in the background. */
    void write() {
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
            host.get().save();
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

    @Override
    public boolean finishing(@NonNull SysId change) throws IOException {
        if (live.isUsedByAnother(record)) {
            return false;
        }
        CompletedChanges.get().add(change);
        return true;
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
            live.remove(record);
            host.get().settled(record);
            EvidenceFiles.delete(record.getId());
        }
    }
}
