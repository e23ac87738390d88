package io.jenkins.plugins.servicenowgate.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tables that are read by the Table API, each with the columns that a test or person needs. */
final class OtherTables {
    /** A row of a table; a column that is not there is empty. */
    private record TableRow(long sequence, Map<String, String> fields) implements Row {
        @Override
        public String get(String field) {
            return fields.getOrDefault(field, "");
        }
    }

    /** {@code cmdb_ci_service} extends {@code cmdb_ci}: its rows are in both. */
    private static final Map<String, Set<String>> COLUMNS = Map.of(
            "cmdb_ci", Set.of("sys_id", "name", "sys_class_name"),
            "cmdb_ci_service", Set.of("sys_id", "name", "sys_class_name"));

    private final Behaviour behaviour;
    private final Map<String, List<TableRow>> rows = new ConcurrentHashMap<>();

    OtherTables(Behaviour behaviour) {
        this.behaviour = behaviour;
    }

    synchronized String add(String table, Map<String, String> fields) {
        Map<String, String> stored = new LinkedHashMap<>(fields);
        stored.putIfAbsent("sys_id", Texts.newRecordId());
        stored.putIfAbsent("sys_class_name", table);
        TableRow row = new TableRow(rows.size(), stored);
        rows.computeIfAbsent(table, name -> new ArrayList<>()).add(row);
        if (table.equals("cmdb_ci_service")) {
            rows.computeIfAbsent("cmdb_ci", name -> new ArrayList<>()).add(row);
        }
        return stored.get("sys_id");
    }

    /** The name of the row with this sys_id, in any table; the sys_id itself if there is none. */
    synchronized String name(String sysId) {
        return rows.values().stream()
                .flatMap(List::stream)
                .filter(row -> row.get("sys_id").equals(sysId))
                .map(row -> row.get("name"))
                .findFirst()
                .orElse(sysId);
    }

    synchronized Answer list(RecordedRequest request, String table) {
        if (!COLUMNS.containsKey(table)) {
            return Answer.error(400, "Invalid table " + table, null);
        }
        if (behaviour.refusedTables.contains(table)) {
            return Answer.error(403, "User Not Authorized", "Failed API level ACL Validation");
        }
        Columns columns = Columns.of(COLUMNS.get(table));
        columns.hide(behaviour.hiddenTableColumns);
        ListQuery query = new ListQuery(request.query(), columns, true, behaviour.rowLimit);
        List<TableRow> hits =
                ChangeTable.select(rows.getOrDefault(table, List.of()), query.encoded(), behaviour.queryRules());
        List<String> asked = List.of(request.query()
                .getOrDefault("sysparm_fields", String.join(",", columns.names()))
                .split(","));
        ArrayNode result = Json.array();
        for (TableRow row : query.page(hits)) {
            if (!behaviour.emptyTables.contains(table)) {
                ObjectNode node = Json.object();
                asked.stream().filter(columns::has).forEach(column -> node.put(column, row.get(column)));
                result.add(node);
            }
        }
        return Answer.json(200, Json.object().set("result", result));
    }
}
