package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import javax.net.ssl.SSLException;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends a request and classifies the response as the JSON of a success or a kind of failure. */
final class Transport {
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final long MEBIBYTE = 1024L * 1024;
    private static final long MAX_MEBIBYTES = 16;
    private static final Duration MAX_WAIT = Duration.ofHours(1);

    private final OkHttpClient http;
    private final InstanceUrl instance;
    private final InstantSource clock;

    Transport(OkHttpClient http, InstanceUrl instance, InstantSource clock) {
        this.http = http;
        this.instance = instance;
        this.clock = clock;
    }

    InstanceUrl instance() {
        return instance;
    }

    /** A URL of the instance. Each segment is encoded, so it can't become two. */
    @NonNull
    HttpUrl.Builder url(@NonNull String... segments) {
        HttpUrl.Builder url = HttpUrl.get(instance.toString()).newBuilder();
        for (String segment : segments) {
            url.addPathSegment(segment);
        }
        return url;
    }

    /**
     * A received response.
     *
     * @param code HTTP status
     * @param json the body if it is JSON, else null
     * @param contentType the content type, sanitized; empty if missing
     * @param clockDifference how far the sender's clock is ahead, from its {@code Date} header; null if missing
     */
    record Answer(
            int code,
            @CheckForNull JsonNode json,
            @NonNull String contentType,
            boolean empty,
            @CheckForNull Duration retryAfter,
            @CheckForNull Duration clockDifference) {

        /** The message of ServiceNow's own JSON error, possibly empty; null if the body is anything else. */
        @CheckForNull
        String ownError() {
            JsonNode error = json == null ? null : json.get("error");
            if (error == null) {
                return null;
            }
            if (!error.isObject()) {
                JsonNode description = json.get("error_description");
                return TextSanitizer.clean(asText(error) + (description == null ? "" : ": " + asText(description)));
            }
            String message = asText(error.get("message"));
            String detail = asText(error.get("detail"));
            return TextSanitizer.clean(detail.isEmpty() || detail.equals(message) ? message : message + ": " + detail);
        }

        private static String asText(JsonNode node) {
            return node == null || !node.isString() ? "" : node.stringValue();
        }
    }

    /**
     * Sends a request and reads the response with any status.
     *
     * @throws ServiceNowException {@link FailureKind#UNREACHABLE}, or {@link FailureKind#TOO_LARGE}
     */
    @NonNull
    Answer send(@NonNull Request request) throws ServiceNowException {
        HttpClients.Progress progress = new HttpClients.Progress();
        Request tagged =
                request.newBuilder().tag(HttpClients.Progress.class, progress).build();
        Instant sent = clock.instant();
        try (Response response = http.newCall(tagged).execute()) {
            Instant received = clock.instant();
            Buffer buffer = new Buffer();
            while (buffer.size() <= MAX_MEBIBYTES * MEBIBYTE
                    && response.body().source().read(buffer, MEBIBYTE) != -1) {
                // The limit applies to the decoded body, whose size is not in Content-Length.
            }
            if (buffer.size() > MAX_MEBIBYTES * MEBIBYTE) {
                throw ServiceNowException.of(
                                FailureKind.TOO_LARGE,
                                Messages._Transport_ResponseTooLarge(
                                        instance.toString(), String.valueOf(MAX_MEBIBYTES)))
                        .withUnknownOutcome();
            }
            return answer(response, buffer.readByteArray(), clockDifference(response, sent, received));
        } catch (IOException e) {
            ServiceNowException failure = unreachable(e);
            throw progress.isStarted() ? failure.withUnknownOutcome() : failure;
        }
    }

    private Answer answer(Response response, byte[] body, @CheckForNull Duration clockDifference) {
        String type = Objects.requireNonNullElse(response.header("Content-Type"), "");
        JsonNode json = null;
        if (isJson(type)) {
            try {
                json = JSON.readTree(body);
            } catch (JacksonException e) {
                // Not logged, because the message quotes the response. A null body is handled as a failure.
                json = null;
            }
        }
        return new Answer(
                response.code(),
                json == null || json.isMissingNode() ? null : json,
                TextSanitizer.clean(type, 60),
                body.length == 0,
                retryAfter(response),
                clockDifference);
    }

    /** The difference is zero if the {@code Date} is between the times of request and response. */
    @CheckForNull
    private static Duration clockDifference(Response response, Instant sent, Instant received) {
        Date date = response.headers().getDate("Date");
        if (date == null) {
            return null;
        }
        Instant remote = date.toInstant();
        // The header has a resolution of one second.
        if (remote.plusSeconds(1).isBefore(sent)) {
            return Duration.between(sent, remote);
        }
        return remote.isAfter(received) ? Duration.between(received, remote) : Duration.ZERO;
    }

    private static boolean isJson(String contentType) {
        String type = contentType.toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
        return type.equals("application/json") || type.endsWith("+json");
    }

    /**
     * Returns the JSON object of a successful response.
     *
     * @param isRead whether the request only reads
     * @throws ServiceNowException for any other response
     */
    @NonNull
    JsonNode success(@NonNull Answer answer, boolean isRead) throws ServiceNowException {
        String error = answer.ownError();
        FailureKind kind = FailureKind.ofResponse(answer.code(), error, isRead);
        JsonNode json = answer.json();
        if (kind == null && json != null && json.isObject()) {
            return json;
        }
        ServiceNowException failure =
                kind == null ? unusableBodyFailure(answer) : failure(kind, answer, error == null ? "" : error);
        // Only ServiceNow itself can say that a request was not executed. A page in its place says nothing.
        boolean certain = kind == FailureKind.RATE_LIMITED || kind != null && !kind.isTransient();
        throw isRead || certain ? failure : failure.withUnknownOutcome();
    }

    private ServiceNowException failure(FailureKind kind, Answer answer, String error) {
        String code = String.valueOf(answer.code());
        return switch (kind) {
            case RATE_LIMITED -> {
                Duration wait = answer.retryAfter();
                yield ServiceNowException.rateLimited(
                        wait == null
                                ? Messages._Transport_RateLimited(instance.toString())
                                : Messages._Transport_RateLimitedUntil(
                                        instance.toString(), String.valueOf(wait.toSeconds())),
                        wait);
            }
            case SIGN_IN_REFUSED ->
                ServiceNowException.of(
                        kind,
                        Messages._Transport_TokenNotAccepted(instance.toString(), error.isEmpty() ? code : error));
            case FORBIDDEN ->
                ServiceNowException.of(
                        kind, Messages._Transport_Forbidden(instance.toString(), error.isEmpty() ? code : error));
            case NOT_FOUND -> ServiceNowException.of(kind, Messages._Transport_NotFound(instance.toString(), error));
            case REJECTED ->
                ServiceNowException.of(kind, Messages._Transport_Rejected(instance.toString(), code, error));
            case BAD_ANSWER ->
                ServiceNowException.of(kind, Messages._Transport_ErrorInResponse(instance.toString(), code, error));
            case TOO_LARGE ->
                ServiceNowException.of(kind, Messages._Transport_RequestTooLarge(instance.toString(), code));
            default -> unavailable(answer, code, error);
        };
    }

    private ServiceNowException unavailable(Answer answer, String code, String error) {
        if (answer.code() >= 300 && answer.code() < 400) {
            return ServiceNowException.of(
                    FailureKind.UNAVAILABLE, Messages._Transport_Redirected(instance.toString(), code));
        }
        return answer.code() >= 500 || answer.json() != null
                ? ServiceNowException.of(
                        FailureKind.UNAVAILABLE, Messages._Transport_ServerError(instance.toString(), code, error))
                : ServiceNowException.of(
                        FailureKind.UNAVAILABLE,
                        Messages._Transport_NotJson(instance.toString(), code, contentType(answer)));
    }

    private static String contentType(Answer answer) {
        return answer.contentType().isEmpty() ? "?" : answer.contentType();
    }

    /** The failure for a success status with an unusable body. */
    private ServiceNowException unusableBodyFailure(Answer answer) {
        String code = String.valueOf(answer.code());
        if (answer.empty()) {
            return ServiceNowException.of(FailureKind.BAD_ANSWER, Messages._Transport_Empty(instance.toString(), code));
        }
        return answer.json() == null && !isJson(answer.contentType())
                ? ServiceNowException.of(
                        FailureKind.UNAVAILABLE,
                        Messages._Transport_NotJson(instance.toString(), code, contentType(answer)))
                : ServiceNowException.of(FailureKind.BAD_ANSWER, Messages._Transport_InvalidJson(instance.toString()));
    }

    private ServiceNowException unreachable(IOException e) {
        if (e instanceof UnknownHostException) {
            return ServiceNowException.of(
                    FailureKind.UNREACHABLE, Messages._Transport_HostUnknown(instance.toString()));
        }
        if (e instanceof SSLException) {
            return ServiceNowException.of(
                    FailureKind.UNREACHABLE,
                    Messages._Transport_NotTrusted(instance.toString(), TextSanitizer.clean(e.getMessage())));
        }
        if (e instanceof java.io.InterruptedIOException) {
            return ServiceNowException.of(FailureKind.UNREACHABLE, Messages._Transport_TimedOut(instance.toString()));
        }
        return ServiceNowException.of(
                FailureKind.UNREACHABLE,
                Messages._Transport_ConnectionFailed(
                        instance.toString(), TextSanitizer.clean(String.valueOf(e.getMessage()))));
    }

    /**
     * Parses seconds or an HTTP date. Limited to one hour, because a wrong header must not block all gates for days.
     */
    @CheckForNull
    private Duration retryAfter(Response response) {
        String header = response.header("Retry-After");
        if (header == null) {
            return null;
        }
        Duration wait;
        try {
            wait = header.matches("[0-9]{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(header))
                    : Duration.between(
                            clock.instant(),
                            ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
        } catch (DateTimeException e) {
            return null;
        }
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return Collections.min(List.of(wait, MAX_WAIT));
    }
}
