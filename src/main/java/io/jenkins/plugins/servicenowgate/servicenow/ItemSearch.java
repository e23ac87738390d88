package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Finds configuration items with the Table API. */
public final class ItemSearch {
    private final ChangeApi api;

    ItemSearch(@NonNull ChangeApi api) {
        this.api = api;
    }

    /**
     * A configuration item; services are configuration items, too.
     *
     * @param name the name, as stored; not unique
     * @param className name of the table of its class
     */
    public record Item(
            @NonNull SysId sysId,
            @NonNull String name,
            @NonNull String className) {}

    /**
     * The rows that the instance returns for a value of a column. It compares loosely, and returns any rows if the user may
     * not read the column: compare them.
     *
     * @param table {@code cmdb_ci} or {@code cmdb_ci_service}
     * @param column {@code name} or {@code sys_id}
     */
    @NonNull
    public List<Item> find(@NonNull String table, @NonNull String column, @NonNull String value)
            throws ServiceNowException {
        JsonNode answer = api.get(api.url("api", "now", "table", table)
                .addQueryParameter(
                        "sysparm_query", EncodedQuery.where(column, value).toString())
                .addQueryParameter("sysparm_fields", "sys_id,name,sys_class_name")
                .addQueryParameter("sysparm_display_value", "false")
                .addQueryParameter("sysparm_exclude_reference_link", "true")
                .build());
        List<Item> found = new ArrayList<>();
        for (JsonNode row : api.elements(answer)) {
            // A row that can't be read must not be skipped: another one could then appear to be the only match.
            String sysId = PlainRow.text(row, "sys_id");
            if (!SysId.isValid(sysId)) {
                throw api.unexpected("sys_id");
            }
            found.add(new Item(new SysId(sysId), PlainRow.text(row, "name"), PlainRow.text(row, "sys_class_name")));
        }
        return found;
    }
}
