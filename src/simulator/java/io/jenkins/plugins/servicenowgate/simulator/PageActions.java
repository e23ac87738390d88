package io.jenkins.plugins.servicenowgate.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the buttons of the page do, and what the page shows. */
final class PageActions {
    private static final int MOST_ROWS = 200;
    private static final String NO_FAULT = "off";
    /** What approvers read, by column. */
    private static final Map<String, String> TEXTS = new LinkedHashMap<>();

    static {
        TEXTS.put("description", "Description");
        TEXTS.put("justification", "Justification");
        TEXTS.put("implementation_plan", "Implementation plan");
        TEXTS.put("test_plan", "Test plan");
        TEXTS.put("backout_plan", "Backout plan");
    }

    private final ChangeTable changes;
    private final Attachments attachments;
    private final OtherTables tables;
    private final ApprovalTable approvals;
    private final Approvers people;
    private final Faults faults;
    private volatile String fault = NO_FAULT;

    PageActions(
            ChangeTable changes,
            Attachments attachments,
            OtherTables tables,
            ApprovalTable approvals,
            Approvers people,
            Faults faults) {
        this.changes = changes;
        this.attachments = attachments;
        this.tables = tables;
        this.approvals = approvals;
        this.people = people;
        this.faults = faults;
    }

    /** The newest changes first, or the one of this sys_id. */
    ObjectNode overview(String sysId) {
        List<SimulatedChange> all = changes.all();
        ArrayNode rows = Json.array();
        if (sysId == null) {
            for (int place = all.size() - 1; place >= Math.max(0, all.size() - MOST_ROWS); place--) {
                rows.add(row(all.get(place)));
            }
        } else if (changes.bySysId(sysId) != null) {
            rows.add(row(changes.bySysId(sysId)));
        }
        ObjectNode overview = Json.object().put("total", all.size()).put("fault", fault);
        return overview.set("changes", rows);
    }

    private ObjectNode row(SimulatedChange change) {
        ObjectNode row = Json.object()
                .put("sysId", change.sysId())
                .put("number", change.number())
                .put("type", Labels.of("type", change.get("type")))
                .put("title", change.get("short_description"))
                .put("state", Labels.of("state", change.get("state")))
                .put("approval", Labels.of("approval", change.get("approval")))
                .put("onHold", Boolean.parseBoolean(change.get("on_hold")))
                .put("holdReason", change.get("on_hold_reason"))
                .put("active", Boolean.parseBoolean(change.get("active")))
                .put("start", change.get("start_date"))
                .put("end", change.get("end_date"))
                .put("item", tables.name(change.get("cmdb_ci")))
                .put("service", tables.name(change.get("business_service")));
        ObjectNode texts = Json.object();
        TEXTS.forEach((column, label) -> {
            if (!change.get(column).isEmpty()) {
                texts.put(label, change.get(column));
            }
        });
        row.set("texts", texts);
        row.set(
                "attachments",
                FieldWriter.names(attachments.of(change.sysId()).stream()
                        .map(SimulatedAttachment::toString)
                        .toList()));
        row.set(
                "approvals",
                FieldWriter.names(approvals.of(change).stream()
                        .map(SimulatedApproval::toString)
                        .toList()));
        row.set("workNotes", FieldWriter.names(change.workNotes()));
        return row;
    }

    void act(String number, String action, Map<String, String> values) {
        switch (action) {
            case "advance" -> people.advance(number);
            case "approve" -> people.approve(number);
            case "reject" -> people.reject(number);
            case "request" -> people.requestApproval(number, values.getOrDefault("group", ""), user(values));
            case "vote" -> vote(number, values);
            case "hold" -> people.hold(number, values.getOrDefault("reason", ""));
            case "resume" -> people.resume(number);
            case "cancel" -> people.cancel(number);
            case "close" -> people.close(number);
            case "window" -> people.window(number, instant(values.get("start")), instant(values.get("end")));
            default -> throw new IllegalArgumentException("No action " + action);
        }
    }

    private static String user(Map<String, String> values) {
        String user = values.getOrDefault("user", "").strip();
        if (user.isEmpty()) {
            throw new IllegalArgumentException("A user name is needed");
        }
        return user;
    }

    /** One of the people who are asked answers. */
    private void vote(String number, Map<String, String> values) {
        String comment = values.getOrDefault("comment", "");
        switch (values.getOrDefault("answer", "")) {
            case "approve" -> people.approveAs(number, user(values));
            case "reject" -> people.rejectAs(number, user(values), comment);
            default -> throw new IllegalArgumentException("Approve or reject");
        }
    }

    /** A date field of the page, which has no zone of its own and means UTC; null when it is empty. */
    private static Instant instant(String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException notADate) {
            throw new IllegalArgumentException("Not a date: " + text, notADate);
        }
    }

    void create(Map<String, String> values) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("short_description", values.getOrDefault("title", ""));
        fields.put("type", values.getOrDefault("type", "normal"));
        changes.add(fields);
    }

    /** Switches one fault on for every endpoint, or all of them off. */
    void fault(String name) {
        Fault chosen =
                switch (name) {
                    case NO_FAULT -> null;
                    case "unavailable" -> Fault.unavailable();
                    case "rate-limited" -> Fault.rateLimited(Duration.ofSeconds(30));
                    case "hibernating" -> Fault.html();
                    case "unauthorized" -> Fault.unauthorized();
                    default -> throw new IllegalArgumentException("No fault " + name);
                };
        faults.clear();
        if (chosen != null) {
            faults.everywhere(chosen);
        }
        fault = name;
    }
}
