package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Parses one row of the Change Management API strictly: every column on which a decision depends must exist in a
 * documented form. Only {@code value} is used; {@code display_value} depends on the user's settings.
 */
final class ChangeReader {
    private static final Pattern NUMBER = Pattern.compile("[A-Za-z0-9_-]{1,40}");
    private static final Pattern STATE = Pattern.compile("-?[0-9]{1,9}(\\.0{1,9})?");

    private ChangeReader() {}

    /** A row is unreadable. The message is the name of the field, without its value. */
    static final class UnreadableRowException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableRowException(String message) {
            super(message);
        }
    }

    /** Whether an element of {@code result} is a row, and not the trailing {@code __meta} element. */
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

    /** The stored text of a field, unchanged. */
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
                template(row),
                CreationOrigin.of(row),
                ChangeModel.of(row),
                !row.has("chg_model"),
                ChangeAssessment.of(row));
    }

    /** The template's version is a reference column, whose display value contains the template's name. */
    private static String template(JsonNode row) {
        String displayValue = displayValue(row, "std_change_producer_version");
        return displayValue.isEmpty() ? optionalText(row, "std_change_producer_version") : displayValue;
    }

    /** The display value of a field, or empty. Used only for journals and references, which have no usable value. */
    @NonNull
    static String displayValue(@NonNull JsonNode row, @NonNull String field) {
        JsonNode displayValue = row.path(field).path("display_value");
        return displayValue.isString() ? displayValue.stringValue() : "";
    }

    /** The name of a template, from either of the two columns in which releases store it. */
    @NonNull
    static String templateName(@NonNull JsonNode row) throws UnreadableRowException {
        String name = optionalText(row, "sys_name");
        return name.isEmpty() ? text(row, "name") : name;
    }

    /** Whether a template or task is active. */
    static boolean isActive(@NonNull JsonNode row) throws UnreadableRowException {
        return flag(row, "active");
    }

    /** Whether a text is a valid change number: 1 to 40 letters, digits, hyphens and underscores. */
    static boolean isNumber(@CheckForNull String text) {
        return text != null && NUMBER.matcher(text).matches();
    }

    private static JsonNode value(JsonNode row, String field) {
        JsonNode holder = row.get(field);
        return holder == null || !holder.isObject() ? null : holder.get("value");
    }

    /** The stored text of a field; empty if the field is missing. */
    @NonNull
    static String optionalText(@NonNull JsonNode row, @NonNull String field) {
        JsonNode value = value(row, field);
        return value == null || !value.isString() ? "" : value.stringValue();
    }

    /** Whether a text is the value of a state: a whole number. */
    static boolean isState(@NonNull String text) {
        return STATE.matcher(text).matches();
    }

    private static int state(JsonNode row) throws UnreadableRowException {
        JsonNode value = value(row, "state");
        String text =
                value == null ? "" : value.isNumber() ? value.asString() : value.isString() ? value.stringValue() : "";
        if (!isState(text)) {
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
            return StoredTime.parse(text);
        } catch (DateTimeException e) {
            throw new UnreadableRowException(field);
        }
    }

    /** The time of a field; null if the field is missing or malformed. */
    @CheckForNull
    static Instant optionalDate(@NonNull JsonNode row, @NonNull String field) {
        try {
            return StoredTime.parse(optionalText(row, field));
        } catch (DateTimeException e) {
            return null;
        }
    }
}
