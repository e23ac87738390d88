package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Finds users with the Table API. Every returned row is compared with the query again. */
final class UserSearch {
    private static final int MAX_LENGTH = 100;
    private static final int MAX_ROWS = 1000;

    private final ChangeApi api;

    UserSearch(@NonNull ChangeApi api) {
        this.api = api;
    }

    static boolean isValue(@NonNull String text) {
        return !text.isBlank()
                && text.length() <= MAX_LENGTH
                && text.indexOf(',') < 0
                && text.codePoints().allMatch(TextSanitizer::isVisible)
                && !fold(text).startsWith("javascript:");
    }

    private static String fold(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }

    /** The users whose user name is one of these, without regard to case. */
    @NonNull
    List<ServiceNowUser> find(@NonNull Collection<String> names) throws ServiceNowException {
        Set<String> asked = new HashSet<>();
        names.forEach(name -> asked.add(fold(name)));
        List<ServiceNowUser> rows = rows(EncodedQuery.whereIn("user_name", names));
        if (rows.size() >= MAX_ROWS) {
            // A second row of the same name may be among those that were cut off.
            throw api.unexpected(rows.size() + " rows");
        }
        List<ServiceNowUser> found = new ArrayList<>();
        for (ServiceNowUser user : rows) {
            if (asked.contains(fold(user.userName()))) {
                found.add(user);
            }
        }
        return found;
    }

    /** The user who sends the requests: by the name in the sign-in, or else by asking the instance. */
    @NonNull
    Optional<ServiceNowUser> current() throws ServiceNowException {
        String name = api.userName();
        List<ServiceNowUser> found;
        if (name == null) {
            found = rows(EncodedQuery.currentUser());
        } else if (isValue(name)) {
            found = find(List.of(name));
        } else {
            found = List.of();
        }
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private List<ServiceNowUser> rows(EncodedQuery query) throws ServiceNowException {
        JsonNode answer = api.get(api.url("api", "now", "table", "sys_user")
                .addQueryParameter("sysparm_query", query.toString())
                .addQueryParameter("sysparm_fields", "sys_id,user_name,name,email")
                .addQueryParameter("sysparm_display_value", "false")
                .addQueryParameter("sysparm_exclude_reference_link", "true")
                .addQueryParameter("sysparm_limit", String.valueOf(MAX_ROWS))
                .build());
        List<ServiceNowUser> users = new ArrayList<>();
        for (JsonNode row : api.elements(answer)) {
            String sysId = PlainRow.text(row, "sys_id");
            if (!SysId.isValid(sysId)) {
                // A row that can't be read must not be skipped: another one could then appear to be the only match.
                throw api.unexpected("sys_id");
            }
            users.add(new ServiceNowUser(
                    new SysId(sysId),
                    PlainRow.text(row, "user_name"),
                    PlainRow.text(row, "name"),
                    PlainRow.text(row, "email")));
        }
        return users;
    }
}
