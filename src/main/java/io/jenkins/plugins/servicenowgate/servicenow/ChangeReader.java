package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Reads one row of the Change Management API, strictly: whatever the gate decides on must be there, in a documented
 * form, or the row is unreadable. Only {@code value} counts; {@code display_value} depends on the user's settings.
 */
final class ChangeReader {
    private static final Pattern NUMBER = Pattern.compile("[A-Za-z0-9_-]{1,40}");
    private static final Pattern STATE = Pattern.compile("-?[0-9]{1,9}(\\.0{1,9})?");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withResolverStyle(ResolverStyle.STRICT);

    private ChangeReader() {}

    /** A row can't be read; the message names the field, without its value. */
    static final class UnreadableRowException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableRowException(String message) {
            super(message);
        }
    }

    /** Whether the element of {@code result} is a row at all, and not the trailing {@code __meta}. */
    static boolean isRow(@NonNull JsonNode element) {
        return element.isObject() && element.has("sys_id");
    }

    @NonNull
    static SysId sysId(@NonNull JsonNode row) throws UnreadableRowException {
        String value = text(row, "sys_id");
        if (!SysId.isValid(value)) {
            throw new UnreadableRowException("sys_id");
        }
        return new SysId(value);
    }

    /** The text of a field exactly as stored. */
    @NonNull
    static String text(@NonNull JsonNode row, @NonNull String field) throws UnreadableRowException {
        JsonNode value = value(row, field);
        if (value == null || !value.isString()) {
            throw new UnreadableRowException(field);
        }
        return value.stringValue();
    }

    @NonNull
    static ChangeRequest read(@NonNull JsonNode row) throws UnreadableRowException {
        String number = text(row, "number");
        if (!isNumber(number)) {
            throw new UnreadableRowException("number");
        }
        return new ChangeRequest(
                sysId(row),
                number,
                text(row, "short_description"),
                state(row),
                text(row, "approval"),
                flag(row, "on_hold"),
                optionalText(row, "on_hold_reason"),
                flag(row, "active"),
                date(row, "start_date"),
                date(row, "end_date"),
                optionalText(row, "type"),
                optionalText(row, "close_notes"),
                template(row));
    }

    /** The version of a template is a reference: what is shown of it names it. */
    private static String template(JsonNode row) {
        String shown = shown(row, "std_change_producer_version");
        return shown.isEmpty() ? optionalText(row, "std_change_producer_version") : shown;
    }

    /** What people are shown of a field, or empty. Used only where the value itself says nothing: a journal, a reference. */
    @NonNull
    static String shown(@NonNull JsonNode row, @NonNull String field) {
        JsonNode shown = row.path(field).path("display_value");
        return shown.isString() ? shown.stringValue() : "";
    }

    /** The name of a template's row, in whichever of its two columns this release keeps it. */
    @NonNull
    static String templateName(@NonNull JsonNode row) throws UnreadableRowException {
        String name = optionalText(row, "sys_name");
        return name.isEmpty() ? text(row, "name") : name;
    }

    /** Whether a template's row says that it is active; a row that does not say is not. */
    static boolean isActiveTemplate(@NonNull JsonNode row) throws UnreadableRowException {
        return flag(row, "active");
    }

    /** Whether the text has the form of a change's number: letters, digits, hyphens and underscores, at most 40. */
    static boolean isNumber(@CheckForNull String text) {
        return text != null && NUMBER.matcher(text).matches();
    }

    private static JsonNode value(JsonNode row, String field) {
        JsonNode holder = row.get(field);
        return holder == null || !holder.isObject() ? null : holder.get("value");
    }

    private static String optionalText(JsonNode row, String field) {
        JsonNode value = value(row, field);
        return value == null || !value.isString() ? "" : value.stringValue();
    }

    private static int state(JsonNode row) throws UnreadableRowException {
        JsonNode value = value(row, "state");
        String text =
                value == null ? "" : value.isNumber() ? value.asString() : value.isString() ? value.stringValue() : "";
        if (!STATE.matcher(text).matches()) {
            throw new UnreadableRowException("state");
        }
        return new BigDecimal(text).intValueExact();
    }

    private static boolean flag(JsonNode row, String field) throws UnreadableRowException {
        JsonNode value = value(row, field);
        if (value != null && value.isBoolean()) {
            return value.booleanValue();
        }
        if (value != null && value.isString()) {
            if ("true".equals(value.stringValue())) {
                return true;
            }
            if ("false".equals(value.stringValue())) {
                return false;
            }
        }
        throw new UnreadableRowException(field);
    }

    @CheckForNull
    private static Instant date(JsonNode row, String field) throws UnreadableRowException {
        String text = text(row, field);
        if (text.isEmpty()) {
            return null;
        }
        try {
            return LocalDateTime.parse(text, DATE).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new UnreadableRowException(field);
        }
    }
}
