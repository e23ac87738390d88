package io.jenkins.plugins.servicenowgate.polling;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer of the change list as it might be, or as no instance should ever send it: a row in the shape of a real one,
 * then anything done to it.
 */
record MutatedAnswer(int status, String type, String text, List<String> done) {
    static final String SYS_ID = "0123456789abcdef0123456789abcdef";
    static final String NUMBER = "CHG0030001";
    /** A change that another deployment waits for, in the same round. */
    static final String OTHER_SYS_ID = "ffffffffffffffffffffffffffffffff";

    static final String OTHER_NUMBER = "CHG0099999";
    static final String TITLE = "Jenkins: Deploy \"shop\" version 1 to \"Production\"";
    /** When it is read. */
    static final String NOW = "2026-12-01 20:00:00";

    static final JsonMapper JSON = JsonMapper.builder().build();
    static final List<String> FIELDS = List.of(
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

    /** Rows of every state, approval and window, untouched. */
    static Arbitrary<MutatedAnswer> plain() {
        return rows().map(row -> spoilt(row, List.of()));
    }

    /** The same, most of them such as would open the gate, with one to four things done to them. */
    static Arbitrary<MutatedAnswer> mutated() {
        Arbitrary<Map<String, JsonNode>> mostlyOpen = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(4, Arbitraries.just(open())), net.jqwik.api.Tuple.of(1, rows()));
        return Combinators.combine(
                        mostlyOpen, AnswerMutations.all().list().ofMinSize(1).ofMaxSize(4))
                .as(MutatedAnswer::spoilt);
    }

    private static MutatedAnswer spoilt(Map<String, JsonNode> fields, List<AnswerMutations.Mutation> mutations) {
        AnswerMutations.Draft draft = new AnswerMutations.Draft();
        FIELDS.forEach(field -> {
            JsonNode value = fields.get(field);
            // What people are shown always says the opposite of what would keep the gate shut.
            draft.row.putObject(field).put("display_value", shown(field)).set("value", value);
        });
        mutations.forEach(mutation -> mutation.act().accept(draft));
        if (draft.meta != null) {
            draft.add(draft.metaFirst, JSON.createObjectNode().set("__meta", draft.meta));
        }
        String text = draft.root.toString();
        for (UnaryOperator<String> spoiling : draft.text) {
            text = spoiling.apply(text);
        }
        return new MutatedAnswer(
                draft.status,
                draft.type,
                text,
                mutations.stream().map(AnswerMutations.Mutation::name).toList());
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

    static JsonNode text(String value) {
        return JSON.getNodeFactory().stringNode(value);
    }

    static JsonNode json(String value) {
        return JSON.readTree(value.equals("NaN") || value.contains("Infinity") ? "null" : value);
    }
}
