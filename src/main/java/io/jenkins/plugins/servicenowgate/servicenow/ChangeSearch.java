package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeReader.UnreadableRowException;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient.Look;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import tools.jackson.databind.JsonNode;

/**
 * Asks for changes and believes no more than the rows show: each is compared again with what was asked for, since the
 * instance compares loosely.
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
            throw api.failure(Problem.BAD_ANSWER, Trouble.SAME_NUMBER_TWICE, number);
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

    /** One look for each of them; a row that is there twice tells nothing of its change. */
    @NonNull
    Map<SysId, Look> read(@NonNull Collection<SysId> sysIds) throws ServiceNowException {
        Map<SysId, Look> looks = new LinkedHashMap<>();
        for (SysId sysId : sysIds) {
            looks.put(sysId, new Look.Absent());
        }
        EncodedQuery query = EncodedQuery.whereIn(
                "sys_id", looks.keySet().stream().map(SysId::value).toList());
        for (JsonNode row : api.rows(api.get(query))) {
            SysId sysId;
            try {
                sysId = ChangeReader.sysId(row);
            } catch (UnreadableRowException e) {
                throw api.unexpected(e.getMessage());
            }
            Look before = looks.get(sysId);
            if (before == null) {
                continue;
            }
            looks.put(sysId, before instanceof Look.Absent ? look(row) : new Look.Unreadable(api.shape("sys_id")));
        }
        return looks;
    }

    private Look look(JsonNode row) {
        try {
            return new Look.Seen(ChangeReader.read(row));
        } catch (UnreadableRowException e) {
            return new Look.Unreadable(api.shape(e.getMessage()));
        }
    }
}
