package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeReader.UnreadableRowException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import okhttp3.HttpUrl;
import tools.jackson.databind.JsonNode;

/**
 * The tasks of a change, and what its model says about its next states (docs/servicenow-guide.md, "What is called"). The
 * tasks of a change are listed below its own address, so each row is compared only with {@code active} and its parent.
 */
final class ChangeTasks {
    private final ChangeApi api;

    ChangeTasks(@NonNull ChangeApi api) {
        this.api = api;
    }

    /** The open tasks of a change; empty also if the integration user may not read tasks. */
    @NonNull
    List<ServiceNowClient.Task> open(@NonNull SysId change) throws ServiceNowException {
        HttpUrl url = api.changes(change.value(), "task")
                .addQueryParameter(
                        "sysparm_query", EncodedQuery.where("active", "true").toString())
                .build();
        List<ServiceNowClient.Task> open = new ArrayList<>();
        for (JsonNode row : api.unverifiedRows(api.get(url))) {
            try {
                String number = ChangeReader.text(row, "number");
                String parent = ChangeReader.optionalText(row, "parent");
                if (!ChangeReader.isNumber(number) || !parent.isEmpty() && !parent.equals(change.value())) {
                    throw new UnreadableRowException("number");
                }
                if (ChangeReader.isActive(row)) {
                    open.add(new ServiceNowClient.Task(
                            ChangeReader.sysId(row), number, ChangeReader.optionalText(row, "short_description")));
                }
            } catch (UnreadableRowException e) {
                throw api.unexpected(e.getMessage());
            }
        }
        return open;
    }

    void update(@NonNull SysId change, @NonNull SysId task, @NonNull Map<String, String> fields)
            throws ServiceNowException {
        api.patch(api.changes(change.value(), "task", task.value()).build(), fields);
    }

    /**
     * The names of the conditions that keep a change from a state, in the words of its model. Empty if a transition is
     * available, the instance knows no conditions, or its response has another form.
     */
    @NonNull
    Set<String> failedConditions(@NonNull SysId change, @NonNull ChangeState target) throws ServiceNowException {
        JsonNode result =
                api.get(api.changes(change.value(), "nextstates").build()).path("result");
        Set<String> failed = new LinkedHashSet<>();
        for (JsonNode ways : result.path("state_transitions")) {
            for (JsonNode way : ways) {
                if (!way.path("to_state").asString("").equals(String.valueOf(target.value()))) {
                    continue;
                }
                if (way.path("transition_available").asBoolean(false)) {
                    return Set.of();
                }
                for (JsonNode condition : way.path("conditions")) {
                    String name = TextSanitizer.clean(
                            condition.path("condition").path("name").asString(""), 120);
                    if (!condition.path("passed").asBoolean(true) && !name.isEmpty()) {
                        failed.add(name);
                    }
                }
            }
        }
        return failed;
    }
}
