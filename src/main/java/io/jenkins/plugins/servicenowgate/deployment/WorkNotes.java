package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeOutbox.Fact;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeUpdateQueue;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate.CloseCode;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What ServiceNow is told about a deployment: which facts, in which words, and what becomes of the change at the end.
 * Each fact is stored with the deployment before it is sent.
 */
final class WorkNotes implements ChangeUpdateQueue.Owner {
    private static final Logger LOGGER = Logger.getLogger(WorkNotes.class.getName());

    private final DeploymentHost host;
    private final DeploymentRecord record;

    WorkNotes(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        this.host = host;
        this.record = record;
    }

    /** For a deployment whose build may be over: nothing is printed any more. */
    WorkNotes(@NonNull Run<?, ?> run, @NonNull DeploymentRecord record) {
        this(new BuildHost(run, TaskListener.NULL), record);
    }

    /** Writes what is pending, in the background. */
    void write() {
        SysId change = record.gate().sysId();
        String number = record.getNumber();
        if (change == null || number == null || record.outbox().isEmpty()) {
            settled();
            return;
        }
        ChangeUpdateQueue.DeploymentUpdates updates =
                record.updates(() -> new ChangeUpdateQueue.DeploymentUpdates(change, number, record.outbox(), this));
        updates.handOver(this);
        ConnectionRuntimes.get().of(record.requiredConnection()).updateQueue().write(updates);
    }

    // ---- facts

    /** The deployment waits for its change. */
    void waiting() {
        if (note(Fact.WAITING, "waiting", () -> Messages.Note_Waiting(what(), link()))) {
            saveQuietly();
        }
        if (!record.outbox().isEmpty()) {
            // Also what a crash left unwritten.
            write();
        }
    }

    /** A person lets it go without an approved change, which is told for each deployment; stored by the caller. */
    void bypassed() {
        BreakGlassRelease by = record.getBypass();
        if (by != null && isWritten()) {
            String why = by.getReason();
            record.outbox()
                    .report(
                            Fact.BYPASSED,
                            () -> Messages.Note_Bypassed(what(), by.getPerson(), why, link()),
                            record.getId() + " bypassed");
        }
    }

    /** Its change lets the deployment go; stored by the caller. */
    void released() {
        host.change(() -> {
            record.transitionTo(GateOutcome.PROCEED, record.getReason());
            if (host.startsAtRelease()) {
                started();
            }
        });
    }

    /** The deployment goes; stored by the caller. */
    void started() {
        host.change(() -> {
            record.timeline().start();
            DeploymentRegistry.get().started(record);
            recordStart();
        });
    }

    private void recordStart() {
        note(Fact.STARTED, "started", () -> Messages.Note_Started(what(), host.startedBy(), link()));
    }

    /** The wait ended without a deployment; stored by the caller. */
    void endedUnstarted(@NonNull GateOutcome outcome, @NonNull String why) {
        host.change(() -> {
            record.transitionTo(outcome, why);
            record.timeline().end();
            note(Fact.ENDED_UNSTARTED, "ended", () -> Messages.Note_NotDeployed(what(), why, link()));
        });
        DeploymentListener.fireChanged(host, record);
    }

    /**
     * The deployment is over.
     *
     * @param result of its body or build
     */
    void finished(@CheckForNull Result result) {
        host.change(() -> {
            if (record.isRunning()) {
                end(result);
            }
        });
        DeploymentListener.fireChanged(host, record);
        saveQuietly();
        write();
    }

    private void end(@CheckForNull Result result) {
        CloseCode closeCode = DeploymentRegistry.closeCode(result);
        record.timeline().end(closeCode);
        DeploymentRegistry.get().ended(record);
        // What a crash, or a change that was created only later, left untold.
        bypassed();
        recordStart();
        note(Fact.FINISHED, "finished", () -> finished(closeCode));
        AutomaticTransition transition = record.order().automaticTransition();
        if (transition != AutomaticTransition.OFF
                && !host.hasRunningTwin(record)
                && record.getBypass() == null
                && !record.gate().isByNumber()
                && !DeploymentRegistry.get().isUsedByAnother(record)) {
            CloseCode worst = host.worst(record);
            record.outbox().finish(finished(worst), worst, transition == AutomaticTransition.CLOSE);
        }
    }

    private String finished(CloseCode code) {
        return Messages.Note_Finished(
                what(),
                code.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                Util.getTimeSpanString(record.timeline().duration()),
                link());
    }

    /** The gate is closed; whatever else is to be known is told at the end of the build. */
    void bodyIsOver(@NonNull Result result) {
        if (record.isRunning()) {
            finished(result);
        } else {
            saveQuietly();
        }
    }

    /** The build is over, and with it whatever of the deployment was not. */
    void buildIsOver(@CheckForNull Result result) {
        if (record.timeline().isStarted() || record.isOver()) {
            finished(result);
            return;
        }
        if (record.getDecision() == GateOutcome.REFUSE || record.getDecision() == GateOutcome.ABORTED) {
            // Interrupted before it was told.
            endedUnstarted(record.getDecision(), record.getReason());
        } else {
            endedUnstarted(GateOutcome.ABORTED, Messages.Gate_Aborted());
        }
        saveQuietly();
        write();
    }

    private boolean note(Fact fact, String word, Supplier<String> text) {
        return isWritten() && record.outbox().report(fact, text, record.getId() + " " + word);
    }

    private boolean isWritten() {
        return record.gate().isLinked() && ServiceNowGateConfiguration.get().isWorkNotesEnabled();
    }

    private String what() {
        return what(record);
    }

    @NonNull
    static String what(@NonNull DeploymentRecord record) {
        return Messages.Note_What(record.getProject(), record.getVersion(), record.getEnvironment());
    }

    private String link() {
        String url = host.url();
        return url == null ? host.name() : url;
    }

    void saveQuietly() {
        try {
            host.save();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "What is to be written about " + host.name() + " could not be stored.");
        }
    }

    // ---- what became of them

    @Override
    public void save() throws IOException {
        host.save();
    }

    @Override
    public boolean finishing(@NonNull SysId change) throws IOException {
        if (DeploymentRegistry.get().isUsedByAnother(record)) {
            return false;
        }
        CompletedChanges.get().add(change);
        return true;
    }

    @Override
    public void trouble(@CheckForNull Phrase trouble) {
        record.reportError(trouble == null ? null : trouble.text());
        if (trouble != null) {
            LOGGER.log(Level.INFO, () -> host.name() + ": " + trouble.text());
        }
    }

    @Override
    public void givenUp(@NonNull Phrase what) {
        LOGGER.log(Level.WARNING, () -> host.name() + ": " + what.text());
        record.warn(what.text());
        host.print(what.text(), record.getNumber(), record.getUrl());
        saveQuietly();
    }

    @Override
    public void settled() {
        if (record.isOver() && record.outbox().isEmpty()) {
            host.settled(record);
        }
    }
}
