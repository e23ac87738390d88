package io.jenkins.plugins.servicenowgate.simulator;

import java.util.Collection;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes stored texts in ServiceNow's shape: {@code {"value": …, "display_value": …}}. */
final class FieldWriter {
    private final Behaviour behaviour;
    private final Models models;

    FieldWriter(Behaviour behaviour, Models models) {
        this.behaviour = behaviour;
        this.models = models;
    }

    /** A single change, as it is answered to a read or a write. */
    Answer single(SimulatedChange change, Columns columns, Collection<String> ignored) {
        ObjectNode result = change(change, columns);
        if (behaviour.metaInObjects) {
            result.set("__meta", Json.object().set("ignoredFields", names(ignored)));
        }
        return Answer.json(
                200,
                Json.object()
                        .set("result", behaviour.resultAsArray ? Json.array().add(result) : result));
    }

    ObjectNode change(SimulatedChange change, Columns columns) {
        ObjectNode node = Json.object();
        var stored = change.snapshot();
        for (String column : columns.names()) {
            node.set(column, field(column, columns.type(column), stored.getOrDefault(column, "")));
        }
        Map<String, String> own = models.states(stored.getOrDefault("chg_model", ""));
        if (own != null) {
            ObjectNode state = field("state", ColumnType.NUMBER, stored.get("state"));
            node.set("state", state.put("display_value", own.getOrDefault(stored.get("state"), stored.get("state"))));
        }
        if (behaviour.newer.unnamedModels
                && !stored.getOrDefault("chg_model", "").isEmpty()) {
            node.set(
                    "chg_model",
                    Json.object()
                            .put("value", Texts.recordIdOf(stored.get("chg_model")))
                            .put("display_value", ""));
        }
        if (behaviour.newer.hiddenModels) {
            node.remove("chg_model");
        }
        if (behaviour.journalShown) {
            node.set(
                    "work_notes",
                    Json.object().put("value", "").put("display_value", String.join("\n\n", change.workNotes())));
        }
        return node;
    }

    ObjectNode field(String name, ColumnType type, String stored) {
        ObjectNode field = Json.object();
        if (stored.isEmpty()) {
            return field.put("value", "").put("display_value", "");
        }
        return switch (type) {
            case NUMBER -> number(field, stored).put("display_value", Labels.of(name, stored));
            case BOOLEAN -> field.put("value", Boolean.parseBoolean(stored)).put("display_value", stored);
            case DATE_TIME -> field.put("value", stored).put("display_value", displayDate(stored));
            case REFERENCE -> field.put("value", Texts.recordIdOf(stored)).put("display_value", stored);
            case CHOICE -> field.put("value", stored).put("display_value", Labels.of(name, stored));
            default -> field.put("value", stored).put("display_value", stored);
        };
    }

    private ObjectNode number(ObjectNode field, String stored) {
        return switch (behaviour.numberShape) {
            case FLOAT -> field.put("value", Double.parseDouble(stored));
            case INTEGER -> field.put("value", Integer.parseInt(stored));
            case TEXT -> field.put("value", stored);
        };
    }

    private String displayDate(String stored) {
        return Texts.instant(stored).map(behaviour.displayDates::format).orElse("");
    }

    static ArrayNode names(Collection<String> names) {
        ArrayNode array = Json.array();
        names.forEach(array::add);
        return array;
    }
}
