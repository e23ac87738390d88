package io.jenkins.plugins.servicenowgate.contract;

import static io.jenkins.plugins.servicenowgate.contract.Instance.CHANGES;
import static io.jenkins.plugins.servicenowgate.contract.Instance.value;

import io.jenkins.plugins.servicenowgate.contract.Instance.Answer;
import io.jenkins.plugins.servicenowgate.contract.Instance.Token;
import io.jenkins.plugins.servicenowgate.servicenow.EncodedQuery;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The facts that reading alone shows. What is read of other people's changes stays here. */
final class ReadChecks {
    /** A sys_id that no row has. */
    private static final String NOBODY = "0123456789abcdef0123456789abcdef";

    private static final String UNKNOWN_COLUMN = "u_servicenow_gate_contract";
    private static final List<String> COLUMNS = List.of(
            "conflict_status",
            "conflict_last_run",
            "outside_maintenance_schedule",
            "risk",
            "impact",
            "chg_model",
            "type",
            "cab_required",
            "assignment_group",
            "approval_history",
            "cmdb_ci",
            "work_start",
            "work_end",
            "correlation_id",
            "unauthorized",
            "on_hold",
            "on_hold_reason");
    private static final List<String> DATES =
            List.of("start_date", "end_date", "work_start", "work_end", "sys_created_on");

    private final Instance instance;
    private final FactTable facts;

    ReadChecks(Instance instance, FactTable facts) {
        this.instance = instance;
        this.facts = facts;
    }

    void run() {
        tokens();
        Answer list = instance.get(CHANGES, Map.of("sysparm_limit", "1"));
        facts.decide(Fact.DATE_HEADER, list.isDated(), "no");
        lists(list);
        templates();
        models();
        own();
        items();
        noRecord();
        if (!list.rows().isEmpty()) {
            change(list.rows().get(0));
        } else {
            for (Fact fact : List.of(
                    Fact.UNKNOWN_COLUMN,
                    Fact.CASE,
                    Fact.COLUMNS,
                    Fact.STATE_FORM,
                    Fact.DATE_FORM,
                    Fact.CONFLICT_STATUS,
                    Fact.SINGLE,
                    Fact.NEXT_STATES,
                    Fact.TRANSITIONS,
                    Fact.CONFLICT_READ,
                    Fact.CONFLICT_EMPTY,
                    Fact.TASKS,
                    Fact.APPROVALS,
                    Fact.ATTACHMENTS)) {
                facts.untested(fact, "no readable change; list: " + list.text());
            }
        }
    }

    private void tokens() {
        List<Token> tokens = instance.signIn();
        if (tokens.isEmpty()) {
            for (Fact fact : List.of(Fact.TOKEN, Fact.SAME_TOKEN, Fact.TOKEN_FORM, Fact.TOKEN_SCOPE)) {
                facts.untested(fact, "an API key needs no token");
            }
            return;
        }
        Token token = tokens.get(0);
        facts.decide(Fact.TOKEN, token.hasLifetime(), "without expires_in");
        facts.decide(Fact.SAME_TOKEN, token.value().equals(tokens.get(1).value()), "another token");
        facts.holds(
                Fact.TOKEN_FORM,
                token.value().matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+")
                        ? "JWT, " + (token.value().length() > 1000 ? "more" : "less") + " than 1000 characters"
                        : "opaque");
        facts.decide(Fact.TOKEN_SCOPE, token.isScopeNamed(), "no");
    }

    /** Whether an answer tells something; otherwise the reason is in the table. */
    private boolean isAnswered(Fact fact, Answer answer) {
        return isAnswered(facts, fact, answer);
    }

    static boolean isAnswered(FactTable facts, Fact fact, Answer answer) {
        if (answer.isSuccess()) {
            return true;
        }
        if (answer.isRefusal() && (answer.status() == 400 || answer.status() == 404)) {
            facts.differs(fact, answer.text());
        } else {
            facts.untested(fact, answer.text());
        }
        return false;
    }

    private void lists(Answer list) {
        if (isAnswered(Fact.LIST_META, list)) {
            JsonNode result = list.result();
            facts.decide(
                    Fact.LIST_META,
                    result.isArray()
                            && result.size() > 0
                            && result.get(result.size() - 1).has("__meta"),
                    "no");
        }
        if (!list.isSuccess()) {
            facts.untested(Fact.LIST_LIMIT, list.text());
        } else if (list.rows().size() > 1) {
            facts.differs(Fact.LIST_LIMIT, "no");
        } else {
            int two = instance.get(CHANGES, Map.of("sysparm_limit", "2")).rows().size();
            if (list.rows().size() == 1 && two == 2) {
                facts.holds(Fact.LIST_LIMIT, "yes");
            } else {
                facts.untested(Fact.LIST_LIMIT, "fewer than two changes are readable");
            }
        }
    }

    private void templates() {
        Answer answer = instance.get(CHANGES + "/standard/template", Map.of("sysparm_limit", "1"));
        if (!isAnswered(Fact.TEMPLATES, answer)) {
            return;
        }
        if (answer.rows().isEmpty()) {
            facts.untested(Fact.TEMPLATES, "no readable template");
            return;
        }
        JsonNode row = answer.rows().get(0);
        String names = List.of("sys_name", "name").stream()
                .filter(column -> !value(row, column).isEmpty())
                .collect(Collectors.joining(", "));
        if (names.isEmpty()) {
            facts.differs(Fact.TEMPLATES, "no name");
        } else {
            facts.holds(Fact.TEMPLATES, names);
        }
    }

    private void models() {
        Answer answer = instance.get(CHANGES + "/model");
        if (isAnswered(Fact.MODELS, answer)) {
            listed(Fact.MODELS, answer, "an empty list: no model, or no right to read one");
        }
    }

    /** A missing right looks like an empty list, so that tells nothing about the instance. */
    private void listed(Fact fact, Answer answer, String ifEmpty) {
        if (answer.rows().isEmpty()) {
            facts.untested(fact, ifEmpty);
        } else {
            facts.holds(fact, "yes");
        }
    }

    private Answer table(String name, String query, String columns, String limit) {
        return instance.get(
                "api/now/table/" + name,
                Map.of(
                        "sysparm_query",
                        query,
                        "sysparm_fields",
                        columns,
                        "sysparm_limit",
                        limit,
                        "sysparm_display_value",
                        "false",
                        "sysparm_exclude_reference_link",
                        "true"));
    }

    private void own() {
        Answer answer = table(
                "sys_user",
                "sys_id=javascript:gs.getUserID()",
                "sys_id,user_name,identity_type,web_service_access_only",
                "2");
        if (!isAnswered(Fact.OWN_USER, answer) || answer.rows().size() != 1) {
            if (answer.isSuccess()) {
                facts.differs(
                        Fact.OWN_USER,
                        answer.rows().isEmpty() ? "no readable row" : "more than one row: not evaluated");
            }
            facts.untested(Fact.IDENTITY, "the own row is unknown");
            facts.untested(Fact.OWN_ROLES, "the own row is unknown");
            return;
        }
        facts.holds(Fact.OWN_USER, "yes");
        JsonNode own = answer.rows().get(0);
        String readable = List.of("identity_type", "web_service_access_only").stream()
                .filter(column -> !value(own, column).isEmpty())
                .collect(Collectors.joining(", "));
        facts.decide(Fact.IDENTITY, !readable.isEmpty(), "neither column");
        if (!readable.isEmpty()) {
            facts.holds(Fact.IDENTITY, readable);
        }
        String id = value(own, "sys_id");
        Answer roles = table("sys_user_has_role", EncodedQuery.where("user", id).toString(), "user,role.name", "500");
        if (isAnswered(Fact.OWN_ROLES, roles)) {
            boolean found = roles.result()
                    .valueStream()
                    .anyMatch(row -> value(row, "user").equals(id)
                            && !value(row, "role.name").isEmpty());
            facts.decide(Fact.OWN_ROLES, found, "no readable row");
        }
    }

    private void items() {
        Answer answer = table("cmdb_ci", "", "sys_id,name", "1");
        if (isAnswered(Fact.ITEMS, answer)) {
            listed(Fact.ITEMS, answer, "an empty list: no item, or no right to read one");
        }
    }

    private void noRecord() {
        Answer answer = instance.get(CHANGES + "/" + NOBODY);
        facts.decide(Fact.NO_RECORD, answer.status() == 404 && answer.isOwnError(), answer.text());
    }

    private void change(JsonNode row) {
        String id = value(row, "sys_id");
        columns(row);
        if (!SysId.isValid(id)) {
            return;
        }
        Answer single = instance.get(CHANGES + "/" + id);
        if (isAnswered(Fact.SINGLE, single)) {
            facts.decide(Fact.SINGLE, single.result().isObject(), "an array");
        }
        unknownColumn(id);
        comparison(id, value(row, "short_description"));
        nextStates(id, value(row, "state"));
        conflict(id);
        Answer tasks = instance.get(CHANGES + "/" + id + "/task");
        if (isAnswered(Fact.TASKS, tasks)) {
            facts.decide(Fact.TASKS, tasks.result().isArray(), "no list");
        }
        approvals();
        Answer attachments = instance.get(
                "api/now/attachment",
                Map.of(
                        "sysparm_query",
                        EncodedQuery.where("table_name", "change_request")
                                .and("table_sys_id", id)
                                .toString(),
                        "sysparm_limit",
                        "1"));
        if (isAnswered(Fact.ATTACHMENTS, attachments)) {
            facts.decide(Fact.ATTACHMENTS, attachments.result().isArray(), "no list");
        }
    }

    private void columns(JsonNode row) {
        String missing = COLUMNS.stream().filter(column -> !row.has(column)).collect(Collectors.joining(", "));
        facts.decide(Fact.COLUMNS, missing.isEmpty(), "without " + missing);

        JsonNode state = row.path("state").path("value");
        if (state.isNumber()) {
            facts.holds(Fact.STATE_FORM, state.asString().contains(".") ? "number with decimals" : "number");
        } else {
            facts.decide(
                    Fact.STATE_FORM, state.isString() && state.asString().matches("-?\\d+(\\.0)?"), "another form");
        }
        boolean dated = DATES.stream()
                .map(column -> value(row, column))
                .allMatch(date -> date.isEmpty() || date.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d"));
        facts.decide(Fact.DATE_FORM, dated, "another form");
        String status = value(row, "conflict_status");
        if (!row.has("conflict_status")) {
            facts.untested(Fact.CONFLICT_STATUS, "the column is missing");
        } else {
            facts.decide(
                    Fact.CONFLICT_STATUS,
                    Set.of("Conflict", "No Conflict", "Not Run").contains(status),
                    status.isEmpty() ? "empty" : "another value");
        }
    }

    private void unknownColumn(String id) {
        Answer answer = instance.get(
                CHANGES,
                Map.of(
                        "sysparm_query",
                        EncodedQuery.where("sys_id", id)
                                .and(UNKNOWN_COLUMN, "1")
                                .toString()));
        if (!isAnswered(Fact.UNKNOWN_COLUMN, answer)) {
            return;
        }
        boolean reported = answer.result().toString().contains(UNKNOWN_COLUMN);
        if (answer.rows().isEmpty()) {
            facts.differs(Fact.UNKNOWN_COLUMN, "no rows, as with glide.invalid_query.returns_no_rows");
        } else {
            facts.decide(Fact.UNKNOWN_COLUMN, reported, "dropped, and not listed");
        }
    }

    private void comparison(String id, String title) {
        String otherCase = title.codePoints()
                .map(c -> Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        String query;
        try {
            query = EncodedQuery.where("sys_id", id)
                    .and("short_description", otherCase)
                    .toString();
        } catch (IllegalArgumentException e) {
            facts.untested(Fact.CASE, "the title can't be searched for");
            return;
        }
        if (otherCase.equals(title)) {
            facts.untested(Fact.CASE, "the title has no letters");
            return;
        }
        Answer answer = instance.get(CHANGES, Map.of("sysparm_query", query));
        if (isAnswered(Fact.CASE, answer)) {
            facts.decide(Fact.CASE, !answer.rows().isEmpty(), "no");
        }
    }

    private void nextStates(String id, String state) {
        Answer answer = instance.get(CHANGES + "/" + id + "/nextstates");
        if (!isAnswered(Fact.NEXT_STATES, answer)) {
            facts.untested(Fact.TRANSITIONS, answer.text());
            return;
        }
        JsonNode result = answer.row();
        boolean current = result.path("available_states")
                .valueStream()
                .anyMatch(available -> isSameNumber(available.asString(""), state));
        facts.decide(Fact.NEXT_STATES, current, "no");
        List<JsonNode> ways = result.path("state_transitions")
                .valueStream()
                .flatMap(JsonNode::valueStream)
                .toList();
        if (ways.isEmpty()) {
            facts.untested(Fact.TRANSITIONS, "no transition is left for the change");
        } else {
            facts.decide(
                    Fact.TRANSITIONS,
                    ways.stream()
                            .allMatch(way -> way.has("to_state")
                                    && way.path("transition_available").isBoolean()
                                    && way.path("conditions").isArray()),
                    "in another form");
        }
    }

    /** {@code -5.0} and {@code -5} are one state. */
    static boolean isSameNumber(String one, String other) {
        return !one.isEmpty() && one.replaceFirst("\\.0$", "").equals(other.replaceFirst("\\.0$", ""));
    }

    private void conflict(String id) {
        Answer answer = instance.get(CHANGES + "/" + id + "/conflict");
        if (!isAnswered(Fact.CONFLICT_READ, answer)) {
            facts.untested(Fact.CONFLICT_EMPTY, answer.text());
            return;
        }
        JsonNode result = answer.row();
        facts.decide(
                Fact.CONFLICT_READ,
                result.has("status") && result.path("conflicts").isArray(),
                "in another form");
        if (value(result, "status").equals("Conflict")) {
            facts.decide(Fact.CONFLICT_EMPTY, result.path("conflicts").isEmpty(), "the list has conflicts");
        } else {
            facts.untested(Fact.CONFLICT_EMPTY, "the change has another status");
        }
    }

    /** Of any changes: the first one that is listed may have none. */
    private void approvals() {
        Answer answer = table(
                "sysapproval_approver",
                "sysapproval.sys_class_name=change_request",
                "sysapproval,approver,approver.user_name,state,sys_updated_by",
                "1");
        if (!isAnswered(Fact.APPROVALS, answer)) {
            return;
        }
        JsonNode row = answer.result().path(0);
        if (row.isMissingNode()) {
            facts.untested(Fact.APPROVALS, "an empty list: no approval, or no right to read one");
            return;
        }
        String missing = List.of("sysapproval", "approver", "approver.user_name", "state", "sys_updated_by").stream()
                .filter(column -> value(row, column).isEmpty())
                .collect(Collectors.joining(", "));
        facts.decide(Fact.APPROVALS, missing.isEmpty(), "rows without " + missing);
    }
}
