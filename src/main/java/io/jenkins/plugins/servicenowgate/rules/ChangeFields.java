package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jvnet.localizer.Localizable;

/**
 * The columns that users may set on a created change. Columns that identify a change, or determine its approval, are
 * reserved.
 */
public final class ChangeFields {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,79}");
    private static final Set<String> RESERVED = Set.of(
            "short_description",
            "state",
            "sys_id",
            "number",
            "approval",
            "type",
            "chg_model",
            "std_change_producer_version",
            "on_hold",
            "on_hold_reason",
            "active",
            "correlation_id",
            "correlation_display",
            "phase",
            "phase_state",
            "approval_set",
            "work_start",
            "work_end",
            "close_code",
            "close_notes");

    private ChangeFields() {}

    /** A column that people may not set; the message is the sentence for people. */
    public static final class BadFieldException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        BadFieldException(@NonNull Localizable problem) {
            super(problem.toString());
        }
    }

    /** Why a column can't be set; null if it can. */
    @CheckForNull
    public static Localizable problem(@NonNull String name) {
        if (RESERVED.contains(name)) {
            return Messages._ChangeFields_Reserved(name);
        }
        return NAME.matcher(name).matches() ? null : Messages._ChangeFields_NotAColumn(TextSanitizer.clean(name, 80));
    }

    /**
     * Merges two maps; values of the stronger one win.
     *
     * @throws BadFieldException for a column that can't be set
     */
    @NonNull
    public static Map<String, String> merge(
            @NonNull Map<String, String> weaker, @NonNull Map<String, String> stronger) {
        Map<String, String> merged = new LinkedHashMap<>(weaker);
        merged.putAll(stronger);
        for (String name : merged.keySet()) {
            Localizable problem = problem(name);
            if (problem != null) {
                throw new BadFieldException(problem);
            }
        }
        return merged;
    }
}
