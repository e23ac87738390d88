package io.jenkins.plugins.servicenowgate.contract;

import static io.jenkins.plugins.servicenowgate.contract.Instance.CHANGES;
import static io.jenkins.plugins.servicenowgate.contract.Instance.value;

import io.jenkins.plugins.servicenowgate.contract.Instance.Answer;
import io.jenkins.plugins.servicenowgate.servicenow.EncodedQuery;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The changes that a run creates. Nothing else is ever written to: a change is one of these if the answer to its creation
 * says so, or if exactly its {@code correlation_id} is found.
 */
final class TestChanges {
    private static final String REASON = "Contract test of the ServiceNow Gate plugin is over";

    private final Instance instance;
    private final String run;
    /** The sys_id, or empty if the response did not tell, of everything that may have been created. */
    private final Map<String, String> created = new LinkedHashMap<>();

    /**
     * @param run unique, in the title and the {@code correlation_id} of each change
     */
    TestChanges(Instance instance, String run) {
        this.instance = instance;
        this.run = run;
    }

    /** The title of the changes, cut or padded to a length. */
    String title(int length) {
        String title = "Contract test of the ServiceNow Gate plugin, run " + run + ", is canceled by itself ";
        return (title + "x".repeat(length)).substring(0, length);
    }

    String correlationId(int number) {
        return "contract-" + run + "-" + number;
    }

    /** Creates a change. A response that tells nothing leaves a change that {@link #cancelAll} searches for. */
    Answer create(String path, Map<String, String> fields) {
        String correlationId = correlationId(created.size() + 1);
        Map<String, String> all = new TreeMap<>(fields);
        all.putIfAbsent("short_description", title(120));
        all.put("correlation_id", correlationId);
        all.put("correlation_display", "contract");
        Answer answer = instance.send("POST", CHANGES + "/" + path, all);
        String id = value(answer.row(), "sys_id");
        boolean known = answer.isSuccess() && SysId.isValid(id);
        if (known || !answer.isRefusal()) {
            created.put(correlationId, known ? id : "");
        }
        return answer;
    }

    /** Cancels everything that was created; returns the titles of what may be left, for a person. */
    List<String> cancelAll() {
        List<String> left = new ArrayList<>();
        created.forEach((correlationId, sysId) -> {
            String id = sysId.isEmpty() ? find(correlationId) : sysId;
            if (id.isEmpty() || !cancel(id)) {
                left.add(title(120).strip() + (id.isEmpty() ? " (may exist)" : " (sys_id " + id + ")"));
            }
        });
        return left;
    }

    int count() {
        return created.size();
    }

    private String find(String correlationId) {
        Answer answer = instance.get(
                CHANGES,
                Map.of(
                        "sysparm_query",
                        EncodedQuery.where("correlation_id", correlationId).toString()));
        return answer.rows().stream()
                .filter(row -> value(row, "correlation_id").equals(correlationId))
                .map(row -> value(row, "sys_id"))
                .filter(SysId::isValid)
                .findFirst()
                .orElse("");
    }

    /** Whether the change is over; read again, because the answer to a write proves nothing. */
    private boolean cancel(String id) {
        if (isOver(id)) {
            return true;
        }
        instance.send("PATCH", CHANGES + "/" + id, Map.of("state", "4", "reason", REASON));
        return isOver(id);
    }

    private boolean isOver(String id) {
        JsonNode row = instance.get(CHANGES + "/" + id).row();
        return value(row, "sys_id").equals(id) && value(row, "active").equals("false");
    }
}
