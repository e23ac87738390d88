package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;

/** The form in which ServiceNow stores times and expects them in requests: in UTC, with whole seconds. */
public final class StoredTime {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withResolverStyle(ResolverStyle.STRICT);

    private StoredTime() {}

    @NonNull
    public static String format(@NonNull Instant instant) {
        return FORMAT.format(instant.atOffset(ZoneOffset.UTC));
    }

    /**
     * @throws DateTimeException for any other text
     */
    @NonNull
    static Instant parse(@NonNull String text) {
        return LocalDateTime.parse(text, FORMAT).toInstant(ZoneOffset.UTC);
    }
}
