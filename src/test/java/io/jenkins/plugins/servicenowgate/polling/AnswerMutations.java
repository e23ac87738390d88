package io.jenkins.plugins.servicenowgate.polling;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What can be done to an answer of the change list: to its fields, rows, meta element, status, type and bytes. */
final class AnswerMutations {
    private AnswerMutations() {}

    /** One thing that is done to an answer. */
    record Mutation(String name, Consumer<Draft> act) {}

    /** An answer that is being spoilt. */
    static final class Draft {
        final ObjectNode root = MutatedAnswer.JSON.createObjectNode();
        final ArrayNode result = root.putArray("result");
        final ObjectNode row = result.addObject();
        final List<UnaryOperator<String>> text = new ArrayList<>();
        /** What the last element says of the query; null for a release that leaves that element out. */
        JsonNode meta = meta();

        boolean metaFirst;
        int status = 200;
        String type = "application/json;charset=UTF-8";

        void add(boolean first, JsonNode element) {
            if (first) {
                result.insert(0, element);
            } else {
                result.add(element);
            }
        }

        private static ObjectNode meta() {
            ObjectNode meta = MutatedAnswer.JSON.createObjectNode().put("encodedQuery", "");
            ObjectNode fields = meta.putObject("fields");
            fields.putArray("applied").add("number");
            fields.putArray("ignored");
            return meta;
        }
    }

    private static Arbitrary<JsonNode> values() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                                "null",
                                "true",
                                "false",
                                "0",
                                "1",
                                "-1",
                                "-1.0",
                                "-1.5",
                                "-10e-1",
                                "1e400",
                                "-5",
                                "3",
                                "\"\"",
                                "\" \"",
                                "\"-1\"",
                                "\"-1 \"",
                                "\"-1.\"",
                                "\"−1\"",
                                "\"-01\"",
                                "\"0x1\"",
                                "\"Implement\"",
                                "\"true\"",
                                "\"TRUE\"",
                                "\"false\"",
                                "\"no\"",
                                "\"rejected\"",
                                "\" REJECTED \"",
                                "\"approved\"",
                                "[]",
                                "[-1]",
                                "{}",
                                "{\"value\":-1}",
                                "\"2026-12-01 20:00:00\"",
                                "\"2026-12-01 20:00:01\"",
                                "\"2026-12-01 19:59:59\"",
                                "\"2026-02-30 10:00:00\"",
                                "\"12/01/2026 08:00:00 PM\"",
                                "\"2026-12-01T20:00:00Z\"",
                                "\"9999-12-31 23:59:59\"")
                        .map(MutatedAnswer::json),
                Arbitraries.strings().ofMaxLength(12).map(MutatedAnswer::text),
                Arbitraries.integers().map(number -> MutatedAnswer.json(String.valueOf(number))),
                Arbitraries.doubles().map(number -> MutatedAnswer.json(String.valueOf(number))));
    }

    /** Anything that may be done to an answer. */
    static Arbitrary<Mutation> all() {
        Arbitrary<String> fields = Arbitraries.of(MutatedAnswer.FIELDS);
        Arbitrary<Integer> places = Arbitraries.integers().between(0, 2000);
        return Arbitraries.oneOf(
                Arbitraries.of("none", "first", "null", "text", "list", "fields null", "fields text", "without ignored")
                        .map(shape -> new Mutation("__meta " + shape, draft -> remake(draft, shape))),
                Arbitraries.of(
                                "[\"number\"]",
                                "[\"sys_id\",\"active\"]",
                                "\"number\"",
                                "{\"number\":true}",
                                "[{\"name\":\"number\"}]",
                                "[[\"active\"]]",
                                "[null]",
                                "[1]",
                                "null",
                                "1",
                                "true",
                                "{}",
                                "[]")
                        .map(MutatedAnswer::json)
                        .map(ignored -> new Mutation("ignored " + ignored, draft -> {
                            if (draft.meta instanceof ObjectNode meta) {
                                meta.putObject("fields").set("ignored", ignored);
                            }
                        })),
                Arbitraries.of(true, false)
                        .map(before -> new Mutation("the other's row takes ours", draft -> {
                            ObjectNode other = draft.row.deepCopy();
                            other.putObject("sys_id").put("value", MutatedAnswer.OTHER_SYS_ID);
                            draft.add(before, other);
                        })),
                Combinators.combine(fields, values())
                        .as((field, value) -> new Mutation(
                                field + " := " + value,
                                draft -> draft.row.putObject(field).set("value", value))),
                Combinators.combine(fields, values())
                        .as((field, value) ->
                                new Mutation(field + " bare " + value, draft -> draft.row.set(field, value))),
                fields.map(field -> new Mutation("no " + field, draft -> draft.row.remove(field))),
                fields.map(field -> new Mutation("no value of " + field, draft -> {
                    if (draft.row.get(field) instanceof ObjectNode holder) {
                        holder.remove("value");
                    }
                })),
                Combinators.combine(fields, fields)
                        .as((to, from) -> new Mutation(to + " takes " + from, draft -> {
                            JsonNode other = draft.row.get(from);
                            draft.row.set(to, other == null ? MutatedAnswer.JSON.nullNode() : other.deepCopy());
                        })),
                Combinators.combine(Arbitraries.strings().alpha().ofMaxLength(8), values())
                        .as((name, value) -> new Mutation("extra " + name, draft -> draft.row.set(name, value))),
                Arbitraries.of("CHG0030002", "chg0030001", "CHG0030001 ", "CHG30001", "INC0030001")
                        .map(number -> new Mutation(
                                "number " + number,
                                draft -> draft.row.putObject("number").put("value", number))),
                Arbitraries.of(
                                "0123456789ABCDEF0123456789ABCDEF",
                                "0123456789abcdef0123456789abcdee",
                                MutatedAnswer.SYS_ID + " ")
                        .map(id -> new Mutation(
                                "sys_id " + id,
                                draft -> draft.row.putObject("sys_id").put("value", id))),
                Arbitraries.of(
                                MutatedAnswer.TITLE.toLowerCase(java.util.Locale.ROOT),
                                MutatedAnswer.TITLE + " ",
                                MutatedAnswer.TITLE.replace('o', '\u043e'),
                                MutatedAnswer.TITLE.replace("Production", "Production\u200b"),
                                MutatedAnswer.TITLE.replace("shop", "\u202eshop"),
                                MutatedAnswer.TITLE.replace("shop", "shop2"))
                        .map(title -> new Mutation(
                                "title " + title,
                                draft ->
                                        draft.row.putObject("short_description").put("value", title))),
                Combinators.combine(Arbitraries.of(true, false), fields, values())
                        .as((before, field, value) -> new Mutation("another's row " + field + value, draft -> {
                            ObjectNode other = draft.row.deepCopy();
                            other.putObject("sys_id").put("value", MutatedAnswer.OTHER_SYS_ID);
                            other.putObject("number").put("value", MutatedAnswer.OTHER_NUMBER);
                            other.putObject(field).set("value", value);
                            draft.add(before, other);
                        })),
                Combinators.combine(Arbitraries.of(true, false), fields, values())
                        .as((before, field, value) -> new Mutation("twice, with " + field + value, draft -> {
                            ObjectNode twin = draft.row.deepCopy();
                            twin.putObject(field).set("value", value);
                            draft.add(before, twin);
                        })),
                values().map(value -> new Mutation("element " + value, draft -> draft.result.add(value))),
                values().map(value -> new Mutation("error " + value, draft -> draft.root.set("error", value))),
                Arbitraries.of("row", "list in list", "result", "null", "text")
                        .map(shape -> new Mutation("result as " + shape, draft -> reshape(draft, shape))),
                Arbitraries.of(200, 201, 204, 206, 301, 400, 401, 403, 404, 429, 500, 503)
                        .map(status -> new Mutation("status " + status, draft -> draft.status = status)),
                Arbitraries.of("text/html", "text/plain", "application/json;charset=ISO-8859-1")
                        .map(type -> new Mutation("type " + type, draft -> draft.type = type)),
                places.map(place -> new Mutation(
                        "cut at " + place,
                        draft -> draft.text.add(text -> text.substring(0, Math.min(place, text.length()))))),
                Combinators.combine(
                                places, Arbitraries.of("\"", "}", "]", ",", "1", "-", " ", "\u0000", "\ufffd", "{}"))
                        .as((place, piece) -> new Mutation(
                                piece + " at " + place,
                                draft -> draft.text.add(text -> {
                                    int at = Math.min(place, text.length());
                                    return text.substring(0, at) + piece + text.substring(at);
                                }))),
                fields.map(field -> new Mutation(
                        field + " twice",
                        draft -> draft.text.add(text -> text.replace(
                                "\"" + field + "\":", "\"" + field + "\":{\"value\":\"x\"},\"" + field + "\":")))));
    }

    private static void remake(Draft draft, String shape) {
        switch (shape) {
            case "none" -> draft.meta = null;
            case "first" -> draft.metaFirst = true;
            case "null" -> draft.meta = MutatedAnswer.JSON.nullNode();
            case "text" -> draft.meta = MutatedAnswer.text("ignored: number");
            case "list" -> draft.meta = MutatedAnswer.JSON.createArrayNode().add("number");
            default -> {
                if (draft.meta instanceof ObjectNode meta) {
                    switch (shape) {
                        case "fields null" -> meta.putNull("fields");
                        case "fields text" -> meta.put("fields", "ignored");
                        default -> meta.putObject("fields").putArray("applied").add("number");
                    }
                }
            }
        }
    }

    private static void reshape(Draft draft, String shape) {
        switch (shape) {
            case "row" -> draft.root.set("result", draft.row);
            case "list in list" -> draft.root.putArray("result").add(draft.result);
            case "result" -> draft.root.putObject("result").set("result", draft.result);
            case "null" -> draft.root.putNull("result");
            default -> draft.root.put("result", draft.result.toString());
        }
    }
}
