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
import java.util.Date;
import java.util.Locale;
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

/** Sends one request and sorts what comes back: JSON of a success, or the kind of failure it is. */
final class Transport {
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final long MEBIBYTE = 1024L * 1024;
    private static final long MOST_MEBIBYTES = 16;
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

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

    /** A URL of the instance; each segment is encoded, so that none can become two. */
    @NonNull
    HttpUrl.Builder url(@NonNull String... segments) {
        HttpUrl.Builder url = HttpUrl.get(instance.toString()).newBuilder();
        for (String segment : segments) {
            url.addPathSegment(segment);
        }
        return url;
    }

    /**
     * An answer as it came.
     *
     * @param code HTTP status
     * @param json the body where it is JSON, else null
     * @param contentType of the body, cleaned; empty where none was given
     * @param maybeCarriedOut whether the request left this machine
     * @param clockDifference what the sender's clock is ahead of ours, as far as its {@code Date} tells
     */
    record Answer(
            int code,
            @CheckForNull JsonNode json,
            @NonNull String contentType,
            boolean empty,
            @CheckForNull Duration retryAfter,
            boolean maybeCarriedOut,
            @CheckForNull Duration clockDifference) {

        /** What a ServiceNow error body says; empty without one. */
        @NonNull
        String errorText() {
            JsonNode error = json == null ? null : json.get("error");
            if (error == null) {
                return "";
            }
            if (!error.isObject()) {
                JsonNode description = json.get("error_description");
                return ForeignText.clean(asText(error) + (description == null ? "" : ": " + asText(description)));
            }
            String message = asText(error.get("message"));
            String detail = asText(error.get("detail"));
            return ForeignText.clean(detail.isEmpty() || detail.equals(message) ? message : message + ": " + detail);
        }

        private static String asText(JsonNode node) {
            return node == null || !node.isString() ? "" : node.stringValue();
        }
    }

    /**
     * Sends the request and reads the answer, whatever its status.
     *
     * @throws ServiceNowException {@link Problem#UNREACHABLE}, or {@link Problem#BAD_ANSWER} for one that is too big
     */
    @NonNull
    Answer send(@NonNull Request request) throws ServiceNowException {
        HttpClients.Progress progress = new HttpClients.Progress();
        Request tagged =
                request.newBuilder().tag(HttpClients.Progress.class, progress).build();
        Instant sent = clock.instant();
        try (Response response = http.newCall(tagged).execute()) {
            Instant answered = clock.instant();
            Buffer buffer = new Buffer();
            while (buffer.size() <= MOST_MEBIBYTES * MEBIBYTE
                    && response.body().source().read(buffer, MEBIBYTE) >= 0) {
                // Read on: the bound is on what was decoded, which a Content-Length does not tell.
            }
            if (buffer.size() > MOST_MEBIBYTES * MEBIBYTE) {
                throw failure(Problem.BAD_ANSWER, Trouble.TOO_BIG, String.valueOf(MOST_MEBIBYTES))
                        .asMaybeCarriedOut();
            }
            return answer(response, buffer.readByteArray(), clockDifference(response, sent, answered));
        } catch (IOException e) {
            ServiceNowException failure = unreachable(e);
            throw progress.isStarted() ? failure.asMaybeCarriedOut() : failure;
        }
    }

    private Answer answer(Response response, byte[] body, @CheckForNull Duration clockDifference) {
        String type = response.header("Content-Type", "");
        JsonNode json = null;
        if (body.length > 0 && isJson(type)) {
            try {
                json = JSON.readTree(body);
            } catch (JacksonException e) {
                // Its message quotes the answer. That there is no JSON says enough.
                json = null;
            }
        }
        return new Answer(
                response.code(),
                json == null || json.isMissingNode() ? null : json,
                ForeignText.clean(type, 60),
                body.length == 0,
                retryAfter(response),
                response.code() != 503,
                clockDifference);
    }

    /** Nothing between sending and answering counts as a difference, since the {@code Date} is of that time. */
    @CheckForNull
    private static Duration clockDifference(Response response, Instant sent, Instant answered) {
        Date date = response.headers().getDate("Date");
        if (date == null) {
            return null;
        }
        Instant there = date.toInstant();
        // The header has whole seconds.
        if (there.plusSeconds(1).isBefore(sent)) {
            return Duration.between(sent, there);
        }
        return there.isAfter(answered) ? Duration.between(answered, there) : Duration.ZERO;
    }

    private static boolean isJson(String contentType) {
        String type = contentType.toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
        return type.equals("application/json") || type.endsWith("+json");
    }

    /**
     * The JSON object of a success.
     *
     * @throws ServiceNowException for every other answer, of the kind that it is
     */
    @NonNull
    JsonNode success(@NonNull Answer answer) throws ServiceNowException {
        ServiceNowException failure = refusal(answer);
        if (failure == null) {
            JsonNode json = answer.json();
            if (json != null && json.isObject() && !json.has("error")) {
                return json;
            }
            failure = noSuccess(answer);
        }
        throw answer.maybeCarriedOut() && failure.problem().isPassing() && failure.problem() != Problem.RATE_LIMITED
                ? failure.asMaybeCarriedOut()
                : failure;
    }

    /** What the status says, where it is not that of a success. */
    @CheckForNull
    private ServiceNowException refusal(Answer answer) {
        String code = String.valueOf(answer.code());
        String error = answer.errorText();
        if (answer.code() == 429) {
            Duration wait = answer.retryAfter();
            return ServiceNowException.rateLimited(
                    wait == null
                            ? Phrase.of(Trouble.RATE_LIMITED, instance.toString())
                            : Phrase.of(
                                    Trouble.RATE_LIMITED_UNTIL, instance.toString(), String.valueOf(wait.toSeconds())),
                    wait);
        }
        if (answer.code() >= 300 && answer.code() < 400) {
            return failure(Problem.UNAVAILABLE, Trouble.REDIRECTED, code);
        }
        if (answer.code() == 403) {
            return failure(Problem.FORBIDDEN, Trouble.FORBIDDEN, error.isEmpty() ? code : error);
        }
        if (answer.code() == 404) {
            return failure(Problem.NOT_FOUND, Trouble.NOT_FOUND, error);
        }
        if (answer.code() >= 500) {
            // Business rules answer 500 as well, in words of their own: nothing a second try would change.
            boolean rule = error.toLowerCase(Locale.ROOT).contains("business rule");
            return rule
                    ? failure(Problem.REJECTED, Trouble.REJECTED, code, error)
                    : failure(Problem.UNAVAILABLE, Trouble.SERVER_ERROR, code, error);
        }
        if (answer.code() >= 400) {
            return failure(Problem.REJECTED, Trouble.REJECTED, code, error);
        }
        return null;
    }

    /** Why the body under the status of a success is none. */
    private ServiceNowException noSuccess(Answer answer) {
        String code = String.valueOf(answer.code());
        if (answer.empty()) {
            return failure(Problem.BAD_ANSWER, Trouble.EMPTY, code);
        }
        JsonNode json = answer.json();
        String type = answer.contentType();
        if (json == null && !isJson(type)) {
            return failure(Problem.UNAVAILABLE, Trouble.NOT_JSON, code, type.isEmpty() ? "?" : type);
        }
        return json != null && json.has("error")
                ? failure(Problem.BAD_ANSWER, Trouble.ERROR_IN_ANSWER, code, answer.errorText())
                : failure(Problem.BAD_ANSWER, Trouble.UNREADABLE);
    }

    @NonNull
    ServiceNowException failure(@NonNull Problem problem, @NonNull Trouble trouble, @NonNull String... more) {
        String[] arguments = new String[more.length + 1];
        arguments[0] = instance.toString();
        System.arraycopy(more, 0, arguments, 1, more.length);
        return ServiceNowException.of(problem, Phrase.of(trouble, arguments));
    }

    private ServiceNowException unreachable(IOException e) {
        if (e instanceof UnknownHostException) {
            return failure(Problem.UNREACHABLE, Trouble.HOST_UNKNOWN);
        }
        if (e instanceof SSLException) {
            return failure(Problem.UNREACHABLE, Trouble.NOT_TRUSTED, ForeignText.clean(e.getMessage()));
        }
        if (e instanceof java.io.InterruptedIOException) {
            return failure(Problem.UNREACHABLE, Trouble.TIMED_OUT);
        }
        return failure(
                Problem.UNREACHABLE, Trouble.CONNECTION_FAILED, ForeignText.clean(String.valueOf(e.getMessage())));
    }

    /** Seconds or an HTTP date, at most an hour: a wrong header must not stop every gate for days. */
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
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }
}
