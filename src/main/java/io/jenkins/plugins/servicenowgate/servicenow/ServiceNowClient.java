package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeReader.UnreadableRowException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Change Management API of one instance: finds, reads and creates changes. What it hands out was compared again on
 * this side, since the instance compares loosely and drops conditions it does not understand. Safe for many threads.
 */
public final class ServiceNowClient {
    /** The most changes that one request reads. */
    public static final int BATCH = 100;

    private static final MediaType JSON_TYPE = MediaType.get("application/json");

    private final Transport transport;
    private final AccessTokens tokens;
    private final SignInSource signIns;

    /** Looks the credentials up anew whenever it is asked. */
    @FunctionalInterface
    public interface SignInSource {
        /**
         * @throws ServiceNowException {@link Problem#CONFIGURATION} where they can't be had
         */
        @NonNull
        SignIn get() throws ServiceNowException;
    }

    /**
     * @param http made by {@link HttpClients}
     */
    public ServiceNowClient(
            @NonNull OkHttpClient http,
            @NonNull InstanceUrl instance,
            @NonNull SignInSource signIns,
            @NonNull InstantSource clock) {
        this.transport = new Transport(http, instance, clock);
        this.tokens = new AccessTokens(transport, clock);
        this.signIns = signIns;
    }

    @NonNull
    public InstanceUrl instance() {
        return transport.instance();
    }

    /** Whether the text has the form of a change's number: letters, digits, hyphens and underscores, at most 40. */
    public static boolean isNumber(@NonNull String text) {
        return ChangeReader.isNumber(text);
    }

    /**
     * Signs in, without reading anything.
     *
     * @throws ServiceNowException where there is no token to be had
     */
    public void signIn() throws ServiceNowException {
        tokens.get(signIns.get(), null);
    }

    /**
     * The change with exactly that number, whatever its state.
     *
     * @param number as {@link #isNumber} has it
     */
    @NonNull
    public Optional<ChangeRequest> findByNumber(@NonNull String number) throws ServiceNowException {
        if (!isNumber(number)) {
            throw new IllegalArgumentException("not the number of a change");
        }
        List<ChangeRequest> found = find(EncodedQuery.where("number", number), "number", number);
        if (found.size() > 1) {
            throw transport.failure(Problem.BAD_ANSWER, Trouble.SAME_NUMBER_TWICE, number);
        }
        return found.stream().findFirst();
    }

    /** The active changes whose Short Description is exactly that, character by character. */
    @NonNull
    public List<ChangeRequest> findActiveByTitle(@NonNull String title) throws ServiceNowException {
        List<ChangeRequest> found = new ArrayList<>(
                find(EncodedQuery.where("active", "true").and("short_description", title), "short_description", title));
        found.removeIf(change -> !change.active());
        return found;
    }

    /**
     * Whether any change can be read: an empty list may be an empty table or a missing role, ServiceNow does not tell.
     */
    public boolean canReadAnyChange() throws ServiceNowException {
        HttpUrl url = changes().addQueryParameter("sysparm_limit", "1").build();
        return !rows(get(url)).isEmpty();
    }

    /** What a batch read says of one change. */
    public sealed interface Look {
        /** It was there, in a form that can be decided on. */
        record Seen(@NonNull ChangeRequest change) implements Look {}

        /** It was not in the answer: deleted, hidden, or not yet there on a replica. */
        record Absent() implements Look {}

        /** It was there, in a form that can't be decided on. */
        record Unreadable(@NonNull Phrase why) implements Look {}
    }

    /**
     * Reads changes by their rows.
     *
     * @param sysIds at most {@link #BATCH}
     * @return one look for each of them, in their order
     */
    @NonNull
    public Map<SysId, Look> read(@NonNull Collection<SysId> sysIds) throws ServiceNowException {
        if (sysIds.size() > BATCH) {
            throw new IllegalArgumentException("more than " + BATCH + " changes in one request");
        }
        Map<SysId, Look> looks = new LinkedHashMap<>();
        for (SysId sysId : sysIds) {
            looks.put(sysId, new Look.Absent());
        }
        EncodedQuery query = EncodedQuery.whereIn(
                "sys_id", looks.keySet().stream().map(SysId::value).toList());
        for (JsonNode row : rows(get(query))) {
            SysId sysId;
            try {
                sysId = ChangeReader.sysId(row);
            } catch (UnreadableRowException e) {
                throw unexpected(e.getMessage());
            }
            Look before = looks.get(sysId);
            if (before == null) {
                continue;
            }
            looks.put(sysId, before instanceof Look.Absent ? look(row) : new Look.Unreadable(shape("sys_id")));
        }
        return looks;
    }

    private Look look(JsonNode row) {
        try {
            return new Look.Seen(ChangeReader.read(row));
        } catch (UnreadableRowException e) {
            return new Look.Unreadable(shape(e.getMessage()));
        }
    }

    /**
     * A change that was just created.
     *
     * @param change as the instance stored it: compare its title before relying on it
     * @param ignoredFields names of fields that the instance did not take
     */
    public record Created(
            @NonNull ChangeRequest change, @NonNull List<String> ignoredFields) {}

    /**
     * Creates a Normal change.
     *
     * @param fields names of columns and their values
     * @throws ServiceNowException whose {@link ServiceNowException#isMaybeCarriedOut} tells whether there may be a
     *     change nevertheless
     */
    @NonNull
    public Created createNormal(@NonNull Map<String, String> fields) throws ServiceNowException {
        ObjectNode body = Transport.JSON.createObjectNode();
        new TreeMap<>(fields).forEach(body::put);
        JsonNode result = send(new Request.Builder()
                        .url(changes().addPathSegment("normal").build())
                        .post(RequestBody.create(
                                body.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8), JSON_TYPE)))
                .get("result");
        JsonNode row = result != null && result.isArray() ? result.get(0) : result;
        try {
            if (row == null || !ChangeReader.isRow(row)) {
                throw new UnreadableRowException("result");
            }
            return new Created(ChangeReader.read(row), names(row.path("__meta").path("ignoredFields")));
        } catch (UnreadableRowException e) {
            throw unexpected(e.getMessage()).asMaybeCarriedOut();
        }
    }

    private List<ChangeRequest> find(EncodedQuery query, String field, String value) throws ServiceNowException {
        List<ChangeRequest> found = new ArrayList<>();
        for (JsonNode row : rows(get(query))) {
            try {
                if (ChangeReader.text(row, field).equals(value)) {
                    found.add(ChangeReader.read(row));
                }
            } catch (UnreadableRowException e) {
                throw unexpected(e.getMessage());
            }
        }
        return found;
    }

    private HttpUrl.Builder changes() {
        return transport.url("api", "sn_chg_rest", "change");
    }

    private JsonNode get(EncodedQuery query) throws ServiceNowException {
        return get(
                changes().addQueryParameter("sysparm_query", query.toString()).build());
    }

    private JsonNode get(HttpUrl url) throws ServiceNowException {
        return send(new Request.Builder().url(url).get());
    }

    /** The rows of a list, proof taken that no condition of the query was dropped. */
    private List<JsonNode> rows(JsonNode answer) throws ServiceNowException {
        JsonNode result = answer.get("result");
        if (result == null || !(result.isArray() || result.isObject())) {
            throw unexpected("result");
        }
        List<JsonNode> rows = new ArrayList<>();
        for (JsonNode element : result.isArray() ? result : List.of(result)) {
            List<String> ignored = names(element.path("__meta").path("fields").path("ignored"));
            if (!ignored.isEmpty()) {
                throw transport.failure(
                        Problem.QUERY_NOT_APPLIED, Trouble.QUERY_NOT_APPLIED, String.join(", ", ignored));
            }
            if (ChangeReader.isRow(element)) {
                rows.add(element);
            }
        }
        return rows;
    }

    private static List<String> names(JsonNode list) {
        List<String> names = new ArrayList<>();
        for (JsonNode name : list) {
            names.add(ForeignText.clean(name.asString(), 80));
        }
        return names;
    }

    /** Sends with a bearer token; one that is not accepted is replaced once. */
    private JsonNode send(Request.Builder request) throws ServiceNowException {
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
        return transport.success(answer);
    }

    private static Request bearer(Request.Builder request, String token) {
        return request.header("Authorization", "Bearer " + token).build();
    }

    private Phrase shape(String field) {
        return Phrase.of(Trouble.UNEXPECTED_SHAPE, transport.instance().toString(), ForeignText.clean(field, 80));
    }

    private ServiceNowException unexpected(String field) {
        return ServiceNowException.of(Problem.BAD_ANSWER, shape(field));
    }
}
