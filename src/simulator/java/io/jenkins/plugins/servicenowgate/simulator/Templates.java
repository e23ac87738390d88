package io.jenkins.plugins.servicenowgate.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The table of Standard change templates. Names are not unique, as on an instance. */
final class Templates {
    /** One row. Its {@code template} refers to another record: creating from that id is a usual mistake. */
    record Template(long sequence, String sysId, String name, boolean active, String record, Map<String, String> fields)
            implements Row {
        @Override
        public String get(String field) {
            return switch (field) {
                case "sys_id" -> sysId;
                case "sys_name", "name" -> name;
                case "active" -> Boolean.toString(active);
                case "template" -> record;
                case "short_description" -> fields.getOrDefault("short_description", "");
                default -> "";
            };
        }
    }

    private final Columns columns = Columns.ofTemplate();
    private final List<Template> rows = new ArrayList<>();

    Columns columns() {
        return columns;
    }

    synchronized String add(String name, boolean active, Map<String, String> fields) {
        Template row =
                new Template(rows.size(), Texts.newRecordId(), name, active, Texts.newRecordId(), Map.copyOf(fields));
        rows.add(row);
        return row.sysId();
    }

    synchronized List<Template> all() {
        return List.copyOf(rows);
    }

    /** Null when no active template has this row id. */
    Template active(String sysId) {
        return all().stream()
                .filter(row -> row.sysId().equals(sysId) && row.active())
                .findFirst()
                .orElse(null);
    }

    ObjectNode json(Template row, Behaviour behaviour) {
        FieldWriter writer = new FieldWriter(behaviour, new Models());
        ObjectNode node = Json.object();
        for (String column : columns.names()) {
            boolean isName = column.equals("sys_name") || column.equals("name");
            if (!isName || behaviour.templateNameFields.contains(column)) {
                node.set(column, writer.field(column, columns.type(column), row.get(column)));
            }
        }
        node.set("template", Json.object().put("value", row.record()).put("display_value", row.name()));
        return node;
    }
}
