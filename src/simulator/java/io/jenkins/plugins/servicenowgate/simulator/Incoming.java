package io.jenkins.plugins.servicenowgate.simulator;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The fields of a write, sorted into those that an instance takes and those that it drops without an error. */
record Incoming(Map<String, String> accepted, List<String> ignored) {
    static Incoming sort(
            Map<String, String> fields, Columns columns, Set<String> protectedFields, Behaviour behaviour) {
        Map<String, String> accepted = new LinkedHashMap<>();
        List<String> ignored = new ArrayList<>();
        fields.forEach((name, value) -> {
            if (!columns.has(name)
                    || Columns.READ_ONLY.contains(name)
                    || protectedFields.contains(name)
                    || behaviour.ignoredFields.contains(name)) {
                ignored.add(name);
            } else {
                accepted.put(name, stored(name, columns, value, behaviour));
            }
        });
        return new Incoming(accepted, ignored);
    }

    private static String stored(String name, Columns columns, String value, Behaviour behaviour) {
        String text = behaviour.fullUnicode ? value : cutAtSupplementary(value);
        if (name.equals("short_description")) {
            return text.substring(0, Math.min(text.length(), behaviour.titleLength));
        }
        return switch (columns.type(name)) {
            case BOOLEAN -> Boolean.toString(value.equals("true") || value.equals("1"));
            case DATE_TIME ->
                Texts.instant(value)
                        .map(utc -> LocalDateTime.ofInstant(utc, ZoneOffset.UTC))
                        .map(local ->
                                Texts.date(local.atZone(columns.dateZone()).toInstant()))
                        .orElse("");
            case NUMBER -> Texts.number(value);
            default -> text;
        };
    }

    private static String cutAtSupplementary(String value) {
        int end = 0;
        while (end < value.length() && !Character.isSurrogate(value.charAt(end))) {
            end++;
        }
        return value.substring(0, end);
    }

    /** The members of a JSON body as texts; null when the body is no JSON object. */
    static Map<String, String> read(RecordedRequest request) {
        if (request.body().isBlank()) {
            return new LinkedHashMap<>();
        }
        JsonNode json = request.json();
        if (json == null || !json.isObject()) {
            return null;
        }
        Map<String, String> fields = new LinkedHashMap<>();
        json.properties().forEach(member -> fields.put(member.getKey(), text(member.getValue())));
        return fields;
    }

    private static String text(JsonNode value) {
        if (value.isNull()) {
            return "";
        }
        return value.isValueNode() ? value.asString() : value.toString();
    }
}
