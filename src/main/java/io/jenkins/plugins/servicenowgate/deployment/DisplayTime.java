package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.servicenowgate.Messages;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** An instant as pages show it: relative to now, with the absolute time in UTC; see {@code moment.jelly}. */
@Restricted(NoExternalUse.class)
public record DisplayTime(@NonNull Instant instant) {
    private static final DateTimeFormatter TO_THE_SECOND = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @CheckForNull
    public static DisplayTime of(@CheckForNull Instant instant) {
        return instant == null ? null : new DisplayTime(instant);
    }

    /** For programs, in ISO 8601. */
    @NonNull
    public String getIso() {
        return instant.toString();
    }

    /** The absolute time for people. */
    @NonNull
    public String getUtc() {
        return TO_THE_SECOND.format(instant);
    }

    /** How long ago it was, or how long it is until then, in the viewer's language. */
    @NonNull
    public String getRelative() {
        long millis = instant.toEpochMilli() - System.currentTimeMillis();
        String span = Util.getTimeSpanString(Math.abs(millis));
        return millis > 0 ? Messages.DisplayTime_Future(span) : Messages.DisplayTime_Past(span);
    }

    /** The same for the time of something that has not happened yet; once the time has passed, it is due now. */
    @NonNull
    public String getUpcoming() {
        return instant.toEpochMilli() > System.currentTimeMillis() ? getRelative() : Messages.DisplayTime_Now();
    }
}
