package io.jenkins.plugins.servicenowgate.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An answer of the change list as it might be, or as no instance should ever send it: a row in the shape of a real one,
 * then anything done to it.
 */
record MutatedAnswer(int status, String type, String text, List<String> done) {
    static final String SYS_ID = "0123456789abcdef0123456789abcdef";
    static final String NUMBER = "CHG0030001";
    static final String TITLE = "Jenkins: Deploy \"shop\" version 1 to \"Production\"";
    /** When it is read. */
    static final String NOW = "2026-12-01 20:00:00";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> FIELDS = List.of(
            "sys_id",
            "number",
            "short_description",
            "state",
            "approval",
            "on_hold",
            "on_hold_reason",
            "active",
            "start_date",
            "end_date",
            "type",
            "close_notes");

    /** An answer that is being spoilt. */
    private static final class Draft {
        final ObjectNode root = JSON.createObjectNode();
        final ArrayNode result = root.putArray("result");
        final ObjectNode row = result.addObject();
        final List<UnaryOperator<String>> text = new ArrayList<>();
        int status = 200;
        String type = "application/json;charset=UTF-8";
    }

    private record Mutation(String name, Consumer<Draft> act) {}

    /** Rows of every state, approval and window, untouched. */
    static Arbitrary<MutatedAnswer> plain() {
        return rows().map(row -> spoilt(row, List.of()));
    }

    /** The same, most of them such as would open the gate, with one to four things done to them. */
    static Arbitrary<MutatedAnswer> mutated() {
        Arbitrary<Map<String, JsonNode>> mostlyOpen = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(4, Arbitraries.just(open())), net.jqwik.api.Tuple.of(1, rows()));
        return Combinators.combine(mostlyOpen, mutations().list().ofMinSize(1).ofMaxSize(4))
                .as(MutatedAnswer::spoilt);
    }

    private static MutatedAnswer spoilt(Map<String, JsonNode> fields, List<Mutation> mutations) {
        Draft draft = new Draft();
        FIELDS.forEach(field -> {
            JsonNode value = fields.get(field);
            // What people are shown always says the opposite of what would keep the gate shut.
            draft.row.putObject(field).put("display_value", shown(field)).set("value", value);
        });
        mutations.forEach(mutation -> mutation.act().accept(draft));
        String text = draft.root.toString();
        for (UnaryOperator<String> spoiling : draft.text) {
            text = spoiling.apply(text);
        }
        return new MutatedAnswer(
                draft.status,
                draft.type,
                text,
                mutations.stream().map(Mutation::name).toList());
    }

    private static String shown(String field) {
        return switch (field) {
            case "state" -> "Implement";
            case "approval" -> "Approved";
            case "on_hold" -> "false";
            case "active" -> "true";
            case "short_description" -> TITLE;
            case "number" -> NUMBER;
            default -> "";
        };
    }

    private static Map<String, JsonNode> open() {
        return row("-1.0", "approved", "false", "true", "", "");
    }

    private static Map<String, JsonNode> row(
            String state, String approval, String onHold, String active, String start, String end) {
        return Map.ofEntries(
                Map.entry("sys_id", text(SYS_ID)),
                Map.entry("number", text(NUMBER)),
                Map.entry("short_description", text(TITLE)),
                Map.entry("state", json(state)),
                Map.entry("approval", text(approval)),
                Map.entry("on_hold", json(onHold)),
                Map.entry("on_hold_reason", text("")),
                Map.entry("active", json(active)),
                Map.entry("start_date", text(start)),
                Map.entry("end_date", text(end)),
                Map.entry("type", text("normal")),
                Map.entry("close_notes", text("")));
    }

    private static Arbitrary<Map<String, JsonNode>> rows() {
        Arbitrary<String> states = Arbitraries.of(
                "-1.0", "-1", "\"-1\"", "\"-1.0\"", "-1.0", "-1", "-5", "-4", "-3.0", "-2", "0", "3", "4", "77");
        Arbitrary<String> approvals =
                Arbitraries.of("approved", "approved", "requested", "not requested", "rejected", "Rejected", "");
        Arbitrary<String> holds = Arbitraries.of("false", "false", "\"false\"", "true", "\"true\"");
        Arbitrary<String> actives = Arbitraries.of("true", "true", "\"true\"", "false", "\"false\"");
        return Combinators.combine(states, approvals, holds, actives, times(), times())
                .as(MutatedAnswer::row);
    }

    private static Arbitrary<String> times() {
        return Arbitraries.of(
                "",
                "",
                "2026-12-01 19:59:59",
                NOW,
                "2026-12-01 20:00:01",
                "2025-12-01 20:00:00",
                "2027-01-01 00:00:00");
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
                Arbitraries.integers().map(number -> json(String.valueOf(number))),
                Arbitraries.doubles().map(number -> json(String.valueOf(number))));
    }

    private static Arbitrary<Mutation> mutations() {
        Arbitrary<String> fields = Arbitraries.of(FIELDS);
        Arbitrary<Integer> places = Arbitraries.integers().between(0, 2000);
        return Arbitraries.oneOf(
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
                            draft.row.set(to, other == null ? JSON.nullNode() : other.deepCopy());
                        })),
                Combinators.combine(Arbitraries.strings().alpha().ofMaxLength(8), values())
                        .as((name, value) -> new Mutation("extra " + name, draft -> draft.row.set(name, value))),
                Arbitraries.of("CHG0030002", "chg0030001", "CHG0030001 ", "CHG30001", "INC0030001")
                        .map(number -> new Mutation(
                                "number " + number,
                                draft -> draft.row.putObject("number").put("value", number))),
                Arbitraries.of("0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef0123456789abcdee", SYS_ID + " ")
                        .map(id -> new Mutation(
                                "sys_id " + id,
                                draft -> draft.row.putObject("sys_id").put("value", id))),
                Arbitraries.of(
                                TITLE.toLowerCase(java.util.Locale.ROOT),
                                TITLE + " ",
                                TITLE.replace('o', '\u043e'),
                                TITLE.replace("Production", "Production\u200b"),
                                TITLE.replace("shop", "\u202eshop"),
                                TITLE.replace("shop", "shop2"))
                        .map(title -> new Mutation(
                                "title " + title,
                                draft ->
                                        draft.row.putObject("short_description").put("value", title))),
                Combinators.combine(Arbitraries.of(true, false), fields, values())
                        .as((before, field, value) -> new Mutation("another's row " + field + value, draft -> {
                            ObjectNode other = draft.row.deepCopy();
                            other.putObject("sys_id").put("value", "ffffffffffffffffffffffffffffffff");
                            other.putObject("number").put("value", "CHG0099999");
                            other.putObject(field).set("value", value);
                            insert(draft, before, other);
                        })),
                Combinators.combine(Arbitraries.of(true, false), fields, values())
                        .as((before, field, value) -> new Mutation("twice, with " + field + value, draft -> {
                            ObjectNode twin = draft.row.deepCopy();
                            twin.putObject(field).set("value", value);
                            insert(draft, before, twin);
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

    private static void insert(Draft draft, boolean before, ObjectNode row) {
        if (before) {
            draft.result.insert(0, row);
        } else {
            draft.result.add(row);
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

    private static JsonNode text(String value) {
        return JSON.getNodeFactory().stringNode(value);
    }

    private static JsonNode json(String value) {
        return JSON.readTree(value.equals("NaN") || value.contains("Infinity") ? "null" : value);
    }
}
