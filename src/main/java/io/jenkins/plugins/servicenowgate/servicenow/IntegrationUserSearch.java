package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import tools.jackson.databind.JsonNode;

/**
 * Reads the user as whom the instance executes the requests, as far as that user may read its own row and roles. A
 * missing right looks like a missing row or column, so nothing is concluded from what is not there.
 */
final class IntegrationUserSearch {
    private static final String MAX_ROLES = "500";

    private final ChangeApi api;

    IntegrationUserSearch(@NonNull ChangeApi api) {
        this.api = api;
    }

    @NonNull
    Optional<IntegrationUser> own() throws ServiceNowException {
        // Two rows show that the instance did not apply the condition.
        List<JsonNode> rows = api.unverifiedRows(api.get(query(
                "sys_user",
                EncodedQuery.currentUser(),
                "sys_id,user_name,identity_type,web_service_access_only",
                "2")));
        if (rows.size() != 1 || !SysId.isValid(PlainRow.text(rows.get(0), "sys_id"))) {
            return Optional.empty();
        }
        JsonNode row = rows.get(0);
        return Optional.of(new IntegrationUser(
                new SysId(PlainRow.text(row, "sys_id")),
                TextSanitizer.clean(PlainRow.text(row, "user_name")),
                isMachine(row)));
    }

    /** Since the Australia release, "Machine" sets "Web service access only"; older releases have only the latter. */
    @CheckForNull
    private static Boolean isMachine(JsonNode row) {
        String type = PlainRow.text(row, "identity_type");
        String webServiceOnly = PlainRow.text(row, "web_service_access_only");
        if (type.equalsIgnoreCase("machine") || webServiceOnly.equals("true")) {
            return true;
        }
        return type.isEmpty() && webServiceOnly.isEmpty() ? null : false;
    }

    /** The names of the roles of a user, or of those that it may read. */
    @NonNull
    List<String> roles(@NonNull SysId user) throws ServiceNowException {
        EncodedQuery condition = EncodedQuery.where("user", user.value());
        List<String> roles = new ArrayList<>();
        for (JsonNode row : api.elements(api.get(query("sys_user_has_role", condition, "user,role.name", MAX_ROLES)))) {
            if (PlainRow.text(row, "user").equals(user.value())) {
                roles.add(TextSanitizer.clean(PlainRow.text(row, "role.name")));
            }
        }
        return roles;
    }

    private HttpUrl query(String table, EncodedQuery condition, String fields, String limit) {
        return api.url("api", "now", "table", table)
                .addQueryParameter("sysparm_query", condition.toString())
                .addQueryParameter("sysparm_fields", fields)
                .addQueryParameter("sysparm_limit", limit)
                .addQueryParameter("sysparm_display_value", "false")
                .addQueryParameter("sysparm_exclude_reference_link", "true")
                .build();
    }
}
