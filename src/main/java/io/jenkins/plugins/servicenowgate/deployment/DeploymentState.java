package io.jenkins.plugins.servicenowgate.deployment;

import static java.util.Map.entry;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The life cycle of a deployment. It is derived from what the record stores: the outcome of its gate, its start and its
 * end. {@link #mayBecome} is the table of all transitions; {@link Deployment} makes no other.
 */
public enum DeploymentState {
    /** Nothing is stored yet. */
    REQUESTED,
    /** Waits for its change. */
    WAITING,
    /** Approved; its queue item waits for an executor. */
    RELEASED,
    /** Released by a person without an approved change; its queue item waits for an executor. */
    BYPASSED,
    /** Released, by its change or by a person, and under way. */
    RUNNING,
    FINISHED,
    REFUSED,
    ABORTED,
    /** Released at once, because no change is required. */
    NOT_REQUIRED,
    /** Released without an approved change, because enforcement was switched off. */
    UNENFORCED,
    /** The run began behind the gate, which was never asked. */
    SKIPPED;

    private static final Map<DeploymentState, Set<DeploymentState>> NEXT = Map.ofEntries(
            entry(REQUESTED, EnumSet.of(WAITING, REFUSED, NOT_REQUIRED, UNENFORCED, SKIPPED)),
            // Waits again after a restart.
            entry(WAITING, EnumSet.of(WAITING, RELEASED, BYPASSED, RUNNING, REFUSED, ABORTED, UNENFORCED)),
            // Its change is checked once more before it starts, also after a restart.
            entry(RELEASED, EnumSet.of(WAITING, RUNNING, REFUSED, ABORTED)),
            // A decision about another run does not count, and this one waits for its change.
            entry(BYPASSED, EnumSet.of(RUNNING, WAITING, REFUSED, ABORTED)),
            // A build that did not learn of its release before a crash requests it again. A release that cannot be
            // stored is refused.
            entry(RUNNING, EnumSet.of(FINISHED, WAITING, REFUSED)),
            entry(FINISHED, EnumSet.of(WAITING)),
            // Its project or environment may become change controlled before it starts.
            entry(NOT_REQUIRED, EnumSet.of(REFUSED)),
            entry(UNENFORCED, EnumSet.of(REFUSED)),
            entry(REFUSED, EnumSet.noneOf(DeploymentState.class)),
            entry(ABORTED, EnumSet.noneOf(DeploymentState.class)),
            entry(SKIPPED, EnumSet.noneOf(DeploymentState.class)));

    /** Whether a deployment in this state may get into another one. */
    public boolean mayBecome(@NonNull DeploymentState next) {
        Set<DeploymentState> allowed = NEXT.get(this);
        return allowed != null && allowed.contains(next);
    }

    /** Whether nothing more comes of the deployment. */
    public boolean isFinal() {
        return this == FINISHED
                || this == REFUSED
                || this == ABORTED
                || this == NOT_REQUIRED
                || this == UNENFORCED
                || this == SKIPPED;
    }

    /** Whether the deployment was or will be carried out with its change, which therefore must not be moved yet. */
    public boolean usesChange() {
        return this == WAITING || this == RELEASED || this == BYPASSED || this == RUNNING;
    }

    /** The state of a stored deployment; {@link #REQUESTED} for none. */
    @NonNull
    public static DeploymentState of(@CheckForNull DeploymentRecord record) {
        if (record == null) {
            return REQUESTED;
        }
        return switch (record.getOutcome()) {
            case WAIT -> WAITING;
            case PROCEED -> released(record, RELEASED);
            case BYPASSED -> released(record, BYPASSED);
            case REFUSE -> REFUSED;
            case ABORTED -> ABORTED;
            case NOT_REQUIRED -> NOT_REQUIRED;
            case SWITCHED_OFF -> UNENFORCED;
            case SKIPPED -> SKIPPED;
        };
    }

    private static DeploymentState released(DeploymentRecord record, DeploymentState beforeStart) {
        if (record.getEndedAt() != 0) {
            return FINISHED;
        }
        return record.getStartedAt() == 0 ? beforeStart : RUNNING;
    }
}
