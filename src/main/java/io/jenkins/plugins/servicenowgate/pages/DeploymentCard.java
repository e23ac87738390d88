package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.deployment.Deployment;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRegistry;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentState;
import io.jenkins.plugins.servicenowgate.deployment.DisplayTime;
import io.jenkins.plugins.servicenowgate.deployment.Outage;
import io.jenkins.plugins.servicenowgate.deployment.OutcomeBadge;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** What the page of a build shows of one deployment: what was stored, and while it waits what its gate knows. */
@Restricted(NoExternalUse.class)
public final class DeploymentCard {
    /** The way of a change from its beginning to where a deployment is over. */
    private static final List<String> LIFE = Arrays.stream(ChangeState.values())
            .filter(state -> state.compareTo(ChangeState.REVIEW) <= 0)
            .map(ChangeState::label)
            .toList();

    private static final Set<String> STATES =
            Arrays.stream(ChangeState.values()).map(ChangeState::label).collect(Collectors.toSet());

    private final DeploymentRecord record;
    private final Deployment deployment;
    private final OutcomeBadge badge;

    DeploymentCard(@NonNull DeploymentRecord record) {
        this.record = record;
        this.badge = new OutcomeBadge(record.getOutcome(), record.getCloseCode());
        this.deployment = record.isWaiting() ? DeploymentRegistry.get().waiting(record.getId()) : null;
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

    /** Empty before the first poll; a state that is off the line stands at its end, one of another model alone. */
    @NonNull
    public List<Stage> getLife() {
        List<Stage> life = new ArrayList<>();
        String state = record.getState();
        if (state != null && !STATES.contains(state)) {
            life.add(new Stage(state, true));
        } else if (state != null) {
            LIFE.forEach(label -> life.add(new Stage(label, label.equals(state))));
            if (!LIFE.contains(state)) {
                life.add(new Stage(state, true));
            }
        }
        return life;
    }

    /** Whether what the card shows may still change, so that the page loads it again: until the deployment has ended. */
    public boolean isLive() {
        return record.isWaiting() || DeploymentState.of(record) == DeploymentState.RUNNING;
    }

    /** The outcome in a word or two. */
    @NonNull
    public String getOutcome() {
        return badge.getText();
    }

    @NonNull
    public String getSymbol() {
        return badge.getSymbol();
    }

    /** A class of the Design Library that colours what the words say already. */
    @NonNull
    public String getColor() {
        return badge.getColor();
    }

    /** The change and what became of the gate, as a line in a list of builds. */
    @NonNull
    public String getBadge() {
        return Messages.Card_Badge(
                Objects.requireNonNullElse(record.getNumber(), record.getEnvironment()), getOutcome());
    }

    /** The badge, with the state of the change while it is waited for. */
    @NonNull
    public String getDetail() {
        String state = record.getState();
        return record.isWaiting() && state != null ? Messages.ChangeRequests_Detail(getBadge(), state) : getBadge();
    }

    /** Where the viewer may let it go without an approved change, relative to Jenkins' root; null for all others. */
    @CheckForNull
    public String getBreakGlass() {
        return BreakGlass.isOffered(deployment) ? BreakGlass.path(record) : null;
    }

    /** Where the viewer may have the change checked at once, relative to Jenkins' root; null for all others. */
    @CheckForNull
    public String getCheckNow() {
        return GatesPage.checkNow(deployment);
    }

    @NonNull
    public DisplayTime getSince() {
        return new DisplayTime(record.getSince());
    }

    @CheckForNull
    public DisplayTime getNextPoll() {
        return record.isWaiting() ? DisplayTime.of(record.getNextPoll()) : null;
    }

    @CheckForNull
    public DisplayTime getLastPoll() {
        return DisplayTime.of(record.getSeen().getAt());
    }

    @CheckForNull
    public DisplayTime getPlannedStart() {
        return DisplayTime.of(record.getSeen().getPlannedStart());
    }

    @CheckForNull
    public DisplayTime getPlannedEnd() {
        return DisplayTime.of(record.getSeen().getPlannedEnd());
    }

    @CheckForNull
    public DisplayTime getApprovedAt() {
        return DisplayTime.of(record.approvedAt());
    }

    /** What last kept ServiceNow from being asked; null if nothing did, or it waits no more. */
    @CheckForNull
    public Outage getOutage() {
        return deployment == null ? null : deployment.outage();
    }
}
