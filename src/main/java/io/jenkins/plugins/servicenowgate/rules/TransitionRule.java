package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import java.time.Instant;

/**
 * Where does the gate itself move a change before the deployment? One state at a time, and only a Standard change: all
 * others are moved by those who approve them. A hold and the planned window are respected.
 */
public final class TransitionRule {
    private TransitionRule() {}

    /**
     * @param change as seen a moment ago, one for which {@link ReleaseRule} says wait
     * @return the next state, or null where nothing is to be moved now
     */
    @CheckForNull
    public static ChangeState next(@NonNull ChangeRequest change, @NonNull Instant now) {
        ChangeState state = change.state();
        if (!change.isStandard() || !change.active() || change.rejected() || change.onHold()) {
            return null;
        }
        if (state == ChangeState.NEW) {
            return ChangeState.SCHEDULED;
        }
        return state == ChangeState.SCHEDULED && startOf(change, now) == null ? ChangeState.IMPLEMENT : null;
    }

    /** The planned start for which a change waits in Scheduled before it is moved on, or null. */
    @CheckForNull
    public static Instant startOf(@NonNull ChangeRequest change, @NonNull Instant now) {
        Instant start = change.plannedStart();
        return start != null && now.isBefore(start) ? start : null;
    }
}
