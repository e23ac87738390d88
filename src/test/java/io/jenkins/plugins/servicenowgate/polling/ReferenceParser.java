package io.jenkins.plugins.servicenowgate.polling;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an answer proves, read a second time: every field by itself, nothing guessed, and none of the product's code, so
 * that a mistake there is not made here again.
 */
final class ReferenceParser {
    private static final LocalDateTime NOW = time(MutatedAnswer.NOW);
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final List<JsonNode> rows = new ArrayList<>();

    private ReferenceParser() {}

    static ReferenceParser in(MutatedAnswer answer) {
        ReferenceParser proof = new ReferenceParser();
        if (answer.status() == 200 && answer.type().startsWith("application/json")) {
            try {
                proof.read(STRICT.readTree(answer.text()));
            } catch (JacksonException e) {
                // What can't be read proves nothing.
            }
        }
        return proof;
    }

    private void read(JsonNode root) {
        if (!root.isObject() || root.has("error")) {
            return;
        }
        // ServiceNow gives a single row as a list of one, or as an object.
        JsonNode result = root.path("result");
        List<JsonNode> elements = new ArrayList<>();
        (result.isArray() ? result : List.of(result)).forEach(elements::add);
        if (elements.stream().allMatch(ReferenceParser::isOfTheWholeQuery)) {
            rows.addAll(elements);
        }
    }

    /** Nothing but an empty list, or silence, says that no condition was dropped. */
    private static boolean isOfTheWholeQuery(JsonNode element) {
        if (!element.has("__meta")) {
            return true;
        }
        JsonNode meta = element.get("__meta");
        if (!meta.isObject() || (meta.has("fields") && !meta.get("fields").isObject())) {
            return false;
        }
        JsonNode ignored = meta.path("fields").path("ignored");
        return ignored.isMissingNode() || (ignored.isArray() && ignored.isEmpty());
    }

    boolean ofLinked(String sysId, String number) {
        return only(row -> is(row, "sys_id", sysId), row -> is(row, "number", number));
    }

    boolean ofTitle(String title) {
        return only(
                row -> is(row, "short_description", title) && isTrue(row, "active"),
                row -> matches(row, "number", "[A-Za-z0-9_-]{1,40}"));
    }

    boolean ofNumber(String number) {
        return only(row -> is(row, "number", number), row -> true);
    }

    /** There is one such row and no other, it is also this, and it may go. */
    private boolean only(Predicate<JsonNode> such, Predicate<JsonNode> also) {
        List<JsonNode> ours = rows.stream().filter(such).toList();
        return ours.size() == 1
                && also.test(ours.get(0))
                && matches(ours.get(0), "sys_id", "[0-9a-f]{32}")
                && mayGo(ours.get(0));
    }

    private static boolean mayGo(JsonNode row) {
        JsonNode approval = row.path("approval").path("value");
        JsonNode hold = row.path("on_hold").path("value");
        return isImplement(row.path("state").path("value"))
                && approval.isString()
                && isApprovedEnough(approval.stringValue().strip().toLowerCase(Locale.ROOT), row.has("chg_model"))
                && (hold.isBoolean() ? !hold.booleanValue() : is(row, "on_hold", "false"))
                && isTrue(row, "active")
                && bound(row, "start_date", start -> !start.isAfter(NOW))
                && bound(row, "end_date", end -> !end.isBefore(NOW));
    }

    /** In a model that is not shown, Implement proves no approval. */
    private static boolean isApprovedEnough(String approval, boolean isModelShown) {
        return isModelShown ? !approval.equals("rejected") : approval.equals("approved");
    }

    private static boolean isImplement(JsonNode state) {
        if (state.isNumber()) {
            return state.decimalValue().compareTo(BigDecimal.ONE.negate()) == 0;
        }
        return state.isString() && state.stringValue().matches("-0*1(\\.0+)?");
    }

    private static boolean isTrue(JsonNode row, String field) {
        JsonNode value = row.path(field).path("value");
        return value.isBoolean() ? value.booleanValue() : is(row, field, "true");
    }

    private static boolean is(JsonNode row, String field, String text) {
        JsonNode value = row.path(field).path("value");
        return value.isString() && value.stringValue().equals(text);
    }

    private static boolean matches(JsonNode row, String field, String pattern) {
        JsonNode value = row.path(field).path("value");
        return value.isString() && value.stringValue().matches(pattern);
    }

    /** An end of the window: open where its text is empty; a text that is no time proves nothing. */
    private static boolean bound(JsonNode row, String field, Predicate<LocalDateTime> holds) {
        JsonNode value = row.path(field).path("value");
        if (!value.isString()) {
            return false;
        }
        try {
            return value.stringValue().isEmpty() || holds.test(time(value.stringValue()));
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static LocalDateTime time(String text) {
        if (!text.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d")) {
            throw new DateTimeException("not a time");
        }
        return LocalDateTime.parse(text.replace(' ', 'T'));
    }
}
