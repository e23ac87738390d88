package io.jenkins.plugins.servicenowgate.simulator;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The check of changes for conflicts: started by a client or a person, it runs in the background. */
final class Conflicts {
    /** A conflict that the next check of a change finds. */
    private record Conflict(String type, String with) {}

    private final InstantSource clock;
    private final Behaviour behaviour;
    private final Map<String, List<Conflict>> existing = new HashMap<>();
    private final Map<String, List<Conflict>> found = new HashMap<>();
    private final Map<SimulatedChange, Instant> running = new HashMap<>();

    Conflicts(InstantSource clock, Behaviour behaviour) {
        this.clock = clock;
        this.behaviour = behaviour;
    }

    synchronized void add(SimulatedChange change, String type, String with) {
        existing.computeIfAbsent(change.sysId(), id -> new ArrayList<>()).add(new Conflict(type, with));
    }

    synchronized void clear(SimulatedChange change) {
        existing.remove(change.sysId());
    }

    synchronized void start(SimulatedChange change) {
        running.putIfAbsent(change, clock.instant());
        settle();
    }

    /** Ends the checks that have run long enough. */
    synchronized void settle() {
        Instant now = clock.instant();
        running.entrySet().removeIf(check -> {
            if (check.getValue().plus(behaviour.newer.conflictCheckTakes).isAfter(now)) {
                return false;
            }
            SimulatedChange change = check.getKey();
            List<Conflict> conflicts = List.copyOf(existing.getOrDefault(change.sysId(), List.of()));
            found.put(change.sysId(), conflicts);
            boolean says = !conflicts.isEmpty() || behaviour.newer.conflictWithEmptyList;
            change.set("conflict_status", says ? "Conflict" : "No Conflict")
                    .set("conflict_last_run", Texts.date(check.getValue()));
            return true;
        });
    }

    Answer check(SimulatedChange change) {
        if (change == null) {
            return Refusals.noRecord();
        }
        if (!behaviour.newer.conflictRole) {
            return Refusals.noWriteRole();
        }
        if (change.get("cmdb_ci").isEmpty()
                || change.get("start_date").isEmpty()
                || change.get("end_date").isEmpty()) {
            return Answer.error(400, "Unable to start conflict detection", "Configuration item or dates are missing");
        }
        start(change);
        return Answer.json(200, Json.object().put("result", Texts.recordIdOf("check of " + change.sysId())));
    }

    synchronized Answer read(SimulatedChange change) {
        if (change == null) {
            return Refusals.noRecord();
        }
        ArrayNode conflicts = Json.array();
        for (Conflict conflict : found.getOrDefault(change.sysId(), List.of())) {
            ObjectNode row = Json.object();
            row.set("change", cell(change.number(), change.sysId()));
            row.set(
                    "type",
                    cell(
                            conflict.type(),
                            conflict.type().toLowerCase(java.util.Locale.ROOT).replace(' ', '_')));
            row.set("conflicting_change", cell(conflict.with(), Texts.recordIdOf(conflict.with())));
            conflicts.add(row);
        }
        ObjectNode result = Json.object()
                .put("status", change.get("conflict_status"))
                .put("last_run", change.get("conflict_last_run"))
                .put("record_count", "1")
                .put("job_status", "2");
        result.set("conflicts", conflicts);
        return Answer.json(200, Json.object().set("result", result));
    }

    private static ObjectNode cell(String shown, String value) {
        return Json.object().put("display_value", shown).put("value", value);
    }
}
