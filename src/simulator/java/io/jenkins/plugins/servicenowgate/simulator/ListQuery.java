package io.jenkins.plugins.servicenowgate.simulator;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** The query string of a list: either {@code sysparm_query} or plain {@code field=value} pairs, and the page. */
final class ListQuery {
    private static final Set<String> NO_FIELDS = Set.of("order", "textSearch");

    private final String text;
    private final EncodedQuery encoded;
    private final Set<String> ignored;
    private final int offset;
    private final int limit;

    ListQuery(Map<String, String> parameters, Columns columns, boolean honourLimit, int rowLimit) {
        Map<String, String> pairs = parameters.entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith("sysparm_") && !NO_FIELDS.contains(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        boolean hasQuery = parameters.containsKey("sysparm_query");
        String order = parameters.containsKey("order") ? "^ORDERBY" + parameters.get("order") : "";
        text = (hasQuery ? parameters.get("sysparm_query") : join(pairs)) + order;
        encoded = EncodedQuery.parse(text, columns);
        ignored = new LinkedHashSet<>(encoded.ignored());
        if (hasQuery) {
            ignored.addAll(pairs.keySet());
        }
        offset = Math.max(0, number(parameters.get("sysparm_offset"), 0));
        int asked = number(parameters.get("sysparm_limit"), rowLimit);
        limit = honourLimit && asked > 0 ? Math.min(asked, rowLimit) : rowLimit;
    }

    private static String join(Map<String, String> pairs) {
        return pairs.entrySet().stream()
                .map(pair -> pair.getKey() + "=" + pair.getValue().replace("^", "^^"))
                .collect(Collectors.joining("^"));
    }

    private static int number(String text, int otherwise) {
        return text != null && text.matches("-?\\d{1,9}") ? Integer.parseInt(text) : otherwise;
    }

    EncodedQuery encoded() {
        return encoded;
    }

    <R> List<R> page(List<R> rows) {
        int from = Math.min(offset, rows.size());
        return rows.subList(from, Math.min(rows.size(), from + limit));
    }

    /** The last element of a list. */
    ObjectNode meta() {
        ObjectNode fields = Json.object();
        fields.set("applied", FieldWriter.names(encoded.applied()));
        fields.set("ignored", FieldWriter.names(ignored));
        ObjectNode meta = Json.object().put("encodedQuery", text);
        meta.set("fields", fields);
        return Json.object().set("__meta", meta);
    }
}
