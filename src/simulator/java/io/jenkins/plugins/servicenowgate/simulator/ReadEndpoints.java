package io.jenkins.plugins.servicenowgate.simulator;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists, single changes, their next states, and the templates. */
final class ReadEndpoints {
    private final ChangeTable changes;
    private final Templates templates;
    private final Behaviour behaviour;
    private final FieldWriter writer;

    ReadEndpoints(ChangeTable changes, Templates templates, Behaviour behaviour) {
        this.changes = changes;
        this.templates = templates;
        this.behaviour = behaviour;
        this.writer = new FieldWriter(behaviour);
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
        Set<String> available = new LinkedHashSet<>(List.of(change.get("state")));
        ArrayNode transitions = Json.array();
        if (behaviour.modelDriven) {
            change.state().ifPresent(state -> {
                LifeCycle.next(change.get("type"), state)
                        .ifPresent(next -> transition(state, next, available, transitions));
                if (!state.isFinal()) {
                    transition(state, SimulatedState.CANCELED, available, transitions);
                }
            });
        }
        ObjectNode labels = Json.object();
        available.forEach(code -> labels.put(code, Labels.of("state", code)));
        ObjectNode result = Json.object();
        result.set("available_states", FieldWriter.names(available));
        result.set("state_transitions", transitions);
        result.set("state_label", labels);
        return Answer.json(200, Json.object().set("result", result));
    }

    private static void transition(
            SimulatedState from, SimulatedState to, Set<String> available, ArrayNode transitions) {
        available.add(to.code());
        transitions.add(Json.array()
                .add(Json.object()
                        .put("sys_id", Texts.recordIdOf(from + " to " + to))
                        .put("display_value", from.label() + " to " + to.label())
                        .put("from_state", from.code())
                        .put("to_state", to.code())
                        .put("transition_available", true)
                        .put("automatic_transition", false)));
    }
}
