package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import java.time.Instant;

/**
 * The transitions that the plugin makes before a deployment: one state at a time, and only for Standard changes, because
 * people move all others when they approve them. A hold and the planned window are respected.
 */
public final class TransitionRule {
    private TransitionRule() {}

    /** The next state where no states of models are mapped. */
    @CheckForNull
    public static ChangeState next(@NonNull ChangeRequest change, @NonNull Instant now) {
        return next(change, now, ModelStates.DEFAULT);
    }

    /**
     * @param change as read last, for which {@link ReleaseRule} decides to wait
     * @param states what the states of change models mean; only the way through the default life cycle is known
     * @return the next state; null if no transition is due
     */
    @CheckForNull
    public static ChangeState next(@NonNull ChangeRequest change, @NonNull Instant now, @NonNull ModelStates states) {
        ChangeState state = change.state();
        if (!states.hasDefaultLifeCycle(change)
                || !change.isStandard()
                || !change.active()
                || change.rejected()
                || change.onHold()) {
            return null;
        }
        if (state == ChangeState.NEW) {
            return ChangeState.SCHEDULED;
        }
        return state == ChangeState.SCHEDULED && startOf(change, now) == null ? ChangeState.IMPLEMENT : null;
    }

    /** The planned start, if it is in the future; else null. */
    @CheckForNull
    public static Instant startOf(@NonNull ChangeRequest change, @NonNull Instant now) {
        Instant start = change.plannedStart();
        return start != null && now.isBefore(start) ? start : null;
    }
}
