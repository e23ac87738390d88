package io.jenkins.plugins.servicenowgate.simulator;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The columns of a table. A field that is not among them is unknown: dropped from queries, ignored in writes. */
final class Columns {
    /** Columns of a change that the API never lets a client write. */
    static final Set<String> READ_ONLY = Set.of(
            "sys_id",
            "number",
            "type",
            "approval",
            "active",
            "sys_class_name",
            "sys_created_on",
            "sys_created_by",
            "sys_updated_on",
            "sys_updated_by",
            "sys_mod_count",
            "opened_at",
            "closed_at",
            "conflict_status",
            "conflict_last_run");

    /** Columns that a Standard change takes from its template, whatever the client sends. */
    static final Set<String> FIXED_BY_TEMPLATE =
            Set.of("description", "backout_plan", "test_plan", "implementation_plan");

    private static final List<String> CHANGE_TEXTS = List.of(
            "sys_id",
            "number",
            "short_description",
            "description",
            "on_hold_reason",
            "close_notes",
            "reason",
            "correlation_id",
            "correlation_display",
            "implementation_plan",
            "backout_plan",
            "test_plan",
            "justification",
            "risk_impact_analysis",
            "sys_class_name",
            "sys_created_by",
            "sys_updated_by");

    private final Map<String, ColumnType> types = new LinkedHashMap<>();
    private final Map<String, ColumnType> added = new ConcurrentHashMap<>();
    private final Set<String> hidden = ConcurrentHashMap.newKeySet();
    private volatile ZoneId dateZone = ZoneOffset.UTC;

    static Columns ofChange() {
        Columns columns = new Columns();
        columns.put(ColumnType.TEXT, CHANGE_TEXTS);
        columns.put(ColumnType.NUMBER, List.of("state", "risk", "impact", "priority", "urgency", "sys_mod_count"));
        columns.put(
                ColumnType.CHOICE, List.of("type", "approval", "category", "close_code", "phase", "conflict_status"));
        columns.put(
                ColumnType.BOOLEAN,
                List.of("active", "on_hold", "unauthorized", "cab_required", "outside_maintenance_schedule"));
        columns.put(
                ColumnType.DATE_TIME,
                List.of(
                        "start_date",
                        "end_date",
                        "work_start",
                        "work_end",
                        "opened_at",
                        "closed_at",
                        "conflict_last_run",
                        "sys_created_on",
                        "sys_updated_on"));
        columns.put(
                ColumnType.REFERENCE,
                List.of(
                        "assignment_group",
                        "assigned_to",
                        "cmdb_ci",
                        "business_service",
                        "requested_by",
                        "opened_by",
                        "chg_model",
                        "std_change_producer_version"));
        columns.put(ColumnType.JOURNAL, List.of("work_notes", "comments", "approval_history"));
        return columns;
    }

    /** A table with nothing but texts. */
    static Columns of(Collection<String> texts) {
        Columns columns = new Columns();
        columns.put(ColumnType.TEXT, List.copyOf(texts));
        return columns;
    }

    static Columns ofTemplate() {
        Columns columns = new Columns();
        columns.put(ColumnType.TEXT, List.of("sys_id", "sys_name", "name", "short_description"));
        columns.put(ColumnType.BOOLEAN, List.of("active"));
        columns.put(ColumnType.REFERENCE, List.of("template", "category"));
        return columns;
    }

    static Columns ofModel() {
        Columns columns = new Columns();
        columns.put(ColumnType.TEXT, List.of("sys_id", "sys_name", "name"));
        columns.put(ColumnType.BOOLEAN, List.of("active"));
        return columns;
    }

    static Columns ofTask() {
        Columns columns = new Columns();
        columns.put(
                ColumnType.TEXT, List.of("sys_id", "number", "short_description", "close_notes", "change_task_type"));
        columns.put(ColumnType.NUMBER, List.of("state"));
        columns.put(ColumnType.BOOLEAN, List.of("active"));
        columns.put(ColumnType.CHOICE, List.of("close_code"));
        columns.put(ColumnType.REFERENCE, List.of("parent", "change_request"));
        return columns;
    }

    private void put(ColumnType type, List<String> names) {
        names.forEach(name -> types.put(name, type));
    }

    /** Adds a column of the customer's own, for example {@code u_pipeline}. */
    void add(String name) {
        added.put(name, ColumnType.TEXT);
    }

    /** Hides a column from the integration user: queries and writes ignore it. */
    void hide(String name) {
        hidden.add(name);
    }

    void hide(Collection<String> names) {
        hidden.addAll(names);
    }

    /** The zone in which dates of requests are understood. */
    void dateZone(ZoneId zone) {
        dateZone = zone;
    }

    ZoneId dateZone() {
        return dateZone;
    }

    void forgetAdded() {
        dateZone = ZoneOffset.UTC;
        added.clear();
        hidden.clear();
    }

    boolean has(String name) {
        return !hidden.contains(name) && (types.containsKey(name) || added.containsKey(name));
    }

    ColumnType type(String name) {
        ColumnType type = types.get(name);
        return type != null ? type : added.getOrDefault(name, ColumnType.TEXT);
    }

    Collection<String> names() {
        if (added.isEmpty()) {
            return types.keySet();
        }
        Map<String, ColumnType> all = new LinkedHashMap<>(types);
        all.putAll(added);
        return all.keySet();
    }
}
