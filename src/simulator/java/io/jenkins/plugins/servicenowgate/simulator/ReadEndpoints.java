package io.jenkins.plugins.servicenowgate.simulator;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists, single changes, their next states, and the templates. */
final class ReadEndpoints {
    private final ChangeTable changes;
    private final Templates templates;
    private final Models models;
    private final ChangeTasks tasks;
    private final Behaviour behaviour;
    private final FieldWriter writer;

    ReadEndpoints(ChangeTable changes, Templates templates, Models models, ChangeTasks tasks, Behaviour behaviour) {
        this.models = models;
        this.tasks = tasks;
        this.changes = changes;
        this.templates = templates;
        this.behaviour = behaviour;
        this.writer = new FieldWriter(behaviour, models);
    }

    Answer list(RecordedRequest request, String type) {
        ListQuery query = new ListQuery(request.query(), changes.columns(), behaviour.honourLimit, behaviour.rowLimit);
        List<SimulatedChange> hits = changes.find(query.encoded(), behaviour.queryRules()).stream()
                .filter(change -> type == null || change.get("type").equals(type))
                .toList();
        ArrayNode result = Json.array();
        // The page is cut before access rules take rows away: a page may come back short although more follow.
        for (SimulatedChange change : query.page(hits)) {
            if (isReadable(change)) {
                result.add(writer.change(change, changes.columns()));
            }
        }
        return listed(result, query);
    }

    Answer templates(RecordedRequest request) {
        ListQuery query = new ListQuery(request.query(), templates.columns(), true, behaviour.rowLimit);
        ArrayNode result = Json.array();
        if (behaviour.readRole) {
            query.page(ChangeTable.select(templates.all(), query.encoded(), behaviour.queryRules()))
                    .forEach(row -> result.add(templates.json(row, behaviour)));
        }
        return listed(result, query);
    }

    Answer models(RecordedRequest request) {
        ListQuery query = new ListQuery(request.query(), models.columns(), true, behaviour.rowLimit);
        ArrayNode result = Json.array();
        if (behaviour.readRole) {
            query.page(ChangeTable.select(models.all(), query.encoded(), behaviour.queryRules()))
                    .forEach(row -> result.add(models.json(row, behaviour)));
        }
        return listed(result, query);
    }

    private Answer listed(ArrayNode result, ListQuery query) {
        if (behaviour.metaInLists) {
            result.add(query.meta());
        }
        return Answer.json(200, Json.object().set("result", result));
    }

    Answer read(String sysId) {
        SimulatedChange change = readable(sysId);
        return change == null ? Refusals.noRecord() : writer.single(change, changes.columns(), List.of());
    }

    /** Null when it does not exist or may not be seen, which to a client is the same. */
    SimulatedChange readable(String sysId) {
        SimulatedChange change = changes.bySysId(sysId);
        return change != null && isReadable(change) ? change : null;
    }

    private boolean isReadable(SimulatedChange change) {
        return behaviour.readRole && !change.isHidden();
    }

    Answer nextStates(String sysId) {
        SimulatedChange change = readable(sysId);
        if (change == null) {
            return Refusals.noRecord();
        }
        Map<String, String> own = models.states(change.get("chg_model"));
        Set<String> available = new LinkedHashSet<>(List.of(change.get("state")));
        ArrayNode transitions = Json.array();
        if (own != null) {
            String next = Models.next(own, change.get("state"));
            if (next != null) {
                available.add(next);
                transitions.add(transition(change, change.get("state"), next, own));
            }
        } else if (behaviour.modelDriven) {
            change.state().ifPresent(state -> {
                LifeCycle.next(change.get("type"), state).ifPresent(next -> {
                    available.add(next.code());
                    transitions.add(transition(change, state.code(), next.code(), null));
                });
                if (!state.isFinal()) {
                    available.add(SimulatedState.CANCELED.code());
                    transitions.add(transition(change, state.code(), SimulatedState.CANCELED.code(), null));
                }
            });
        }
        ObjectNode labels = Json.object();
        available.forEach(code -> labels.put(code, label(code, own)));
        ObjectNode result = Json.object();
        result.set("available_states", FieldWriter.names(available));
        result.set("state_transitions", transitions);
        result.set("state_label", labels);
        return Answer.json(200, Json.object().set("result", result));
    }

    private static String label(String code, Map<String, String> own) {
        return own == null ? Labels.of("state", code) : own.getOrDefault(code, code);
    }

    private ArrayNode transition(SimulatedChange change, String from, String to, Map<String, String> own) {
        ArrayNode conditions = Json.array();
        boolean held = !to.equals(SimulatedState.CANCELED.code())
                && change.get("on_hold").equals("true");
        boolean closes = to.equals(SimulatedState.CLOSED.code());
        boolean tasked = closes && tasks.anyOpen(change);
        conditions.add(condition("Not On hold", !held));
        if (closes) {
            conditions.add(condition("No active Change Tasks", !tasked));
        }
        if (behaviour.failedCondition != null) {
            conditions.add(condition(behaviour.failedCondition, false));
        }
        return Json.array()
                .add(Json.object()
                        .put("sys_id", Texts.recordIdOf(from + " to " + to))
                        .put("display_value", label(from, own) + " to " + label(to, own))
                        .put("from_state", from)
                        .put("to_state", to)
                        .put("transition_available", !held && !tasked && behaviour.failedCondition == null)
                        .put("automatic_transition", false)
                        .set("conditions", conditions));
    }

    private static ObjectNode condition(String name, boolean passed) {
        return Json.object()
                .put("passed", passed)
                .set(
                        "condition",
                        Json.object()
                                .put("name", name)
                                .put("sys_id", Texts.recordIdOf(name))
                                .putNull("description"));
    }
}
