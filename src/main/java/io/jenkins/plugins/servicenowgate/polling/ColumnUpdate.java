package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import io.jenkins.plugins.servicenowgate.rules.ReleaseRule;
import io.jenkins.plugins.servicenowgate.rules.TransitionRule;
import io.jenkins.plugins.servicenowgate.rules.WindowRule;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.StoredTime;
import java.time.Instant;
import java.util.Map;
import org.jvnet.localizer.Localizable;

/** An update of a change that waits: what is sent, what proves that it was applied, and what is reported. */
sealed interface ColumnUpdate {
    @NonNull
    Map<String, String> columns();

    /** Whether the change, as read after the request, has the update. */
    boolean isApplied(@NonNull ChangeRequest before, @NonNull ChangeRequest after);

    @NonNull
    Localizable applied(@NonNull ChangeRequest after);

    /** The instance accepted the update, but did not apply it. */
    @NonNull
    Localizable notApplied(@NonNull ChangeRequest after);

    /** The same after several tries. */
    @NonNull
    Localizable refusedNotApplied(@NonNull ChangeRequest after);

    @NonNull
    Localizable rejected(@NonNull ChangeRequest before, @NonNull String why);

    /** The same after several tries. */
    @NonNull
    Localizable refusedRejected(@NonNull ChangeRequest before, @NonNull String why);

    /** Moves a Standard change to the next state. */
    record Transition(@NonNull ChangeState target) implements ColumnUpdate {
        @Override
        public Map<String, String> columns() {
            return Map.of("state", String.valueOf(target.value()));
        }

        @Override
        public boolean isApplied(ChangeRequest before, ChangeRequest after) {
            return after.stateValue() != before.stateValue();
        }

        @Override
        public Localizable applied(ChangeRequest after) {
            return Messages._ChangeTransitioner_Moved(after.number(), after.stateLabel());
        }

        @Override
        public Localizable notApplied(ChangeRequest after) {
            return Messages._ChangeTransitioner_NotApplied(after.number(), target.label(), after.stateLabel());
        }

        @Override
        public Localizable refusedNotApplied(ChangeRequest after) {
            return Messages._ChangeTransitioner_RefusedNotApplied(after.number(), target.label(), after.stateLabel());
        }

        @Override
        public Localizable rejected(ChangeRequest before, String why) {
            return Messages._ChangeTransitioner_Rejected(before.number(), target.label(), why);
        }

        @Override
        public Localizable refusedRejected(ChangeRequest before, String why) {
            return Messages._ChangeTransitioner_RefusedRejected(before.number(), target.label(), why);
        }
    }

    /** Plans a change that the plugin created in another window. */
    record Replanning(@NonNull DeploymentWindow.Planned planned) implements ColumnUpdate {
        @Override
        public Map<String, String> columns() {
            return ColumnUpdate.columns(planned);
        }

        @Override
        public boolean isApplied(ChangeRequest before, ChangeRequest after) {
            return planned.start().equals(after.plannedStart()) && planned.end().equals(after.plannedEnd());
        }

        @Override
        public Localizable applied(ChangeRequest after) {
            return Messages._ColumnUpdate_Replanned(
                    after.number(), ReleaseRule.utc(planned.start()), ReleaseRule.utc(planned.end()));
        }

        @Override
        public Localizable notApplied(ChangeRequest after) {
            return Messages._ColumnUpdate_NotReplanned(after.number(), ReleaseRule.utc(planned.start()));
        }

        @Override
        public Localizable refusedNotApplied(ChangeRequest after) {
            return Messages._ColumnUpdate_RefusedNotReplanned(after.number(), ReleaseRule.utc(planned.start()));
        }

        @Override
        public Localizable rejected(ChangeRequest before, String why) {
            return Messages._ColumnUpdate_Rejected(before.number(), ReleaseRule.utc(planned.start()), why);
        }

        @Override
        public Localizable refusedRejected(ChangeRequest before, String why) {
            return Messages._ColumnUpdate_RefusedRejected(before.number(), ReleaseRule.utc(planned.start()), why);
        }
    }

    /** The columns of a planned window. */
    @NonNull
    static Map<String, String> columns(@NonNull DeploymentWindow.Planned planned) {
        return Map.of(
                "start_date", StoredTime.format(planned.start()),
                "end_date", StoredTime.format(planned.end()));
    }

    /** The update that is due for a change; null if none is. */
    @CheckForNull
    static ColumnUpdate due(
            @NonNull PendingApproval approval,
            @NonNull ChangeRequest change,
            @NonNull Instant now,
            @NonNull ModelStates states) {
        DeploymentWindow window = windowOf(approval);
        DeploymentWindow.Planned planned = window == null ? null : WindowRule.update(window, change, now, states);
        if (planned != null) {
            return new Replanning(planned);
        }
        ChangeState target = approval.mayBeMoved() ? TransitionRule.next(change, now, states) : null;
        return target == null ? null : new Transition(target);
    }

    /** When the planned window has to be moved on; null for never. */
    @CheckForNull
    static Instant replannedAt(
            @NonNull PendingApproval approval,
            @NonNull ChangeRequest change,
            @NonNull Instant now,
            @NonNull ModelStates states) {
        DeploymentWindow window = windowOf(approval);
        return window == null ? null : WindowRule.due(window, change, now, states);
    }

    /** The setting by which the plugin plans the change; null if it does not, or the change is none of its own. */
    @CheckForNull
    private static DeploymentWindow windowOf(PendingApproval approval) {
        return approval.link().isOwn() ? approval.spec().window() : null;
    }

    /** Reports once that people planned the change otherwise. */
    static void reportOther(@NonNull PendingApproval approval, @NonNull ChangeRequest change) {
        DeploymentWindow window = windowOf(approval);
        if (window != null && WindowRule.isOther(window, change)) {
            approval.reportOnce(Messages._ColumnUpdate_OtherWindow(
                    change.number(), utc(change.plannedStart()), utc(change.plannedEnd())));
        }
    }

    /** The instance created a change with other dates than those that were sent. */
    @NonNull
    static Localizable createdInOtherWindow(@NonNull ChangeRequest change) {
        return Messages._ColumnUpdate_CreatedInOtherWindow(
                change.number(), utc(change.plannedStart()), utc(change.plannedEnd()));
    }

    private static String utc(@CheckForNull Instant instant) {
        return instant == null ? "" : ReleaseRule.utc(instant);
    }
}
