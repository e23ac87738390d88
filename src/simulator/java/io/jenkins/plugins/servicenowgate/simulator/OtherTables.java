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
    static final String USERS = "sys_user";
    static final String APPROVALS = "sysapproval_approver";
    static final String ROLES = "sys_user_has_role";

    /** A row of a table; a column that is not there is empty. */
    private record TableRow(long sequence, Map<String, String> fields) implements Row {
        @Override
        public String get(String field) {
            return fields.getOrDefault(field, "");
        }
    }

    /** {@code cmdb_ci_service} extends {@code cmdb_ci}: its rows are in both. */
    private static final Map<String, Set<String>> COLUMNS = Map.of(
            "cmdb_ci",
            Set.of("sys_id", "name", "sys_class_name"),
            "cmdb_ci_service",
            Set.of("sys_id", "name", "sys_class_name"),
            USERS,
            Set.of("sys_id", "user_name", "name", "email", "active", "identity_type", "web_service_access_only"),
            ROLES,
            Set.of("sys_id", "user", "role.name"),
            APPROVALS,
            Set.of(
                    "sys_id",
                    "sysapproval",
                    "approver",
                    "approver.user_name",
                    "approver.name",
                    "approver.email",
                    "group",
                    "group.assignment_group.name",
                    "state",
                    "comments",
                    "sys_created_on",
                    "sys_updated_on",
                    "sys_updated_by"));

    private static final String CURRENT_USER = "javascript:gs.getUserID()";

    private final Behaviour behaviour;
    private final ApprovalTable approvals;
    private final String integrationUser;
    private final Map<String, List<TableRow>> rows = new ConcurrentHashMap<>();

    /**
     * @param integrationUser the user name of whoever sends the requests
     */
    OtherTables(Behaviour behaviour, ApprovalTable approvals, String integrationUser) {
        this.behaviour = behaviour;
        this.approvals = approvals;
        this.integrationUser = integrationUser;
        user(integrationUser, "Jenkins Integration", "");
        user(ApprovalTable.APPROVER, "Ann Approver", "ann.approver@corp.example");
    }

    /** Adds a user. Several may have the same name, as they never do on a real instance. */
    String user(String userName, String name, String email) {
        return add(USERS, Map.of("user_name", userName, "name", name, "email", email, "active", "true"));
    }

    /** The user of this name, who is made up where there is none. */
    private synchronized Map<String, String> userNamed(String userName) {
        return rows.getOrDefault(USERS, List.of()).stream()
                .filter(row -> row.get("user_name").equals(userName))
                .map(TableRow::fields)
                .findFirst()
                .orElseGet(() -> Map.of("sys_id", Texts.recordIdOf(userName), "user_name", userName, "name", userName));
    }

    private Row withApprover(SimulatedApproval approval) {
        Map<String, String> approver = userNamed(approval.user());
        Map<String, String> fields = new LinkedHashMap<>();
        COLUMNS.get(APPROVALS).forEach(column -> fields.put(column, approval.get(column)));
        fields.put("approver", approver.get("sys_id"));
        for (String column : List.of("user_name", "name", "email")) {
            fields.put("approver." + column, approver.getOrDefault(column, ""));
        }
        return new TableRow(approval.sequence(), fields);
    }

    private List<? extends Row> candidates(String table, EncodedQuery query) {
        List<TableRow> stored = rows.getOrDefault(table, List.of());
        return switch (table) {
            case APPROVALS ->
                approvals.candidates(query).stream().map(this::withApprover).toList();
            case USERS -> stored.stream().map(this::withIdentity).toList();
            case ROLES -> rolesOfIntegrationUser();
            default -> stored;
        };
    }

    /** Only the integration user may be a machine. */
    private TableRow withIdentity(TableRow user) {
        boolean machine = behaviour.machineUser && user.get("user_name").equals(integrationUser);
        Map<String, String> fields = new LinkedHashMap<>(user.fields());
        fields.put("identity_type", machine ? "machine" : "human");
        fields.put("web_service_access_only", String.valueOf(machine));
        return new TableRow(user.sequence(), fields);
    }

    private List<TableRow> rolesOfIntegrationUser() {
        String user = userNamed(integrationUser).get("sys_id");
        List<TableRow> roles = new ArrayList<>();
        for (String role : behaviour.userRoles) {
            roles.add(new TableRow(
                    roles.size(), Map.of("sys_id", Texts.recordIdOf(user + role), "user", user, "role.name", role)));
        }
        return roles;
    }

    /** Evaluates the one script that a condition may have. */
    private Map<String, String> evaluated(Map<String, String> parameters) {
        Map<String, String> evaluated = new LinkedHashMap<>(parameters);
        if (behaviour.currentUserScript) {
            evaluated.computeIfPresent(
                    "sysparm_query",
                    (name, query) -> query.replace(
                            CURRENT_USER, userNamed(integrationUser).get("sys_id")));
        }
        return evaluated;
    }

    /** A cell with {@code sysparm_display_value=all}; the value of a journal is always empty. */
    private static ObjectNode cell(String column, String stored, Row row) {
        return switch (column) {
            case "comments" ->
                Json.object()
                        .put("value", "")
                        .put(
                                "display_value",
                                stored.isEmpty()
                                        ? ""
                                        : row.get("sys_updated_on") + " - " + row.get("approver.name") + " (Comments)\n"
                                                + stored + "\n\n");
            case "approver" -> Json.object().put("value", stored).put("display_value", row.get("approver.name"));
            case "group" ->
                Json.object().put("value", stored).put("display_value", stored.isEmpty() ? "" : "Approval of a group");
            default -> Json.object().put("value", stored).put("display_value", stored);
        };
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
        ListQuery query = new ListQuery(evaluated(request.query()), columns, true, behaviour.rowLimit);
        List<? extends Row> hits =
                ChangeTable.select(candidates(table, query.encoded()), query.encoded(), behaviour.queryRules());
        boolean all = "all".equals(request.query().get("sysparm_display_value"));
        List<String> asked = List.of(request.query()
                .getOrDefault("sysparm_fields", String.join(",", columns.names()))
                .split(","));
        ArrayNode result = Json.array();
        for (Row row : query.page(hits)) {
            if (!behaviour.emptyTables.contains(table)) {
                ObjectNode node = Json.object();
                asked.stream().filter(columns::has).forEach(column -> {
                    if (all) {
                        node.set(column, cell(column, row.get(column), row));
                    } else {
                        node.put(column, column.equals("comments") ? "" : row.get(column));
                    }
                });
                result.add(node);
            }
        }
        return Answer.json(200, Json.object().set("result", result));
    }
}
