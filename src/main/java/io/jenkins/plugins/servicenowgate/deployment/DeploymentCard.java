package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.gate.BookEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** What the page of a build shows of one deployment: what was stored, and while it waits what its gate knows. */
@Restricted(NoExternalUse.class)
public final class DeploymentCard {
    /** The way of a change from its beginning to where a deployment is over. */
    private static final List<String> LIFE = List.of("New", "Assess", "Authorize", "Scheduled", "Implement", "Review");

    private final DeploymentRecord record;
    private final DeploymentGate gate;

    DeploymentCard(@NonNull DeploymentRecord record) {
        this.record = record;
        this.gate = record.isWaiting() ? GateService.get().openGate(record.getId()) : null;
    }

    /** A place on the change's life line. */
    public record Stage(@NonNull String label, boolean current) {
        public String getLabel() {
            return label;
        }

        public boolean isCurrent() {
            return current;
        }
    }

    /** Everything that is stored. */
    @NonNull
    public DeploymentRecord getRecord() {
        return record;
    }

    /** Empty before the first look; a state that is off the line stands at its end. */
    @NonNull
    public List<Stage> getLife() {
        List<Stage> life = new ArrayList<>();
        String state = record.getState();
        if (state != null) {
            LIFE.forEach(label -> life.add(new Stage(label, label.equals(state))));
            if (!LIFE.contains(state)) {
                life.add(new Stage(state, true));
            }
        }
        return life;
    }

    /** The outcome in a word or two. */
    @NonNull
    public String getOutcome() {
        return switch (record.getDecision()) {
            case WAIT -> Messages.Card_Waits();
            case PROCEED -> released();
            case REFUSE -> Messages.Card_Refused();
            case ABORTED -> Messages.Card_Aborted();
            case NOT_REQUIRED -> Messages.Card_NotRequired();
            case SWITCHED_OFF -> Messages.Card_SwitchedOff();
            case BYPASSED -> Messages.Card_Bypassed();
        };
    }

    private String released() {
        BookEntry.CloseCode code = record.getCloseCode();
        if (code == null) {
            return Messages.Card_Released();
        }
        return switch (code) {
            case SUCCESSFUL -> Messages.Card_Successful();
            case SUCCESSFUL_ISSUES -> Messages.Card_WithIssues();
            case UNSUCCESSFUL -> Messages.Card_Unsuccessful();
        };
    }

    @NonNull
    public String getSymbol() {
        return switch (record.getDecision()) {
            case WAIT -> "symbol-hourglass";
            case PROCEED -> "symbol-status-blue";
            case NOT_REQUIRED -> "symbol-status-disabled";
            case REFUSE, ABORTED -> "symbol-status-red";
            case SWITCHED_OFF, BYPASSED -> "symbol-warning";
        };
    }

    /** A class of the Design Library that colours what the words say already. */
    @NonNull
    public String getColor() {
        return switch (record.getDecision()) {
            case WAIT -> "jenkins-!-text-color";
            case PROCEED -> "jenkins-!-success-color";
            case NOT_REQUIRED -> "jenkins-!-text-color-secondary";
            case REFUSE, ABORTED -> "jenkins-!-error-color";
            case SWITCHED_OFF, BYPASSED -> "jenkins-!-warning-color";
        };
    }

    /** The change and what became of the gate, as a line in a list of builds. */
    @NonNull
    public String getBadge() {
        return Messages.Card_Badge(
                Objects.requireNonNullElse(record.getNumber(), record.getEnvironment()), getOutcome());
    }

    /** Where the viewer may let it go without an approved change, relative to Jenkins' root; null for all others. */
    @CheckForNull
    public String getBreakGlass() {
        return BreakGlass.isOffered(gate) ? BreakGlass.path(record) : null;
    }

    @NonNull
    public Moment getSince() {
        return new Moment(record.getSince());
    }

    @CheckForNull
    public Moment getNextLook() {
        return record.isWaiting() ? Moment.of(record.getNextLook()) : null;
    }

    @CheckForNull
    public Moment getLastLook() {
        return Moment.of(record.getLastLook());
    }

    @CheckForNull
    public Moment getPlannedStart() {
        return Moment.of(record.getPlannedStart());
    }

    @CheckForNull
    public Moment getPlannedEnd() {
        return Moment.of(record.getPlannedEnd());
    }

    /** What last kept ServiceNow from being asked; null if nothing did, or it waits no more. */
    @CheckForNull
    public Setback getSetback() {
        return gate == null ? null : gate.setback();
    }
}
