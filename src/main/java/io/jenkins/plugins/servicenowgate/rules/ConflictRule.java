package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeAssessment;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jvnet.localizer.Localizable;

/**
 * Decides what the conflicts of a change mean immediately before a release (docs/servicenow-guide.md, "Conflicts"). A check
 * that did not run, or not for the planned dates, is not taken for one that found nothing.
 */
public final class ConflictRule {
    private static final String CONFLICT = "conflict";
    private static final String NOT_RUN = "not run";
    private static final Set<String> NONE = Set.of("no conflict", "no conflicts");
    private static final int MAX_NAMES = 5;

    private ConflictRule() {}

    /** What becomes of the release. */
    public enum Kind {
        PROCEED,
        WAIT,
        REFUSE
    }

    /**
     * The outcome.
     *
     * @param reason null only if there is nothing to say about a release
     */
    public record Verdict(@NonNull Kind kind, @CheckForNull Localizable reason) {}

    private static String status(ChangeRequest change) {
        return change.assessment().conflictStatus().strip().toLowerCase(Locale.ROOT);
    }

    /** Whether the instance says that there are conflicts. It says so also if it found none: read the list. */
    public static boolean saysConflict(@NonNull ChangeRequest change) {
        return status(change).equals(CONFLICT);
    }

    /** Whether the change was checked, for whatever dates. */
    public static boolean isChecked(@NonNull ChangeRequest change) {
        return saysConflict(change) || NONE.contains(status(change));
    }

    /**
     * @param isCurrent whether the last check ran for the planned dates of the change
     * @param found the conflicts; null if they were not read
     * @param unreadable why the conflicts can't be read; null if they can
     */
    @NonNull
    public static Verdict judge(
            @NonNull ChangeRequest change,
            boolean isCurrent,
            @CheckForNull List<String> found,
            @CheckForNull Localizable unreadable,
            @NonNull ConflictPolicy policy) {
        Localizable proven = proven(change, found, policy == ConflictPolicy.REFUSE);
        Localizable unproven = unproven(change, isCurrent, unreadable);
        if (!policy.holdsBack()) {
            return new Verdict(
                    Kind.PROCEED, proven != null ? told(change, found) : toldUnproven(change, unreadable, policy));
        }
        if (unproven != null) {
            return new Verdict(Kind.WAIT, unproven);
        }
        if (proven == null) {
            return new Verdict(Kind.PROCEED, null);
        }
        return new Verdict(policy == ConflictPolicy.REFUSE ? Kind.REFUSE : Kind.WAIT, proven);
    }

    @CheckForNull
    private static Localizable proven(ChangeRequest change, @CheckForNull List<String> found, boolean refuses) {
        String number = change.number();
        if (found != null && !found.isEmpty()) {
            return refuses
                    ? Messages._ConflictRule_Refused(number, names(found))
                    : Messages._ConflictRule_Waits(number, names(found));
        }
        if (!Boolean.TRUE.equals(change.assessment().outsideMaintenanceSchedule())) {
            return null;
        }
        return refuses
                ? Messages._ConflictRule_RefusedOutsideSchedule(number)
                : Messages._ConflictRule_WaitsOutsideSchedule(number);
    }

    /** Why it is not known whether there are conflicts; null if it is known. */
    @CheckForNull
    private static Localizable unproven(ChangeRequest change, boolean isCurrent, @CheckForNull Localizable unreadable) {
        String number = change.number();
        ChangeAssessment assessment = change.assessment();
        if (!isChecked(change)) {
            return status(change).equals(NOT_RUN)
                    ? Messages._ConflictRule_WaitsNotRun(number)
                    : Messages._ConflictRule_WaitsUnknown(number, shown(assessment));
        }
        if (!isCurrent) {
            return assessment.conflictLastRun() == null
                    ? Messages._ConflictRule_WaitsUndated(number)
                    : Messages._ConflictRule_WaitsOutdated(number, ReleaseRule.utc(assessment.conflictLastRun()));
        }
        if (unreadable != null) {
            return Messages._ConflictRule_WaitsUnreadable(number, unreadable);
        }
        return assessment.outsideMaintenanceSchedule() == null ? Messages._ConflictRule_WaitsNoSchedule(number) : null;
    }

    private static String shown(ChangeAssessment assessment) {
        return TextSanitizer.clean(assessment.conflictStatus(), 40);
    }

    private static Localizable told(ChangeRequest change, @CheckForNull List<String> found) {
        return found != null && !found.isEmpty()
                ? Messages._ConflictRule_Told(change.number(), names(found))
                : Messages._ConflictRule_ToldOutsideSchedule(change.number());
    }

    /**
     * A column that the integration user can't read is not worth a line on each release, and neither is a change that was not
     * checked where nobody has asked for that: pages show its status.
     */
    @CheckForNull
    private static Localizable toldUnproven(
            ChangeRequest change, @CheckForNull Localizable unreadable, ConflictPolicy policy) {
        if (unreadable != null) {
            return Messages._ConflictRule_ToldUnreadable(change.number(), unreadable);
        }
        return policy != ConflictPolicy.UNSET && status(change).equals(NOT_RUN)
                ? Messages._ConflictRule_ToldNotRun(change.number())
                : null;
    }

    private static String names(List<String> found) {
        String names = String.join("; ", found.subList(0, Math.min(MAX_NAMES, found.size())));
        int more = found.size() - MAX_NAMES;
        return more <= 0 ? names : Messages.ApprovalRound_More(names, String.valueOf(more));
    }
}
