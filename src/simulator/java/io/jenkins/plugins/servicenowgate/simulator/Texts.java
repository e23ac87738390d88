package io.jenkins.plugins.servicenowgate.simulator;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** The text forms that ServiceNow stores: dates, numbers and record ids. */
final class Texts {
    private static final DateTimeFormatter STORED_DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,9}(\\.0*)?");
    private static final Pattern RECORD_ID = Pattern.compile("[0-9a-f]{32}");

    private Texts() {}

    static String date(Instant instant) {
        return STORED_DATE.format(instant.atOffset(ZoneOffset.UTC));
    }

    static Optional<Instant> instant(String stored) {
        try {
            return Optional.of(LocalDateTime.parse(stored, STORED_DATE).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException notADate) {
            return Optional.empty();
        }
    }

    /** {@code -1.0} and {@code -1} are the same number; what is no number stays as it is. */
    static String number(String text) {
        String trimmed = text.strip();
        if (!NUMBER.matcher(trimmed).matches()) {
            return text;
        }
        int point = trimmed.indexOf('.');
        return Integer.toString(Integer.parseInt(point < 0 ? trimmed : trimmed.substring(0, point)));
    }

    private static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    /** Numbers by size, anything else by its letters. */
    static int compare(String left, String right) {
        return isNumber(left) && isNumber(right)
                ? Integer.compare(Integer.parseInt(number(left)), Integer.parseInt(number(right)))
                : left.compareTo(right);
    }

    static boolean isRecordId(String text) {
        return RECORD_ID.matcher(text).matches();
    }

    static String newRecordId() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /** The id of the record that a reference names: the same name always leads to the same id. */
    static String recordIdOf(String name) {
        if (name.isEmpty() || isRecordId(name)) {
            return name;
        }
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
    }
}
