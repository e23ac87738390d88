package io.jenkins.plugins.servicenowgate.simulator;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** One HTTP answer, still free of WireMock, so that faults can bend it. Immutable. */
final class Answer {
    private static final String CONTENT_TYPE = "Content-Type";

    private final int status;
    private final byte[] body;
    private final Map<String, String> headers;
    private final Duration delay;
    private final com.github.tomakehurst.wiremock.http.Fault breakage;

    private Answer(
            int status,
            byte[] body,
            Map<String, String> headers,
            Duration delay,
            com.github.tomakehurst.wiremock.http.Fault breakage) {
        this.status = status;
        this.body = body;
        this.headers = headers;
        this.delay = delay;
        this.breakage = breakage;
    }

    static Answer of(int status, String contentType, byte[] body) {
        return new Answer(status, body, Map.of(CONTENT_TYPE, contentType), Duration.ZERO, null);
    }

    static Answer of(int status, String contentType, String body) {
        return of(status, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    static Answer json(int status, JsonNode body) {
        return of(status, "application/json;charset=UTF-8", Json.bytes(body));
    }

    static Answer html(int status, String title, String text) {
        return of(
                status,
                "text/html;charset=UTF-8",
                "<!DOCTYPE html><html><head><title>" + title + "</title></head><body><h1>" + title + "</h1><p>" + text
                        + "</p></body></html>");
    }

    /** ServiceNow's error body. */
    static Answer error(int status, String message, String detail) {
        return json(
                status,
                Json.object()
                        .put("status", "failure")
                        .set("error", Json.object().put("message", message).put("detail", detail)));
    }

    static Answer redirect(String location) {
        return of(302, "text/html;charset=UTF-8", "").with("Location", location);
    }

    /** No answer at all: the connection breaks in the given manner. */
    static Answer broken(com.github.tomakehurst.wiremock.http.Fault breakage) {
        return new Answer(200, new byte[0], Map.of(), Duration.ZERO, breakage);
    }

    Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, body, more, delay, breakage);
    }

    Answer withBody(byte[] other) {
        return new Answer(status, other, headers, delay, breakage);
    }

    Answer withContentType(String contentType) {
        return with(CONTENT_TYPE, contentType);
    }

    Answer delayedBy(Duration duration) {
        return new Answer(status, body, headers, delay.plus(duration), breakage);
    }

    int status() {
        return status;
    }

    byte[] body() {
        return body;
    }

    boolean succeeded() {
        return status / 100 == 2;
    }

    ResponseDefinition toWireMock() {
        ResponseDefinitionBuilder builder = new ResponseDefinitionBuilder().withStatus(status);
        headers.forEach(builder::withHeader);
        if (breakage != null) {
            builder.withFault(breakage);
        } else {
            builder.withBody(body);
        }
        if (!delay.isZero()) {
            builder.withFixedDelay((int) Math.min(delay.toMillis(), Integer.MAX_VALUE));
        }
        return builder.build();
    }
}
