package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Reads the approvals of changes with the Table API. Display values are requested, too, because the value of a journal
 * is empty (docs/servicenow-guide.md, "Approvals").
 */
final class ApprovalSearch {
    /** The maximum number of rows of one response; more make it incomplete. */
    static final int MAX_ROWS = 10_000;

    private static final String GROUP_NAME = "group.assignment_group.name";
    private static final String COLUMNS = String.join(
            ",",
            "sysapproval",
            "approver",
            "approver.user_name",
            "approver.name",
            "approver.email",
            "group",
            GROUP_NAME,
            "state",
            "comments",
            "sys_created_on",
            "sys_updated_on",
            "sys_updated_by");

    private final ChangeApi api;

    ApprovalSearch(@NonNull ChangeApi api) {
        this.api = api;
    }

    @NonNull
    Map<SysId, ApprovalsResult> read(@NonNull Collection<SysId> changes) throws ServiceNowException {
        Set<SysId> asked = new LinkedHashSet<>(changes);
        EncodedQuery query = EncodedQuery.whereIn(
                "sysapproval", asked.stream().map(SysId::value).toList());
        JsonNode answer = api.get(api.url("api", "now", "table", "sysapproval_approver")
                .addQueryParameter("sysparm_query", query.toString())
                .addQueryParameter("sysparm_fields", COLUMNS)
                .addQueryParameter("sysparm_display_value", "all")
                .addQueryParameter("sysparm_exclude_reference_link", "true")
                .addQueryParameter("sysparm_limit", String.valueOf(MAX_ROWS))
                .build());
        Map<SysId, ApprovalsResult> results = new LinkedHashMap<>();
        asked.forEach(change -> results.put(change, new ApprovalsResult.Read(List.of())));
        int rows = 0;
        for (JsonNode row : api.elements(answer)) {
            rows++;
            String change = ChangeReader.optionalText(row, "sysapproval");
            if (!SysId.isValid(change)) {
                // Of which change it is can't be told, so what was returned of the others is not all.
                return unreadable(asked, "sysapproval");
            }
            SysId id = new SysId(change);
            if (results.get(id) instanceof ApprovalsResult.Read read) {
                results.put(id, with(read, row));
            }
        }
        return rows >= MAX_ROWS ? unreadable(asked, rows + " rows") : results;
    }

    private Map<SysId, ApprovalsResult> unreadable(Set<SysId> changes, String what) {
        Map<SysId, ApprovalsResult> results = new LinkedHashMap<>();
        changes.forEach(change -> results.put(change, new ApprovalsResult.Unreadable(api.unexpectedShape(what))));
        return results;
    }

    private ApprovalsResult with(ApprovalsResult.Read before, JsonNode row) {
        String approver = ChangeReader.optionalText(row, "approver");
        String state = ChangeReader.optionalText(row, "state");
        if (!SysId.isValid(approver) || state.isEmpty()) {
            return new ApprovalsResult.Unreadable(api.unexpectedShape(state.isEmpty() ? "state" : "approver"));
        }
        List<ChangeApproval> approvals = new ArrayList<>(before.approvals());
        approvals.add(new ChangeApproval(
                new SysId(approver),
                ChangeReader.optionalText(row, "approver.user_name"),
                ChangeReader.optionalText(row, "approver.name"),
                ChangeReader.optionalText(row, "approver.email"),
                group(row),
                state,
                newestComment(row),
                ChangeReader.optionalText(row, "sys_updated_by"),
                ChangeReader.optionalDate(row, "sys_created_on"),
                ChangeReader.optionalDate(row, "sys_updated_on")));
        return new ApprovalsResult.Read(approvals);
    }

    /** The name of the group; where it is not readable, what the instance shows for the request to the group. */
    private static String group(JsonNode row) {
        String name = ChangeReader.optionalText(row, GROUP_NAME);
        return name.isEmpty() ? ChangeReader.displayValue(row, "group") : name;
    }

    /** The newest entry of the journal, without the line that says who wrote it and when. */
    private static String newestComment(JsonNode row) {
        String journal = ChangeReader.displayValue(row, "comments").strip();
        String entry = journal.split("\n\\s*\n", 2)[0];
        int line = entry.indexOf('\n');
        boolean headed = line > 0 && entry.substring(0, line).strip().matches("\\d.{0,40} - .{1,200} \\(.{1,80}\\)");
        return headed ? entry.substring(line + 1).strip() : entry;
    }
}
