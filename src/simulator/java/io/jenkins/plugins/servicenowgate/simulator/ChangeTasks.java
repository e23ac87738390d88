package io.jenkins.plugins.servicenowgate.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The table of change tasks, and its endpoints: the list of a change's tasks, and the update of one of them. */
final class ChangeTasks {
    private static final int FIRST_NUMBER = 10001;

    private final Columns columns = Columns.ofTask();
    private final Behaviour behaviour;
    private final FieldWriter writer;
    private final List<SimulatedTask> rows = new ArrayList<>();

    ChangeTasks(Behaviour behaviour) {
        this.behaviour = behaviour;
        this.writer = new FieldWriter(behaviour, new Models());
    }

    synchronized SimulatedTask add(SimulatedChange parent, String title) {
        String number = String.format(Locale.ROOT, "CTASK%07d", FIRST_NUMBER + rows.size());
        SimulatedTask task = new SimulatedTask(rows.size(), number, parent, title);
        rows.add(task);
        return task;
    }

    synchronized List<SimulatedTask> of(SimulatedChange parent) {
        return rows.stream()
                .filter(task -> task.get("parent").equals(parent.sysId()))
                .toList();
    }

    boolean anyOpen(SimulatedChange parent) {
        return of(parent).stream().anyMatch(SimulatedTask::isOpen);
    }

    Answer list(RecordedRequest request, SimulatedChange parent) {
        if (parent == null) {
            return Refusals.noRecord();
        }
        ListQuery query = new ListQuery(request.query(), columns, true, behaviour.rowLimit);
        ArrayNode result = Json.array();
        if (behaviour.taskReadRole) {
            query.page(ChangeTable.select(of(parent), query.encoded(), behaviour.queryRules()))
                    .forEach(task -> result.add(json(task)));
        }
        if (behaviour.metaInLists) {
            result.add(query.meta());
        }
        return Answer.json(200, Json.object().set("result", result));
    }

    Answer update(RecordedRequest request, SimulatedChange parent, String sysId) {
        SimulatedTask task = parent == null
                ? null
                : of(parent).stream()
                        .filter(row -> row.sysId().equals(sysId))
                        .findFirst()
                        .orElse(null);
        if (task == null) {
            return Refusals.noRecord();
        }
        if (!behaviour.taskWriteRole) {
            return Refusals.noWriteRole();
        }
        Map<String, String> fields = Incoming.read(request);
        if (fields == null) {
            return Refusals.notJson();
        }
        Incoming incoming = Incoming.sort(fields, columns, Set.of(), behaviour);
        synchronized (task) {
            Map<String, String> wish = new LinkedHashMap<>(incoming.accepted());
            if (SimulatedTask.CLOSED.equals(wish.get("state"))
                    && (isMissing(wish, task, "close_code") || isMissing(wish, task, "close_notes"))) {
                return Refusals.abortedBy("Close information is mandatory", behaviour.abortStatus);
            }
            if (behaviour.silentState) {
                wish.remove("state");
            }
            wish.forEach(task::set);
        }
        ObjectNode result = json(task);
        result.set("__meta", Json.object().set("ignoredFields", FieldWriter.names(incoming.ignored())));
        return Answer.json(200, Json.object().set("result", result));
    }

    private static boolean isMissing(Map<String, String> wish, SimulatedTask task, String field) {
        return wish.getOrDefault(field, task.get(field)).isBlank();
    }

    private ObjectNode json(SimulatedTask task) {
        ObjectNode node = Json.object();
        for (String column : columns.names()) {
            node.set(column, writer.field(column, columns.type(column), task.get(column)));
        }
        return node;
    }
}
