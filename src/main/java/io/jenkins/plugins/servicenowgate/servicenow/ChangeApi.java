package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jvnet.localizer.Localizable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends authenticated requests to the Change Management API of one instance, and reads the parts that all responses
 * have in common.
 */
final class ChangeApi {
    /** The only column in which no instance renders markup, and whose text must stay exactly as it is. */
    private static final String TITLE = "short_description";

    private static final MediaType JSON_TYPE = MediaType.get("application/json");
    private static final MediaType ANY_TYPE = MediaType.get("application/octet-stream");

    private enum Kind {
        READ,
        WRITE,
        UPLOAD
    }

    private final Transport transport;
    private final AccessTokens tokens;
    private final SignInFailures signInFailures;
    private final SignInSource signIns;
    private final InstantSource clock;
    private final ConnectionHealth health = new ConnectionHealth();
    private volatile Duration clockDifference;

    ChangeApi(
            OkHttpClient http,
            InstanceUrl instance,
            SignInSource signIns,
            InstantSource clock,
            SignInFailures signInFailures) {
        this.transport = new Transport(http, instance, clock);
        this.tokens = new AccessTokens(transport, clock, signInFailures);
        this.signInFailures = signInFailures;
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

    /** The name of the user as whom the requests are sent; null if the sign-in does not contain it. */
    @CheckForNull
    String userName() throws ServiceNowException {
        return signIns.get() instanceof SignIn.Password password ? password.userName() : null;
    }

    /** Requests a token, unless one is cached; null for a sign-in without tokens. */
    @CheckForNull
    AccessTokens.Token signIn() throws ServiceNowException {
        try {
            return signIns.get() instanceof SignIn.OAuth oauth ? tokens.get(oauth, null) : null;
        } catch (ServiceNowException e) {
            health.recordFailure(e, clock.instant());
            throw e;
        }
    }

    /** The URL of the change resource or of a resource below it. */
    @NonNull
    HttpUrl.Builder changes(@NonNull String... below) {
        HttpUrl.Builder url = transport.url("api", "sn_chg_rest", "change");
        for (String segment : below) {
            url.addPathSegment(segment);
        }
        return url;
    }

    /** The URL of another API of the instance. */
    @NonNull
    HttpUrl.Builder url(@NonNull String... segments) {
        return transport.url(segments);
    }

    @NonNull
    JsonNode get(@NonNull HttpUrl url) throws ServiceNowException {
        return send(new Request.Builder().url(url).get(), Kind.READ);
    }

    @NonNull
    JsonNode get(@NonNull EncodedQuery query) throws ServiceNowException {
        return get(
                changes().addQueryParameter("sysparm_query", query.toString()).build());
    }

    @NonNull
    JsonNode post(@NonNull HttpUrl url, @NonNull Map<String, String> fields) throws ServiceNowException {
        return send(new Request.Builder().url(url).post(body(fields)), Kind.WRITE);
    }

    @NonNull
    JsonNode patch(@NonNull HttpUrl url, @NonNull Map<String, String> fields) throws ServiceNowException {
        return send(new Request.Builder().url(url).patch(body(fields)), Kind.WRITE);
    }

    /** Sends bytes as they are. */
    @NonNull
    JsonNode upload(@NonNull HttpUrl url, @NonNull String contentType, @NonNull byte[] content)
            throws ServiceNowException {
        MediaType type = MediaType.parse(contentType);
        RequestBody body = RequestBody.create(content, type == null ? ANY_TYPE : type);
        return send(new Request.Builder().url(url).post(new OneShotBody(body)), Kind.UPLOAD);
    }

    /** Any column may be a journal of the instance, so each is cleaned of markup. */
    private static RequestBody body(Map<String, String> fields) {
        ObjectNode body = Transport.JSON.createObjectNode();
        new TreeMap<>(fields)
                .forEach((name, value) ->
                        body.put(name, name.equals(TITLE) ? value : TextSanitizer.withoutMarkup(value)));
        return new OneShotBody(RequestBody.create(body.toString().getBytes(StandardCharsets.UTF_8), JSON_TYPE));
    }

    private JsonNode send(Request.Builder request, Kind kind) throws ServiceNowException {
        try {
            JsonNode success = sendSignedIn(request, kind);
            health.recordSuccess(clock.instant());
            return success;
        } catch (ServiceNowException e) {
            health.recordFailure(e, clock.instant());
            throw e;
        }
    }

    private JsonNode sendSignedIn(Request.Builder request, Kind kind) throws ServiceNowException {
        boolean isRead = kind == Kind.READ;
        request.header("Accept", "application/json");
        SignIn signIn = signIns.get();
        Transport.Answer answer = signIn instanceof SignIn.ApiKey key
                ? sendWithKey(request, key)
                : sendWithToken(request, (SignIn.OAuth) signIn, isRead);
        if (kind == Kind.UPLOAD) {
            verifyUpload(answer);
        }
        JsonNode success = transport.success(answer, isRead);
        if (isRead && answer.code() != 200) {
            // For example 206: a partial response is not usable.
            throw unexpected("status " + answer.code());
        }
        // Only a response of the API has the instance's time; a page of a proxy may have another.
        clockDifference = answer.clockDifference();
        tokens.recordClock(clockDifference);
        return success;
    }

    /** Two refusals mean something of their own here. */
    private void verifyUpload(Transport.Answer answer) throws ServiceNowException {
        String instance = transport.instance().toString();
        String error = answer.ownError();
        if (answer.code() == 413) {
            // Whoever answers: the same bytes are too many the next time, too.
            throw ServiceNowException.of(FailureKind.TOO_LARGE, Messages._Transport_RequestTooLarge(instance, "413"));
        }
        if (answer.code() == 403 && error != null) {
            throw ServiceNowException.of(
                    FailureKind.FORBIDDEN, Messages._ChangeApi_AttachmentForbidden(instance, error));
        }
    }

    /** Sends a request with a bearer token. A rejected token is replaced once. */
    private Transport.Answer sendWithToken(Request.Builder request, SignIn.OAuth signIn, boolean isRead)
            throws ServiceNowException {
        String token = tokens.get(signIn, null).value();
        Transport.Answer answer = transport.send(bearer(request, token));
        if (answer.code() == 401 && (isRead || answer.ownError() != null)) {
            // Another 401, such as a firewall's, does not prove that a write was not executed.
            answer = transport.send(bearer(request, tokens.get(signIn, token).value()));
        }
        return answer;
    }

    /** Sends a request with an API key. Each request signs in, so a refused key is not sent again at once. */
    private Transport.Answer sendWithKey(Request.Builder request, SignIn.ApiKey key) throws ServiceNowException {
        signInFailures.check(instance(), key);
        Transport.Answer answer =
                transport.send(request.header(SignIn.ApiKey.HEADER, key.key()).build());
        if (answer.code() != 401) {
            signInFailures.succeeded(instance(), key);
            return answer;
        }
        String error = answer.ownError();
        if (error == null) {
            return answer;
        }
        throw signInFailures.failed(
                instance(),
                key,
                ServiceNowException.of(
                        FailureKind.SIGN_IN_REFUSED,
                        Messages._ChangeApi_ApiKeyRejected(
                                instance().toString(), key.redact(error.isEmpty() ? "401" : error))));
    }

    /** How far the instance's clock was ahead at the last success; null if unknown. */
    @CheckForNull
    Duration clockDifference() {
        return clockDifference;
    }

    private static Request bearer(Request.Builder request, String token) {
        return request.header("Authorization", "Bearer " + token).build();
    }

    /** The rows of a list, after checking that the instance applied all conditions of the query. */
    @NonNull
    List<JsonNode> rows(@NonNull JsonNode answer) throws ServiceNowException {
        for (JsonNode element : elements(answer)) {
            verifyQueryApplied(element);
            if (!ChangeReader.isRow(element) && (element.has("number") || element.has("short_description"))) {
                // A change without sys_id must not be skipped: another change could then appear to be the only match.
                throw unexpected("sys_id");
            }
        }
        return unverifiedRows(answer);
    }

    /** Fails if the metadata is malformed, or shows that a condition of the query was ignored. */
    private void verifyQueryApplied(JsonNode element) throws ServiceNowException {
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
            throw ServiceNowException.of(
                    FailureKind.QUERY_NOT_APPLIED,
                    Messages._ChangeApi_QueryNotApplied(
                            transport.instance().toString(), String.join(", ", names(ignored))));
        }
    }

    /** The rows of a list whose query is not verified; for callers that compare every row themselves. */
    @NonNull
    List<JsonNode> unverifiedRows(@NonNull JsonNode answer) throws ServiceNowException {
        List<JsonNode> rows = new ArrayList<>();
        for (JsonNode element : elements(answer)) {
            if (ChangeReader.isRow(element)) {
                rows.add(element);
            }
        }
        return rows;
    }

    /** Everything in the result of a list. */
    @NonNull
    Iterable<JsonNode> elements(@NonNull JsonNode answer) throws ServiceNowException {
        JsonNode result = answer.get("result");
        if (result == null || !(result.isArray() || result.isObject())) {
            throw unexpected("result");
        }
        return result.isArray() ? result : List.of(result);
    }

    /** The single row of a response, whose {@code result} may be an object or an array. */
    @NonNull
    JsonNode row(@NonNull JsonNode answer) throws ChangeReader.UnreadableRowException {
        JsonNode result = answer.get("result");
        JsonNode row = result != null && result.isArray() ? result.get(0) : result;
        if (row == null || !ChangeReader.isRow(row)) {
            throw new ChangeReader.UnreadableRowException("result");
        }
        return row;
    }

    /** Field names from a response, sanitized. */
    @NonNull
    static List<String> names(@NonNull JsonNode list) {
        List<String> names = new ArrayList<>();
        for (JsonNode name : list) {
            // Non-text names are converted, because they must not make the response unreadable.
            names.add(TextSanitizer.clean(name.isString() ? name.stringValue() : name.toString(), 80));
        }
        return names;
    }

    @NonNull
    Localizable unexpectedShape(@NonNull String field) {
        return Messages._ChangeApi_UnexpectedFormat(transport.instance().toString(), TextSanitizer.clean(field, 80));
    }

    @NonNull
    ServiceNowException unexpected(@NonNull String field) {
        return ServiceNowException.of(FailureKind.BAD_ANSWER, unexpectedShape(field));
    }
}
