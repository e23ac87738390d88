package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** An instant as pages show it: in UTC, to which the browser adds the viewer's own time. */
@Restricted(NoExternalUse.class)
public record DisplayTime(@NonNull Instant instant) {
    private static final DateTimeFormatter TO_THE_SECOND = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @CheckForNull
    public static DisplayTime of(@CheckForNull Instant instant) {
        return instant == null ? null : new DisplayTime(instant);
    }

    /** For programs. */
    @NonNull
    public String getIso() {
        return instant.toString();
    }

    /** For people. */
    @NonNull
    public String getUtc() {
        return TO_THE_SECOND.format(instant);
    }

    /** How long ago it was, or how long it is until then, in the reader's language. */
    @NonNull
    public String getDistance() {
        return Util.getTimeSpanString(Math.abs(System.currentTimeMillis() - instant.toEpochMilli()));
    }
}
