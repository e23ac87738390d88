package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Locale;

/** What becomes of a deployment whose change has conflicts, from the mildest to the strictest. */
public enum ConflictPolicy {
    /** The console says so. */
    TELL,
    /** It waits until there is none. */
    WAIT,
    /** It is refused. */
    REFUSE;

    /** The policy of a setting; null, for a setting that is not there, is {@link #TELL}. */
    @NonNull
    public static ConflictPolicy of(@CheckForNull String setting) {
        return setting == null ? TELL : valueOf(setting.toUpperCase(Locale.ROOT));
    }

    /** The value of the setting. */
    @NonNull
    public String setting() {
        return name().toLowerCase(Locale.ROOT);
    }
}
