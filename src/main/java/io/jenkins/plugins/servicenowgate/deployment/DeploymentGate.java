package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.polling.ApprovalListener;
import io.jenkins.plugins.servicenowgate.polling.ChangeSpec;
import io.jenkins.plugins.servicenowgate.polling.PendingApproval;
import io.jenkins.plugins.servicenowgate.rules.Decision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A build's deployment at its gate: rules whether a change is needed, waits with the connection's poller, keeps the
 * build's record, console and page up to date. Whoever opened it hears the outcome once.
 */
public final class DeploymentGate implements ApprovalListener {
    private static final Logger LOGGER = Logger.getLogger(DeploymentGate.class.getName());

    /** Whoever wants to deploy; called on a thread of {@link GateExecutor}, one call in all. */
    public interface GateCallback {
        /** The deployment may go. */
        void proceed(@NonNull DeploymentRecord deployment);

        /** The deployment must not go; one line says why. */
        void refuse(@NonNull String reason);
    }

    private final DeploymentHost host;
    private final WorkNotes updates;
    private final GateCallback face;
    private final DeploymentRecord record;
    private final PendingApproval gate;
    private volatile Outage setback;

    private DeploymentGate(DeploymentHost host, GateCallback face, DeploymentRecord record, ChangeSpec request) {
        this.host = host;
        this.updates = new WorkNotes(host, record);
        this.face = face;
        this.record = record;
        this.gate = new PendingApproval(request, record.gate(), this, record.getSince());
    }

    /** Waits with the poller of the connection, unless change control is switched off. */
    @NonNull
    static DeploymentGate await(
            @NonNull DeploymentHost host,
            @NonNull GateCallback face,
            @NonNull DeploymentRecord record,
            @NonNull ChangeSpec request) {
        DeploymentGate opened = new DeploymentGate(host, face, record, request);
        // Released before a crash, but not yet on its way: only a new look can release it again.
        record.transitionTo(GateOutcome.WAIT, Messages.Gate_Opening());
        DeploymentRegistry.get().opened(opened);
        if (ServiceNowGateConfiguration.get().isEnabled()) {
            ConnectionRuntimes.get().of(record.requiredConnection()).poller().admit(opened.gate);
        } else {
            opened.releaseUnenforced();
        }
        return opened;
    }

    @NonNull
    public DeploymentRecord record() {
        return record;
    }

    @NonNull
    public DeploymentHost host() {
        return host;
    }

    /** What last kept ServiceNow from being asked for this deployment; null if nothing did. */
    @CheckForNull
    public Outage setback() {
        return setback;
    }

    /** The item of the queue that was let go left it without becoming a build. */
    public void cancel(@NonNull String why) {
        if (abort(why)
                || host.startsAtRelease()
                || record.getDecision() != GateOutcome.PROCEED && record.getDecision() != GateOutcome.BYPASSED) {
            return;
        }
        record.transitionTo(GateOutcome.ABORTED, why);
        GateExecutor.get().execute(() -> {
            updates.endedUnstarted(GateOutcome.ABORTED, why);
            updates.write();
        });
    }

    /**
     * Stops waiting; does not block.
     *
     * @return true if the gate had no outcome yet: then the face hears nothing any more
     */
    public boolean abort(@NonNull String why) {
        if (!ConnectionRuntimes.get().of(record.requiredConnection()).poller().cancel(gate)) {
            return false;
        }
        DeploymentRegistry.get().closed(this);
        record.transitionTo(GateOutcome.ABORTED, why);
        GateExecutor.get().execute(() -> {
            print(why);
            updates.endedUnstarted(GateOutcome.ABORTED, why);
            saveQuietly();
            updates.write();
        });
        return true;
    }

    /** Lets the deployment go because an administrator switched change control off, and says so. */
    void releaseUnenforced() {
        if (!ConnectionRuntimes.get().of(record.requiredConnection()).poller().cancel(gate)) {
            return;
        }
        DeploymentRegistry.get().closed(this);
        String why = Messages.PolicyDecision_NotEnforced();
        LOGGER.log(Level.WARNING, () -> host.name() + " deploys without an approved change: " + why);
        record.transitionTo(GateOutcome.SWITCHED_OFF, why);
        record.timeline().start();
        saveQuietly();
        print(why);
        DeploymentListener.fireChanged(host, record);
        face.proceed(record);
    }

    /**
     * Lets this one deployment go without an approved change, because a person says so. Does not block: what could not be
     * stored with the build is refused.
     *
     * @param who id of the user
     * @param why one line, free of control characters
     * @return false if the gate had an outcome already
     */
    boolean breakGlass(@NonNull String who, @NonNull String name, @NonNull String why) {
        if (!ConnectionRuntimes.get().of(record.requiredConnection()).poller().cancel(gate)) {
            return false;
        }
        DeploymentRegistry.get().closed(this);
        BreakGlassRelease bypass = new BreakGlassRelease(who, name, why, Instant.now(), host.key());
        GateExecutor.get().execute(() -> {
            host.change(() -> {
                record.bypassed(bypass);
                if (host.startsAtRelease()) {
                    record.timeline().start();
                }
            });
            if (isStored()) {
                goWithoutApproval(host, face, record);
            }
        });
        return true;
    }

    /** What a person decided is stored; also when that is found after a crash. */
    static void goWithoutApproval(DeploymentHost host, GateCallback face, DeploymentRecord record) {
        LOGGER.log(
                Level.WARNING,
                () -> host.name() + " deploys to " + record.getEnvironment() + ". " + record.getReason());
        BreakGlassRelease bypass = record.getBypass();
        if (bypass != null) {
            BreakGlassLog.get().add(host, record, bypass);
        }
        WorkNotes updates = new WorkNotes(host, record);
        updates.bypassed();
        if (host.startsAtRelease()) {
            updates.started();
        }
        updates.saveQuietly();
        DeploymentListener.fireChanged(host, record);
        host.print(record.getReason(), null, null);
        if (!record.gate().isLinked()) {
            host.print(Messages.BreakGlass_NoChange(), null, null);
        }
        updates.write();
        face.proceed(record);
    }

    /** Whether something is under way that a restart should wait for. */
    public boolean isActing() {
        return gate.isActing();
    }

    @Override
    public void save() throws IOException {
        host.save();
    }

    @Override
    public boolean isFinished(@NonNull SysId change) {
        return CompletedChanges.get().contains(change);
    }

    @Override
    public void report(@NonNull Phrase news) {
        setback = Outage.after(setback, news, Instant.now());
        print(news.text());
    }

    @Override
    public void onPolled(@NonNull ChangeRequest change, @NonNull Decision decision, @CheckForNull Instant next) {
        record.recordSnapshot(change, decision, next, Instant.now());
        if (decision instanceof Decision.Wait) {
            updates.waiting();
        }
    }

    @Override
    public void proceed(@NonNull ChangeRequest change) {
        DeploymentRegistry.get().closed(this);
        boolean released;
        try {
            updates.released();
            released = isStored();
            if (released) {
                print(record.getReason());
                DeploymentListener.fireChanged(host, record);
                updates.write();
            }
        } catch (RuntimeException | LinkageError e) {
            // Code of other plugins takes part: what breaks in the middle ends refused, never silent.
            LOGGER.log(Level.WARNING, e, () -> "The release of " + host.name() + " broke off.");
            refuse(Messages.Gate_NotOpened(e.toString()));
            return;
        }
        if (released) {
            face.proceed(record);
        }
    }

    /** Stores the release, else refuses: one that can't be remembered could be given twice, so it is none. */
    private boolean isStored() {
        try {
            host.save();
            return true;
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The release of " + host.name() + " could not be stored.");
            refuse(Messages.Gate_NotStored(e.toString()));
            return false;
        }
    }

    @Override
    public void refuse(@NonNull Phrase reason) {
        refuse(reason.text());
    }

    private void refuse(String reason) {
        DeploymentRegistry.get().closed(this);
        try {
            updates.endedUnstarted(GateOutcome.REFUSE, reason);
            saveQuietly();
            updates.write();
        } catch (RuntimeException | LinkageError e) {
            LOGGER.log(Level.WARNING, e, () -> "The refusal of " + host.name() + " could not be kept.");
        }
        face.refuse(reason);
    }

    private void saveQuietly() {
        try {
            host.save();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The outcome of the gate of " + host.name() + " could not be stored.");
        }
    }

    private void print(String line) {
        host.print(line, record.getNumber(), record.getUrl());
    }
}
