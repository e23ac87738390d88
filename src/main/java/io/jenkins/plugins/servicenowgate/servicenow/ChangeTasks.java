package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeReader.UnreadableRowException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import tools.jackson.databind.JsonNode;

/**
 * The tasks of a change (docs/servicenow-guide.md, "What is called"). They are listed below its own address, so each row is
 * compared only with {@code active} and its parent.
 */
public final class ChangeTasks {
    private final ChangeApi api;

    ChangeTasks(@NonNull ChangeApi api) {
        this.api = api;
    }

    /**
     * A task of a change.
     *
     * @param title the Short Description, as stored
     */
    public record Task(
            @NonNull SysId sysId,
            @NonNull String number,
            @NonNull String title) {}

    /** Returns the open tasks of a change; none also if the integration user may not read them. */
    @NonNull
    public List<Task> open(@NonNull SysId change) throws ServiceNowException {
        HttpUrl url = api.changes(change.value(), "task")
                .addQueryParameter(
                        "sysparm_query", EncodedQuery.where("active", "true").toString())
                .build();
        List<Task> open = new ArrayList<>();
        for (JsonNode row : api.unverifiedRows(api.get(url))) {
            try {
                String number = ChangeReader.text(row, "number");
                String parent = ChangeReader.optionalText(row, "parent");
                if (!ChangeReader.isNumber(number) || !parent.isEmpty() && !parent.equals(change.value())) {
                    throw new UnreadableRowException("number");
                }
                if (ChangeReader.isActive(row)) {
                    open.add(new Task(
                            ChangeReader.sysId(row), number, ChangeReader.optionalText(row, "short_description")));
                }
            } catch (UnreadableRowException e) {
                throw api.unexpected(e.getMessage());
            }
        }
        return open;
    }

    /**
     * Updates fields of a task of a change. A successful response does not prove the update: read the open tasks again.
     *
     * @param fields values by column
     */
    public void update(@NonNull SysId change, @NonNull Task task, @NonNull Map<String, String> fields)
            throws ServiceNowException {
        api.patch(api.changes(change.value(), "task", task.sysId().value()).build(), fields);
    }
}
