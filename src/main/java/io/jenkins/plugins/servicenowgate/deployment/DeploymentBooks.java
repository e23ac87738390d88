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
import io.jenkins.plugins.servicenowgate.gate.BookEntry.CloseCode;
import io.jenkins.plugins.servicenowgate.gate.Bookkeeper;
import io.jenkins.plugins.servicenowgate.gate.Bookkeeping.Fact;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What ServiceNow is told about a deployment: which facts, in which words, and what becomes of the change at the end.
 * Each fact is stored with the deployment before it is sent.
 */
final class DeploymentBooks implements Bookkeeper.Owner {
    private static final Logger LOGGER = Logger.getLogger(DeploymentBooks.class.getName());

    private final Home home;
    private final DeploymentRecord record;

    DeploymentBooks(@NonNull Home home, @NonNull DeploymentRecord record) {
        this.home = home;
        this.record = record;
    }

    /** For a deployment whose build may be over: nothing is printed any more. */
    DeploymentBooks(@NonNull Run<?, ?> run, @NonNull DeploymentRecord record) {
        this(new BuildHome(run, TaskListener.NULL), record);
    }

    /** Writes what is pending, in the background. */
    void write() {
        SysId change = record.gate().sysId();
        String number = record.getNumber();
        if (change == null || number == null || record.bookkeeping().isEmpty()) {
            settled();
            return;
        }
        Bookkeeper.Books books = record.books(() -> new Bookkeeper.Books(change, number, record.bookkeeping(), this));
        books.handOver(this);
        GateService.get().bookkeeper(record.requiredConnection()).write(books);
    }

    // ---- facts

    /** The deployment waits for its change. */
    void waiting() {
        if (note(Fact.WAITING, "waiting", () -> Messages.Note_Waiting(what(), link()))) {
            saveQuietly();
        }
        if (!record.bookkeeping().isEmpty()) {
            // Also what a crash left unwritten.
            write();
        }
    }

    /** A person lets it go without an approved change, which is told for each deployment; stored by the caller. */
    void bypassed() {
        Bypass by = record.getBypass();
        if (by != null && isWritten()) {
            String why = by.getReason();
            record.bookkeeping()
                    .tell(
                            Fact.BYPASSED,
                            () -> Messages.Note_Bypassed(what(), by.getPerson(), why, link()),
                            record.getId() + " bypassed");
        }
    }

    /** Its change lets the deployment go; stored by the caller. */
    void released() {
        home.change(() -> {
            record.became(Outcome.PROCEED, record.getReason());
            if (home.startsAtRelease()) {
                started();
            }
        });
    }

    /** The deployment goes; stored by the caller. */
    void started() {
        home.change(() -> {
            record.course().start();
            OpenDeployments.get().started(record);
            tellStart();
        });
    }

    private void tellStart() {
        note(Fact.STARTED, "started", () -> Messages.Note_Started(what(), home.startedBy(), link()));
    }

    /** The wait ended without a deployment; stored by the caller. */
    void endedUnstarted(@NonNull Outcome outcome, @NonNull String why) {
        home.change(() -> {
            record.became(outcome, why);
            record.course().end();
            note(Fact.ENDED_UNSTARTED, "ended", () -> Messages.Note_NotDeployed(what(), why, link()));
        });
        Audit.get().tell(home, record);
    }

    /**
     * The deployment is over.
     *
     * @param result of its body or build
     */
    void finished(@CheckForNull Result result) {
        home.change(() -> {
            if (record.isRunning()) {
                end(result);
            }
        });
        Audit.get().tell(home, record);
        saveQuietly();
        write();
    }

    private void end(@CheckForNull Result result) {
        record.course().end(OpenDeployments.closeCode(result));
        OpenDeployments.get().ended(record);
        // What a crash, or a change that was created only later, left untold.
        bypassed();
        tellStart();
        if (!home.hasRunningTwin(record)) {
            CloseCode code = home.worst(record);
            String outcome = Messages.Note_Finished(
                    what(),
                    code.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    Util.getTimeSpanString(record.course().duration()),
                    link());
            note(Fact.FINISHED, "finished", () -> outcome);
            AutomaticTransition transition = record.order().automaticTransition();
            if (transition != AutomaticTransition.OFF
                    && record.getBypass() == null
                    && !record.gate().isByNumber()
                    && !OpenDeployments.get().isUsedByAnother(record)) {
                record.bookkeeping().finish(outcome, code, transition == AutomaticTransition.CLOSE);
            }
        }
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
        if (record.course().isStarted() || record.isOver()) {
            finished(result);
            return;
        }
        if (record.getDecision() == Outcome.REFUSE || record.getDecision() == Outcome.ABORTED) {
            // Interrupted before it was told.
            endedUnstarted(record.getDecision(), record.getReason());
        } else {
            endedUnstarted(Outcome.ABORTED, Messages.Gate_Aborted());
        }
        saveQuietly();
        write();
    }

    private boolean note(Fact fact, String word, Supplier<String> text) {
        return isWritten()
                && !home.isTold(record, fact)
                && record.bookkeeping().tell(fact, text, record.getId() + " " + word);
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
        String url = home.url();
        return url == null ? home.name() : url;
    }

    void saveQuietly() {
        try {
            home.save();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "What is to be written about " + home.name() + " could not be stored.");
        }
    }

    // ---- what became of them

    @Override
    public void save() throws IOException {
        home.save();
    }

    @Override
    public boolean finishing(@NonNull SysId change) throws IOException {
        if (OpenDeployments.get().isUsedByAnother(record)) {
            return false;
        }
        FinishedChanges.get().add(change);
        return true;
    }

    @Override
    public void trouble(@CheckForNull Phrase trouble) {
        record.troubled(trouble == null ? null : trouble.text());
        if (trouble != null) {
            LOGGER.log(Level.INFO, () -> home.name() + ": " + trouble.text());
        }
    }

    @Override
    public void givenUp(@NonNull Phrase what) {
        LOGGER.log(Level.WARNING, () -> home.name() + ": " + what.text());
        record.warn(what.text());
        home.print(what.text(), record.getNumber(), record.getUrl());
        saveQuietly();
    }

    @Override
    public void settled() {
        if (record.isOver() && record.bookkeeping().isEmpty()) {
            home.settled(record);
        }
    }
}
