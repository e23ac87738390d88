package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Uploads and lists the attachments of a change with the Attachment API. Its rows have plain texts; a hash is only in
 * those of some releases. Listed rows are compared with the query again, as those of changes are.
 */
final class AttachmentApi {
    private static final String TABLE = "change_request";
    private static final Pattern SIZE = Pattern.compile("[0-9]{1,18}");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    private final ChangeApi api;

    AttachmentApi(@NonNull ChangeApi api) {
        this.api = api;
    }

    void attach(@NonNull SysId change, @NonNull String name, @NonNull String contentType, @NonNull byte[] content)
            throws ServiceNowException {
        JsonNode row = api.upload(
                        api.url("api", "now", "attachment", "file")
                                .addQueryParameter("table_name", TABLE)
                                .addQueryParameter("table_sys_id", change.value())
                                .addQueryParameter("file_name", name)
                                .build(),
                        contentType,
                        content)
                .path("result");
        if (!SysId.isValid(PlainRow.text(row, "sys_id"))
                || !change.value().equals(PlainRow.text(row, "table_sys_id"))) {
            throw api.unexpected("sys_id").withUnknownOutcome();
        }
    }

    /** The attachments of a change with exactly this name. */
    @NonNull
    List<ServiceNowClient.Attachment> named(@NonNull SysId change, @NonNull String name) throws ServiceNowException {
        EncodedQuery query = EncodedQuery.where("table_name", TABLE)
                .and("table_sys_id", change.value())
                .and("file_name", name);
        JsonNode answer = api.get(api.url("api", "now", "attachment")
                .addQueryParameter("sysparm_query", query.toString())
                .build());
        List<ServiceNowClient.Attachment> found = new ArrayList<>();
        for (JsonNode row : api.unverifiedRows(answer)) {
            if (PlainRow.text(row, "table_sys_id").equals(change.value())
                    && PlainRow.text(row, "file_name").equals(name)) {
                String size = PlainRow.text(row, "size_bytes");
                String hash = PlainRow.text(row, "hash").toLowerCase(Locale.ROOT);
                found.add(new ServiceNowClient.Attachment(
                        SIZE.matcher(size).matches() ? Long.parseLong(size) : -1,
                        SHA_256.matcher(hash).matches() ? hash : ""));
            }
        }
        return found;
    }
}
