package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeReader.UnreadableRowException;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient.Template;
import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;
import tools.jackson.databind.JsonNode;

/**
 * Finds templates of Standard changes, or change models. Releases of ServiceNow differ in the name column and in the supported
 * conditions, so every row is compared here.
 */
final class TemplateSearch {
    private final ChangeApi api;

    private final String[] path;

    /**
     * @param path of the list, below that of changes
     */
    TemplateSearch(@NonNull ChangeApi api, @NonNull String... path) {
        this.api = api;
        this.path = path.clone();
    }

    /** The active templates with exactly this name; if there are none, all active templates. */
    @NonNull
    List<Template> active(@NonNull String name) throws ServiceNowException {
        List<Template> named =
                withName(name, query(EncodedQuery.where("active", "true").and("sys_name", name)));
        if (!named.isEmpty()) {
            return named;
        }
        // Some releases store the name in another column, for which the query finds nothing.
        List<Template> all = active();
        List<Template> found = withName(name, all);
        return found.isEmpty() ? all : found;
    }

    private static List<Template> withName(String name, List<Template> templates) {
        return templates.stream()
                .filter(template -> template.name().equals(name))
                .toList();
    }

    @NonNull
    List<Template> active() throws ServiceNowException {
        return query(EncodedQuery.where("active", "true"));
    }

    private List<Template> query(EncodedQuery query) throws ServiceNowException {
        HttpUrl url = api.changes(path)
                .addQueryParameter("sysparm_query", query.toString())
                .build();
        List<Template> found = new ArrayList<>();
        for (JsonNode row : api.unverifiedRows(api.get(url))) {
            try {
                String name = ChangeReader.templateName(row);
                if (ChangeReader.isActive(row)) {
                    found.add(new Template(ChangeReader.sysId(row), name));
                }
            } catch (UnreadableRowException e) {
                throw api.unexpected(e.getMessage());
            }
        }
        return found;
    }
}
