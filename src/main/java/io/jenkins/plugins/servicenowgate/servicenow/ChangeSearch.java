package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeReader.UnreadableRowException;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient.ReadResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import tools.jackson.databind.JsonNode;

/**
 * Finds and reads changes. Every returned row is compared with the query again, because the instance compares loosely,
 * for example without regard to case.
 */
final class ChangeSearch {
    private final ChangeApi api;

    ChangeSearch(@NonNull ChangeApi api) {
        this.api = api;
    }

    @NonNull
    Optional<ChangeRequest> byNumber(@NonNull String number) throws ServiceNowException {
        List<ChangeRequest> found = find(EncodedQuery.where("number", number), "number", number);
        if (found.size() > 1) {
            throw ServiceNowException.of(
                    FailureKind.BAD_ANSWER,
                    Messages._ChangeApi_SameNumberTwice(api.instance().toString(), number));
        }
        return found.stream().findFirst();
    }

    @NonNull
    List<ChangeRequest> activeByTitle(@NonNull String title) throws ServiceNowException {
        List<ChangeRequest> found =
                find(EncodedQuery.where("active", "true").and("short_description", title), "short_description", title);
        found.removeIf(change -> !change.active());
        return found;
    }

    /** The changes with exactly this {@code correlation_id}; a row without the column proves nothing. */
    @NonNull
    List<ChangeRequest> byCorrelationId(@NonNull String correlationId) throws ServiceNowException {
        List<ChangeRequest> found = new ArrayList<>();
        for (JsonNode row : api.rows(api.get(EncodedQuery.where("correlation_id", correlationId)))) {
            try {
                if (ChangeReader.optionalText(row, "correlation_id").equals(correlationId)) {
                    found.add(ChangeReader.read(row));
                }
            } catch (UnreadableRowException e) {
                throw api.unexpected(e.getMessage());
            }
        }
        return found;
    }

    private List<ChangeRequest> find(EncodedQuery query, String field, String value) throws ServiceNowException {
        List<ChangeRequest> found = new ArrayList<>();
        for (JsonNode row : api.rows(api.get(query))) {
            try {
                if (ChangeReader.text(row, field).equals(value)) {
                    found.add(ChangeReader.read(row));
                }
            } catch (UnreadableRowException e) {
                throw api.unexpected(e.getMessage());
            }
        }
        return found;
    }

    boolean findsAny() throws ServiceNowException {
        HttpUrl url = api.changes().addQueryParameter("sysparm_limit", "1").build();
        return !api.rows(api.get(url)).isEmpty();
    }

    /** Returns one result for each id. A row that occurs twice is unreadable. */
    @NonNull
    Map<SysId, ReadResult> read(@NonNull Collection<SysId> sysIds) throws ServiceNowException {
        Map<SysId, ReadResult> results = new LinkedHashMap<>();
        for (SysId sysId : sysIds) {
            results.put(sysId, new ReadResult.Absent());
        }
        EncodedQuery query = EncodedQuery.whereIn(
                "sys_id", results.keySet().stream().map(SysId::value).toList());
        for (JsonNode row : api.rows(api.get(query))) {
            SysId sysId;
            try {
                sysId = ChangeReader.sysId(row);
            } catch (UnreadableRowException e) {
                throw api.unexpected(e.getMessage());
            }
            ReadResult previous = results.get(sysId);
            if (previous == null) {
                continue;
            }
            results.put(
                    sysId,
                    previous instanceof ReadResult.Absent
                            ? toReadResult(row)
                            : new ReadResult.Unreadable(api.unexpectedShape("sys_id")));
        }
        return results;
    }

    private ReadResult toReadResult(JsonNode row) {
        try {
            return new ReadResult.Seen(ChangeReader.read(row));
        } catch (UnreadableRowException e) {
            return new ReadResult.Unreadable(api.unexpectedShape(e.getMessage()));
        }
    }
}
