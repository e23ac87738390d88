package io.jenkins.plugins.servicenowgate.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The table of change models. Those that are added have states of their own, through which changes go in order. */
final class Models {
    /**
     * One row.
     *
     * @param type of the changes that are created from it
     * @param states their labels by their values, in order; empty for the default life cycle
     */
    record Model(long sequence, String sysId, String name, boolean active, String type, Map<String, String> states)
            implements Row {
        @Override
        public String get(String field) {
            return switch (field) {
                case "sys_id" -> sysId;
                case "sys_name", "name" -> name;
                case "active" -> Boolean.toString(active);
                default -> "";
            };
        }
    }

    private final Columns columns = Columns.ofModel();
    private final List<Model> rows = new ArrayList<>();

    Columns columns() {
        return columns;
    }

    synchronized Model add(String name, boolean active, String type, Map<String, String> states) {
        boolean first = rows.stream().noneMatch(row -> row.name().equals(name));
        // A reference to a name leads to its first row.
        String sysId = first ? Texts.recordIdOf(name) : Texts.newRecordId();
        Model model = new Model(rows.size(), sysId, name, active, type, new LinkedHashMap<>(states));
        rows.add(model);
        return model;
    }

    synchronized List<Model> all() {
        return List.copyOf(rows);
    }

    /** The active model with this sys_id or name; null if there is none. */
    Model active(String reference) {
        return all().stream()
                .filter(row -> row.active()
                        && (row.sysId().equals(reference) || row.name().equals(reference)))
                .findFirst()
                .orElse(null);
    }

    /** The states of a change of a model that has its own; null for the default life cycle. */
    Map<String, String> states(String name) {
        return all().stream()
                .filter(row -> row.name().equals(name) && !row.states().isEmpty())
                .map(Model::states)
                .findFirst()
                .orElse(null);
    }

    /** The state after this one; null at the end. */
    static String next(Map<String, String> states, String state) {
        List<String> order = List.copyOf(states.keySet());
        int place = order.indexOf(state);
        return place < 0 || place + 1 == order.size() ? null : order.get(place + 1);
    }

    ObjectNode json(Model row, Behaviour behaviour) {
        FieldWriter writer = new FieldWriter(behaviour, this);
        ObjectNode node = Json.object();
        for (String column : columns.names()) {
            node.set(column, writer.field(column, columns.type(column), row.get(column)));
        }
        return node;
    }
}
