package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jvnet.localizer.Localizable;

/**
 * Decides whether the plugin moves the planned window of a change that it created on to the next window: shortly before its
 * start, while the change is not approved, and never after that. Dates that are no window of the setting were set by
 * people, and stay.
 */
public final class WindowRule {
    /** How long before its start a window is moved on. */
    public static final Duration LEAD = Duration.ofMinutes(1);

    private WindowRule() {}

    /**
     * The planned start and end that the change gets now.
     *
     * @param change as read just before, for which {@link ReleaseRule} decides to wait
     * @param states what the states of change models mean
     * @return null if it keeps its own
     */
    @CheckForNull
    public static DeploymentWindow.Planned update(
            @NonNull DeploymentWindow window,
            @NonNull ChangeRequest change,
            @NonNull Instant now,
            @NonNull ModelStates states) {
        Instant due = due(window, change, now, states);
        if (due == null || now.isBefore(due)) {
            return null;
        }
        Instant start = change.plannedStart();
        return start != null && change.plannedEnd() != null && now.isBefore(start)
                ? window.after(start)
                : window.at(now);
    }

    /** When {@link #update} has something to do, unless people change something before; null for never. */
    @CheckForNull
    public static Instant due(
            @NonNull DeploymentWindow window,
            @NonNull ChangeRequest change,
            @NonNull Instant now,
            @NonNull ModelStates states) {
        if (!AbandonedChangeRule.isUnapproved(change, states)) {
            return null;
        }
        Instant start = change.plannedStart();
        Instant end = change.plannedEnd();
        if (start == null || end == null) {
            // The instance did not store them.
            return now;
        }
        if (!window.contains(start, end)) {
            return null;
        }
        return now.isBefore(start)
                ? start.minus(LEAD)
                : new DeploymentWindow.Planned(start, end).middle().plusSeconds(1);
    }

    /** Whether the change has a planned window that is none of the setting, so that it is never moved on. */
    public static boolean isOther(@NonNull DeploymentWindow window, @NonNull ChangeRequest change) {
        Instant start = change.plannedStart();
        Instant end = change.plannedEnd();
        return start != null && end != null && !window.contains(start, end);
    }

    /**
     * Whether a request that moves the window was executed before anybody approved the change, so that whoever approves it
     * later sees the new dates. Other dates are those of somebody else: the request may still be on its way.
     *
     * @param former the planned start before the request; null if there was none
     * @param planned the planned start of the request; null if the instance has answered it
     */
    public static boolean isMoved(
            @NonNull ChangeRequest change,
            @CheckForNull Instant former,
            @CheckForNull Instant planned,
            @NonNull ModelStates states) {
        Instant start = change.plannedStart();
        return (planned == null ? !Objects.equals(start, former) : planned.equals(start))
                && AbandonedChangeRule.isUnapproved(change, states);
    }

    /**
     * Why a change must not release its deployment after a request to move its window, as long as {@link #isMoved} was never
     * true; null if it may. If it was approved meanwhile, nobody can tell which of the two windows people saw.
     *
     * @param former the planned start before the request; null if there was none
     */
    @CheckForNull
    public static Localizable refusalAfterMove(
            @NonNull ChangeRequest change, @CheckForNull Instant former, @NonNull ModelStates states) {
        Instant start = change.plannedStart();
        return Objects.equals(start, former) || AbandonedChangeRule.isUnapproved(change, states)
                ? null
                : Messages._WindowRule_ApprovedMeanwhile(change.number(), utc(former), utc(start));
    }

    private static String utc(@CheckForNull Instant instant) {
        return instant == null ? "-" : ReleaseRule.utc(instant);
    }

    /** Why a change that was created with a planned window must not release its deployment; null if it may. */
    @CheckForNull
    public static Localizable refusal(@NonNull ChangeRequest change) {
        return change.plannedStart() == null || change.plannedEnd() == null
                ? Messages._WindowRule_NoWindow(change.number())
                : null;
    }
}
