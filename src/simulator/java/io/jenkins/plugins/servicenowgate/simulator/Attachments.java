package io.jenkins.plugins.servicenowgate.simulator;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The table of attachments, and the part of the Attachment API that uploads and lists them. */
final class Attachments {
    private static final Columns COLUMNS = Columns.of(Set.of(
            "sys_id",
            "table_name",
            "table_sys_id",
            "file_name",
            "content_type",
            "size_bytes",
            "hash",
            "sys_created_on",
            "sys_created_by"));

    private final List<SimulatedAttachment> rows = new ArrayList<>();
    private final ReadEndpoints changes;
    private final Behaviour behaviour;
    private final InstantSource clock;

    Attachments(ReadEndpoints changes, Behaviour behaviour, InstantSource clock) {
        this.changes = changes;
        this.behaviour = behaviour;
        this.clock = clock;
    }

    synchronized List<SimulatedAttachment> of(String sysId) {
        return rows.stream()
                .filter(row -> row.get("table_sys_id").equals(sysId))
                .toList();
    }

    Answer upload(RecordedRequest request) {
        Map<String, String> query = request.query();
        String contentType = request.header("Content-Type");
        String name = query.getOrDefault("file_name", "");
        if (contentType == null || name.isEmpty() || !query.containsKey("table_sys_id")) {
            return Answer.error(400, "Invalid parameters", "table_name, table_sys_id, file_name and a type are needed");
        }
        if (!"change_request".equals(query.get("table_name")) || changes.readable(query.get("table_sys_id")) == null) {
            return Refusals.noRecord();
        }
        if (!behaviour.attachmentRole) {
            return Answer.error(403, "Insufficient rights to attach", "ACL restricts the creation of sys_attachment");
        }
        byte[] content = request.bytes();
        if (content.length > behaviour.attachmentSize) {
            return behaviour.attachmentTooLarge;
        }
        return Answer.json(
                201, Json.object().set("result", json(add(query.get("table_sys_id"), name, contentType, content))));
    }

    synchronized SimulatedAttachment add(String sysId, String name, String contentType, byte[] content) {
        SimulatedAttachment row = new SimulatedAttachment(
                rows.size(), Texts.newRecordId(), sysId, name, contentType, content, Texts.date(clock.instant()));
        rows.add(row);
        return row;
    }

    private synchronized List<SimulatedAttachment> all() {
        return List.copyOf(rows);
    }

    Answer list(RecordedRequest request) {
        ListQuery query = new ListQuery(request.query(), COLUMNS, true, behaviour.rowLimit);
        ArrayNode result = Json.array();
        for (SimulatedAttachment row : query.page(ChangeTable.select(all(), query.encoded(), behaviour.queryRules()))) {
            if (behaviour.attachmentsShown && changes.readable(row.get("table_sys_id")) != null) {
                result.add(json(row));
            }
        }
        return Answer.json(200, Json.object().set("result", result));
    }

    /** Plain texts, as in the Table API, sizes included. */
    private ObjectNode json(SimulatedAttachment row) {
        ObjectNode node = Json.object();
        COLUMNS.names().stream()
                .filter(column -> !column.equals("hash") || behaviour.attachmentHash)
                .forEach(column -> node.put(column, row.get(column)));
        return node;
    }
}
