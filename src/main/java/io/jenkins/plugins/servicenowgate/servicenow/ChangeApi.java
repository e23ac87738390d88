package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Signed-in requests to the Change Management API of one instance, and the shapes that all its answers share. */
final class ChangeApi {
    /** Columns that ServiceNow shows as journals, or may show as such. */
    private static final Set<String> JOURNALS = Set.of("work_notes", "comments", "close_notes");

    private static final MediaType JSON_TYPE = MediaType.get("application/json");

    private final Transport transport;
    private final AccessTokens tokens;
    private final ServiceNowClient.SignInSource signIns;
    private final InstantSource clock;
    private final ConnectionHealth health = new ConnectionHealth();
    private volatile Duration clockDifference;

    ChangeApi(OkHttpClient http, InstanceUrl instance, ServiceNowClient.SignInSource signIns, InstantSource clock) {
        this.transport = new Transport(http, instance, clock);
        this.tokens = new AccessTokens(transport, clock);
        this.signIns = signIns;
        this.clock = clock;
    }

    @NonNull
    InstanceUrl instance() {
        return transport.instance();
    }

    @NonNull
    ConnectionHealth health() {
        return health;
    }

    void signIn() throws ServiceNowException {
        try {
            tokens.get(signIns.get(), null);
        } catch (ServiceNowException e) {
            health.failed(e, clock.instant());
            throw e;
        }
    }

    /** The address of the change resource, or of what is below it. */
    @NonNull
    HttpUrl.Builder changes(@NonNull String... below) {
        HttpUrl.Builder url = transport.url("api", "sn_chg_rest", "change");
        for (String segment : below) {
            url.addPathSegment(segment);
        }
        return url;
    }

    @NonNull
    JsonNode get(@NonNull HttpUrl url) throws ServiceNowException {
        return send(new Request.Builder().url(url).get(), true);
    }

    @NonNull
    JsonNode get(@NonNull EncodedQuery query) throws ServiceNowException {
        return get(
                changes().addQueryParameter("sysparm_query", query.toString()).build());
    }

    @NonNull
    JsonNode post(@NonNull HttpUrl url, @NonNull Map<String, String> fields) throws ServiceNowException {
        return send(new Request.Builder().url(url).post(body(fields)), false);
    }

    @NonNull
    JsonNode patch(@NonNull HttpUrl url, @NonNull Map<String, String> fields) throws ServiceNowException {
        return send(new Request.Builder().url(url).patch(body(fields)), false);
    }

    private static RequestBody body(Map<String, String> fields) {
        ObjectNode body = Transport.JSON.createObjectNode();
        new TreeMap<>(fields)
                .forEach((name, value) ->
                        body.put(name, JOURNALS.contains(name) ? ForeignText.withoutMarkup(value) : value));
        return RequestBody.create(body.toString().getBytes(StandardCharsets.UTF_8), JSON_TYPE);
    }

    private JsonNode send(Request.Builder request, boolean reads) throws ServiceNowException {
        try {
            JsonNode success = sendSignedIn(request, reads);
            health.succeeded(clock.instant());
            return success;
        } catch (ServiceNowException e) {
            health.failed(e, clock.instant());
            throw e;
        }
    }

    /** Sends with a bearer token; one that is not accepted is replaced once. */
    private JsonNode sendSignedIn(Request.Builder request, boolean reads) throws ServiceNowException {
        request.header("Accept", "application/json");
        SignIn signIn = signIns.get();
        String token = tokens.get(signIn, null);
        Transport.Answer answer = transport.send(bearer(request, token));
        if (answer.code() == 401) {
            token = tokens.get(signIn, token);
            answer = transport.send(bearer(request, token));
            if (answer.code() == 401) {
                throw transport.failure(Problem.SIGN_IN_REFUSED, Trouble.TOKEN_NOT_ACCEPTED);
            }
        }
        JsonNode success = transport.success(answer);
        if (reads && answer.code() != 200) {
            // 206 for one: a part of an answer is none.
            throw unexpected("status " + answer.code());
        }
        // Only an answer of the API itself tells the instance's time; a proxy's page would tell another.
        clockDifference = answer.clockDifference();
        return success;
    }

    /** What the instance's clock was ahead of ours at the last success; null where it was not told. */
    @CheckForNull
    Duration clockDifference() {
        return clockDifference;
    }

    private static Request bearer(Request.Builder request, String token) {
        return request.header("Authorization", "Bearer " + token).build();
    }

    /** The rows of a list, proof taken that no condition of the query was dropped. */
    @NonNull
    List<JsonNode> rows(@NonNull JsonNode answer) throws ServiceNowException {
        for (JsonNode element : elements(answer)) {
            proveWholeQuery(element);
            if (!ChangeReader.isRow(element) && (element.has("number") || element.has("short_description"))) {
                // A change without its key: were it skipped, another could look like the only one.
                throw unexpected("sys_id");
            }
        }
        return rowsOfLooseQuery(answer);
    }

    /** Whatever it says of the query must say, in the documented form, that no condition was dropped. */
    private void proveWholeQuery(JsonNode element) throws ServiceNowException {
        if (!element.has("__meta")) {
            return;
        }
        JsonNode meta = element.get("__meta");
        JsonNode fields = meta.path("fields");
        JsonNode ignored = fields.path("ignored");
        if (!meta.isObject()
                || !(fields.isMissingNode() || fields.isObject())
                || !(ignored.isMissingNode() || ignored.isArray())) {
            throw unexpected("__meta");
        }
        if (!ignored.isEmpty()) {
            throw transport.failure(
                    Problem.QUERY_NOT_APPLIED, Trouble.QUERY_NOT_APPLIED, String.join(", ", names(ignored)));
        }
    }

    /** The rows of a list where every row is looked at closely, so that a dropped condition does no harm. */
    @NonNull
    List<JsonNode> rowsOfLooseQuery(@NonNull JsonNode answer) throws ServiceNowException {
        List<JsonNode> rows = new ArrayList<>();
        for (JsonNode element : elements(answer)) {
            if (ChangeReader.isRow(element)) {
                rows.add(element);
            }
        }
        return rows;
    }

    private Iterable<JsonNode> elements(JsonNode answer) throws ServiceNowException {
        JsonNode result = answer.get("result");
        if (result == null || !(result.isArray() || result.isObject())) {
            throw unexpected("result");
        }
        return result.isArray() ? result : List.of(result);
    }

    /** The one row of an answer, whose {@code result} may be an object or an array. */
    @NonNull
    JsonNode row(@NonNull JsonNode answer) throws ChangeReader.UnreadableRowException {
        JsonNode result = answer.get("result");
        JsonNode row = result != null && result.isArray() ? result.get(0) : result;
        if (row == null || !ChangeReader.isRow(row)) {
            throw new ChangeReader.UnreadableRowException("result");
        }
        return row;
    }

    /** Names of fields that the instance lists, cleaned. */
    @NonNull
    static List<String> names(@NonNull JsonNode list) {
        List<String> names = new ArrayList<>();
        for (JsonNode name : list) {
            // Text, whatever stands there: the form of a name must never break the reading of an answer.
            names.add(ForeignText.clean(name.isString() ? name.stringValue() : name.toString(), 80));
        }
        return names;
    }

    @NonNull
    Phrase shape(@NonNull String field) {
        return Phrase.of(Trouble.UNEXPECTED_SHAPE, transport.instance().toString(), ForeignText.clean(field, 80));
    }

    @NonNull
    ServiceNowException unexpected(@NonNull String field) {
        return ServiceNowException.of(Problem.BAD_ANSWER, shape(field));
    }

    @NonNull
    ServiceNowException failure(@NonNull Problem problem, @NonNull Trouble trouble, @NonNull String... more) {
        return transport.failure(problem, trouble, more);
    }
}
