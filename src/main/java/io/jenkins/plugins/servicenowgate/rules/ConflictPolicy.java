package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Locale;

/** What becomes of a deployment whose change has conflicts, from the mildest to the strictest. */
public enum ConflictPolicy {
    /** No setting says anything: as {@link #TELL}, but that nobody checked the change is on pages alone. */
    UNSET,
    /** The console says so. */
    TELL,
    /** It waits until there is none. */
    WAIT,
    /** It is refused. */
    REFUSE;

    /** The policy of a setting; null, for a setting that is not there, is {@link #UNSET}. */
    @NonNull
    public static ConflictPolicy of(@CheckForNull String setting) {
        return setting == null ? UNSET : valueOf(setting.toUpperCase(Locale.ROOT));
    }

    /** Whether a conflict holds a release back. */
    public boolean holdsBack() {
        return compareTo(TELL) > 0;
    }

    /** Whether a change that was judged by this policy was judged as strictly as the other one demands. */
    public boolean isEnoughFor(@NonNull ConflictPolicy other) {
        return !other.holdsBack() || compareTo(other) >= 0;
    }

    /** The value of the setting. */
    @NonNull
    public String setting() {
        return (this == UNSET ? TELL : this).name().toLowerCase(Locale.ROOT);
    }
}
