package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.gate.Decision;
import io.jenkins.plugins.servicenowgate.gate.Gate;
import io.jenkins.plugins.servicenowgate.gate.GateListener;
import io.jenkins.plugins.servicenowgate.gate.GateRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A build's deployment at its gate: rules whether a change is needed, waits with the connection's keeper, keeps the
 * build's record, console and page up to date. Whoever opened it hears the outcome once.
 */
public final class DeploymentGate implements GateListener {
    private static final Logger LOGGER = Logger.getLogger(DeploymentGate.class.getName());

    /** Whoever wants to deploy; called on a thread of {@link GateService}, one call in all. */
    public interface Face {
        /** The deployment may go. */
        void proceed(@NonNull DeploymentRecord deployment);

        /** The deployment must not go; one line says why. */
        void refuse(@NonNull String reason);
    }

    private final Home home;
    private final DeploymentBooks books;
    private final Face face;
    private final DeploymentRecord record;
    private final Gate gate;
    private volatile Setback setback;

    private DeploymentGate(Home home, Face face, DeploymentRecord record, GateRequest request) {
        this.home = home;
        this.books = new DeploymentBooks(home, record);
        this.face = face;
        this.record = record;
        this.gate = new Gate(request, record.gate(), this, record.getSince());
    }

    /** Waits with the keeper of the connection, unless change control is switched off. */
    @NonNull
    static DeploymentGate await(
            @NonNull Home home, @NonNull Face face, @NonNull DeploymentRecord record, @NonNull GateRequest request) {
        DeploymentGate opened = new DeploymentGate(home, face, record, request);
        // Released before a crash, but not yet on its way: only a new look can release it again.
        record.became(Outcome.WAIT, Messages.Gate_Opening());
        GateService.get().opened(opened);
        if (ServiceNowGateConfiguration.get().isEnabled()) {
            GateService.get().keeper(record.requiredConnection()).admit(opened.gate);
        } else {
            opened.letGoSwitchedOff();
        }
        return opened;
    }

    @NonNull
    public DeploymentRecord record() {
        return record;
    }

    @NonNull
    public Home home() {
        return home;
    }

    /** What last kept ServiceNow from being asked for this deployment; null if nothing did. */
    @CheckForNull
    public Setback setback() {
        return setback;
    }

    /** The item of the queue that was let go left it without becoming a build. */
    public void abandon(@NonNull String why) {
        if (abort(why)
                || home.startsAtRelease()
                || record.getDecision() != Outcome.PROCEED && record.getDecision() != Outcome.BYPASSED) {
            return;
        }
        record.became(Outcome.ABORTED, why);
        GateService.get().execute(() -> {
            books.endedUnstarted(Outcome.ABORTED, why);
            books.write();
        });
    }

    /**
     * Stops waiting; does not block.
     *
     * @return true if the gate had no outcome yet: then the face hears nothing any more
     */
    public boolean abort(@NonNull String why) {
        if (!GateService.get().keeper(record.requiredConnection()).withdraw(gate)) {
            return false;
        }
        GateService.get().closed(this);
        record.became(Outcome.ABORTED, why);
        GateService.get().execute(() -> {
            print(why);
            books.endedUnstarted(Outcome.ABORTED, why);
            saveQuietly();
            books.write();
        });
        return true;
    }

    /** Lets the deployment go because an administrator switched change control off, and says so. */
    void letGoSwitchedOff() {
        if (!GateService.get().keeper(record.requiredConnection()).withdraw(gate)) {
            return;
        }
        GateService.get().closed(this);
        String why = Messages.Ruling_SwitchedOff();
        LOGGER.log(Level.WARNING, () -> home.name() + " deploys without an approved change: " + why);
        record.became(Outcome.SWITCHED_OFF, why);
        record.course().start();
        saveQuietly();
        print(why);
        Audit.get().tell(home, record);
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
        if (!GateService.get().keeper(record.requiredConnection()).withdraw(gate)) {
            return false;
        }
        GateService.get().closed(this);
        Bypass bypass = new Bypass(who, name, why, Instant.now(), home.key());
        GateService.get().execute(() -> {
            home.change(() -> {
                record.bypassed(bypass);
                if (home.startsAtRelease()) {
                    record.course().start();
                }
            });
            if (isStored()) {
                goWithoutApproval(home, face, record);
            }
        });
        return true;
    }

    /** What a person decided is stored; also when that is found after a crash. */
    static void goWithoutApproval(Home home, Face face, DeploymentRecord record) {
        LOGGER.log(
                Level.WARNING,
                () -> home.name() + " deploys to " + record.getEnvironment() + ". " + record.getReason());
        Bypass bypass = record.getBypass();
        if (bypass != null) {
            Bypasses.get().add(home, record, bypass);
        }
        DeploymentBooks books = new DeploymentBooks(home, record);
        books.bypassed();
        if (home.startsAtRelease()) {
            books.started();
        }
        books.saveQuietly();
        Audit.get().tell(home, record);
        home.print(record.getReason(), null, null);
        if (!record.gate().isLinked()) {
            home.print(Messages.BreakGlass_NoChange(), null, null);
        }
        books.write();
        face.proceed(record);
    }

    /** Whether something is under way that a restart should wait for. */
    public boolean isActing() {
        return gate.isActing();
    }

    @Override
    public void save() throws IOException {
        home.save();
    }

    @Override
    public boolean isFinished(@NonNull SysId change) {
        return FinishedChanges.get().contains(change);
    }

    @Override
    public void tell(@NonNull Phrase news) {
        setback = Setback.after(setback, news, Instant.now());
        print(news.text());
    }

    @Override
    public void looked(@NonNull ChangeRequest change, @NonNull Decision decision, @CheckForNull Instant next) {
        record.saw(change, decision, next, Instant.now());
        if (decision instanceof Decision.Wait) {
            books.waiting();
        }
    }

    @Override
    public void proceed(@NonNull ChangeRequest change) {
        GateService.get().closed(this);
        boolean released;
        try {
            books.released();
            released = isStored();
            if (released) {
                print(record.getReason());
                Audit.get().tell(home, record);
                books.write();
            }
        } catch (RuntimeException | LinkageError e) {
            // Code of other plugins takes part: what breaks in the middle ends refused, never silent.
            LOGGER.log(Level.WARNING, e, () -> "The release of " + home.name() + " broke off.");
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
            home.save();
            return true;
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The release of " + home.name() + " could not be stored.");
            refuse(Messages.Gate_NotStored(e.toString()));
            return false;
        }
    }

    @Override
    public void refuse(@NonNull Phrase reason) {
        refuse(reason.text());
    }

    private void refuse(String reason) {
        GateService.get().closed(this);
        try {
            books.endedUnstarted(Outcome.REFUSE, reason);
            saveQuietly();
            books.write();
        } catch (RuntimeException | LinkageError e) {
            LOGGER.log(Level.WARNING, e, () -> "The refusal of " + home.name() + " could not be kept.");
        }
        face.refuse(reason);
    }

    private void saveQuietly() {
        try {
            home.save();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The outcome of the gate of " + home.name() + " could not be stored.");
        }
    }

    private void print(String line) {
        home.print(line, record.getNumber(), record.getUrl());
    }
}
