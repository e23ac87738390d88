package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceQuery;
import io.jenkins.plugins.servicenowgate.polling.ApprovalListener;
import io.jenkins.plugins.servicenowgate.polling.ChangeSpec;
import io.jenkins.plugins.servicenowgate.rules.ApprovalRound;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate.CloseCode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jvnet.localizer.Localizable;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The live owner of one deployment; {@link DeploymentRegistry} has one for each id. Every change of its state is made here:
 * it is checked against {@link DeploymentState}, made under the host's lock together with its work note, stored, and then
 * listeners are notified.
 */
@Restricted(NoExternalUse.class)
public final class Deployment implements ApprovalListener {
    private static final Logger LOGGER = Logger.getLogger(Deployment.class.getName());

    private final DeploymentRecord record;
    private final ChangeUpdates updates;
    private volatile DeploymentHost host;
    private volatile GateCallback callback;
    private final DeploymentWait waiting;
    private volatile ReleasePolicy policy;
    private volatile String abortReason;
    private volatile Outage outage;

    Deployment(@NonNull DeploymentHost host, @NonNull DeploymentRecord record, @NonNull LiveDeployments live) {
        this.host = host;
        this.record = record;
        this.waiting = new DeploymentWait(record);
        this.updates = new ChangeUpdates(record, this::host, live, () -> notifyListeners(null));
    }

    @NonNull
    public DeploymentRecord record() {
        return record;
    }

    @NonNull
    public DeploymentHost host() {
        return host;
    }

    @NonNull
    public DeploymentState state() {
        return DeploymentState.of(record);
    }

    public boolean isWaiting() {
        return waiting.isActive();
    }

    /** Whether a request is in progress that a restart should wait for. */
    public boolean isActing() {
        return waiting.isActing();
    }

    /**
     * Checks the change at once, because a user requests it; does not block.
     *
     * @return false if it does not wait, was checked a few seconds ago, or requests are paused
     */
    public boolean checkNow() {
        return waiting.checkNow();
    }

    /** The last reason why ServiceNow could not be asked; null if there was none. */
    @CheckForNull
    public Outage outage() {
        return outage;
    }

    /**
     * Changes the record if the transition is allowed.
     *
     * @param change memory only, no I/O
     * @return the state before; null if the transition is not allowed, and nothing was changed
     */
    @CheckForNull
    private DeploymentState transition(DeploymentState to, Runnable change) {
        DeploymentState[] before = new DeploymentState[1];
        host.change(() -> {
            if (state().mayBecome(to)) {
                before[0] = state();
                change.run();
            }
        });
        return before[0];
    }

    void notifyListeners(@CheckForNull DeploymentState from) {
        DeploymentState now = state();
        DeploymentListener.fireChanged(this, from == null ? now : from, now);
    }

    /**
     * Waits for the change, unless enforcement is switched off. A deployment is waiting as soon as its record is stored.
     *
     * @param resumed whether it waited before, so that it may be one of many that continue after a restart
     */
    void await(@NonNull ChangeSpec spec, @NonNull GateCallback requester, boolean resumed) {
        waiting.end(); // Of a step that is resumed twice, as by Reload Configuration from Disk.
        callback = requester;
        DeploymentState from = transition(DeploymentState.WAITING, () -> record.awaitsChange(Messages.Gate_Opening()));
        if (from == null) {
            requester.refuse(record.getReason());
            return;
        }
        // A check of an earlier wait may still run: what it reads must not count for this one.
        policy = new ReleasePolicy(record, this::host);
        waiting.begin(spec, this, policy);
        if (!ServiceNowGateConfiguration.get().isEnabled()) {
            releaseUnenforced();
        } else {
            waiting.poll(resumed && from != DeploymentState.RELEASED);
        }
    }

    /** Waits for the evidence, before it waits for the change. */
    void gather(
            @NonNull EvidenceQuery query,
            @NonNull GateCallback requester,
            @NonNull BiConsumer<ChangeEvidence, List<String>> done) {
        callback = requester;
        waiting.gather(query, done);
    }

    /** Keeps what approvers are told; a line for each part that could not be gathered. */
    void recordEvidence(@NonNull ChangeEvidence evidence, @NonNull List<String> missing) {
        updates.recordEvidence(evidence, missing);
        missing.forEach(this::print);
    }

    /** Stops waiting; does not block. Returns true if it was waiting; then the callback is not called any more. */
    public boolean abort(@NonNull String why) {
        if (!waiting.end()) {
            return false;
        }
        abortReason = why;
        GateExecutor.get().execute(() -> {
            print(why);
            endUnstarted(DeploymentState.ABORTED, why);
        });
        return true;
    }

    /** Its queue item left the queue without becoming a build; does not block. */
    public void cancel(@NonNull String why) {
        if (!abort(why)) {
            GateExecutor.get().execute(() -> {
                if (state() == DeploymentState.RELEASED || state() == DeploymentState.BYPASSED) {
                    endUnstarted(DeploymentState.ABORTED, why);
                }
            });
        }
    }

    /** Releases the deployment because enforcement was switched off, and says so. */
    void releaseUnenforced() {
        if (!waiting.end()) {
            return;
        }
        String why = Messages.PolicyDecision_NotEnforced();
        LOGGER.log(Level.WARNING, () -> host.name() + " deploys without an approved change: " + why);
        runRelease(callback, () -> {
            DeploymentState from = transition(DeploymentState.UNENFORCED, () -> {
                record.transitionTo(GateOutcome.SWITCHED_OFF, why);
                record.timeline().start();
            });
            updates.saveQuietly();
            print(why);
            notifyListeners(from);
            return true;
        });
    }

    /** Code of other plugins takes part in a release: what fails ends refused, never silent. */
    private void runRelease(GateCallback requester, BooleanSupplier act) {
        boolean released;
        try {
            released = act.getAsBoolean();
        } catch (RuntimeException | Error e) {
            LOGGER.log(Level.WARNING, e, () -> "The release of " + host.name() + " failed");
            refuse(Messages.Gate_NotOpened(e.toString()), requester);
            return;
        }
        if (released) {
            requester.proceed(record);
        }
    }

    /**
     * Releases this one deployment without an approved change, because a person decided so. Does not block: a decision that
     * cannot be stored is refused.
     *
     * @param who id of the user
     * @param why one line, free of control characters
     * @return false if it was not waiting any more
     */
    public boolean bypass(@NonNull String who, @NonNull String name, @NonNull String why) {
        if (!waiting.end()) {
            return false;
        }
        BreakGlassRelease bypass = new BreakGlassRelease(who, name, why, Instant.now(), host.key());
        GateExecutor.get().execute(() -> {
            DeploymentState from = transition(DeploymentState.BYPASSED, () -> record.bypassed(bypass));
            if (storeOrRefuse(from)) {
                proceedBypassed(from, callback);
            }
        });
        return true;
    }

    /** The decision of a person is stored; also if it is found after a crash, or by the build of its queue item. */
    void proceedBypassed(@CheckForNull DeploymentState from, @NonNull GateCallback requester) {
        LOGGER.log(Level.WARNING, () -> host.name() + " deploys " + record.description() + ". " + record.getReason());
        runRelease(requester, () -> {
            host.change(() -> {
                WorkNotes.bypassed(host, record);
                startIfBuild();
            });
            updates.saveQuietly();
            notifyListeners(from);
            host.print(record.getReason(), null, null);
            if (!record.changeLink().isLinked()) {
                host.print(Messages.BreakGlass_NoChange(), null, null);
            }
            updates.sendPending();
            return true;
        });
    }

    private void startIfBuild() {
        if (host.startsAtRelease()) {
            record.timeline().start();
            WorkNotes.started(host, record);
        }
    }

    @Override
    public void proceed(@NonNull ChangeRequest change, @NonNull Localizable reason) {
        waiting.pollerEnded();
        runRelease(callback, () -> {
            String refusal = policy.refusal(change);
            if (refusal != null) {
                refuse(refusal, callback);
                return false;
            }
            DeploymentState from = markReleased(reason.toString());
            boolean stored = storeOrRefuse(from);
            if (stored) {
                print(record.getReason());
                notifyListeners(from);
                updates.sendPending();
            }
            return stored;
        });
    }

    @CheckForNull
    DeploymentState markReleased(@NonNull String reason) {
        return transition(host.startsAtRelease() ? DeploymentState.RUNNING : DeploymentState.RELEASED, () -> {
            record.transitionTo(GateOutcome.PROCEED, reason);
            startIfBuild();
        });
    }

    /** Stores a release, or refuses: one that is not remembered could be given twice. */
    private boolean storeOrRefuse(@CheckForNull DeploymentState from) {
        if (from == null) {
            callback.refuse(record.getReason());
            return false;
        }
        try {
            host.save();
            return true;
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not store the release of " + host.name());
            refuse(Messages.Gate_NotStored(e.toString()), callback);
            return false;
        }
    }

    @Override
    public void refuse(@NonNull Localizable reason) {
        refuse(reason.toString(), callback);
    }

    void refuse(@NonNull String reason, @NonNull GateCallback requester) {
        waiting.end();
        waiting.pollerEnded();
        try {
            endUnstarted(DeploymentState.REFUSED, reason);
        } catch (RuntimeException | Error e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not record the refusal of " + host.name());
        }
        requester.refuse(reason);
    }

    /** Ends it as refused or aborted, unless it has ended already, and sends what is pending about it. */
    void endUnstarted(@NonNull DeploymentState to, @NonNull String why) {
        DeploymentState from = transition(to, () -> {
            record.transitionTo(to == DeploymentState.REFUSED ? GateOutcome.REFUSE : GateOutcome.ABORTED, why);
            record.timeline().end();
            WorkNotes.notDeployed(host, record, why);
            updates.addCancellation(why);
        });
        updates.saveQuietly();
        notifyListeners(from);
        updates.sendPending();
    }

    void sendPending() {
        updates.sendPending();
    }

    /** Nothing more of the deployment may begin, though work that runs may go on. */
    public void closeGate() {
        record.timeline().close();
    }

    /**
     * The deployment is over.
     *
     * @param result of its body or build
     */
    public void finish(@CheckForNull Result result) {
        DeploymentState from = transition(DeploymentState.FINISHED, () -> end(result));
        if (record.isWithoutChange()) {
            host.change(() -> record.timeline().result(WorkNotes.closeCode(result)));
        }
        updates.saveQuietly();
        notifyListeners(from);
        updates.sendPending();
    }

    private void end(@CheckForNull Result result) {
        CloseCode code = WorkNotes.closeCode(result);
        record.timeline().end(code);
        // Also what a crash prevented, or what happened before the change was created.
        WorkNotes.bypassed(host, record);
        WorkNotes.started(host, record);
        WorkNotes.finished(host, record, code);
        updates.addTransition();
    }

    /** Its build is over, and with it the deployment, however far it got. Does not block. */
    public void buildEnded(@CheckForNull Result result) {
        if (!abort(Messages.Gate_Aborted())) {
            GateExecutor.get().execute(() -> {
                if (state().usesChange() && state() != DeploymentState.RUNNING) {
                    String why = abortReason;
                    endUnstarted(DeploymentState.ABORTED, why == null ? Messages.Gate_Aborted() : why);
                } else {
                    finish(result);
                }
            });
        }
    }

    /** From now on it is stored there: the build of its queue item, or a step that continues after a restart. */
    void moveTo(@NonNull DeploymentHost build) {
        host.change(() -> host = build);
    }

    /** Another reading of the record takes over, as after Reload Configuration from Disk: this one does nothing more. */
    void replace() {
        waiting.end();
        updates.discard();
    }

    @Override
    public void save() throws IOException {
        updates.saveProgress();
    }

    private void print(String line) {
        host.print(line, record.getNumber(), record.getUrl());
    }

    @Override
    public boolean isFinished(@NonNull SysId change) {
        return CompletedChanges.get().contains(change);
    }

    @Override
    public void report(@NonNull Localizable news) {
        outage = Outage.ended(outage);
        print(news.toString());
    }

    @Override
    public void reportOutage(@NonNull Localizable news, @NonNull Localizable error) {
        outage = new Outage(error.toString(), Instant.now(), false);
        print(news.toString());
    }

    @Override
    public void onApprovals(@NonNull ApprovalRound approvals) {
        record.recordApprovals(approvals);
    }

    @Override
    public void onPolled(@NonNull ChangeRequest change, @NonNull ReleaseDecision decision, @CheckForNull Instant next) {
        record.recordSnapshot(change, decision, next, Instant.now());
        updates.onPolled(change, decision);
    }
}
