package io.jenkins.plugins.servicenowgate.simulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** One request as it came in. Contains secrets, for tests to read; {@link #toString()} shows none. */
public final class RecordedRequest {
    private static final Set<String> SECRETS = Set.of(
            "password",
            "client_secret",
            "refresh_token",
            "access_token",
            "assertion",
            "authorization",
            "cookie",
            "x-sn-apikey");

    private final Instant time;
    private final Endpoint endpoint;
    private final String method;
    private final String path;
    private final String rawQuery;
    private final Map<String, String> query;
    private final Map<String, String> headers;
    private final byte[] content;
    private final String body;

    RecordedRequest(
            Instant time,
            Endpoint endpoint,
            String method,
            String path,
            String rawQuery,
            Map<String, String> headers,
            byte[] content) {
        this.time = time;
        this.endpoint = endpoint;
        this.method = method;
        this.path = path;
        this.rawQuery = rawQuery;
        this.query = decode(rawQuery);
        Map<String, String> ignoringCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        ignoringCase.putAll(headers);
        this.headers = Collections.unmodifiableMap(ignoringCase);
        this.content = content;
        this.body = new String(content, StandardCharsets.UTF_8);
    }

    private static Map<String, String> decode(String encoded) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : encoded.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                pairs.put(decodeOne(name), equals < 0 ? "" : decodeOne(pair.substring(equals + 1)));
            }
        }
        return Collections.unmodifiableMap(pairs);
    }

    private static String decodeOne(String encoded) {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return encoded;
        }
    }

    public Instant time() {
        return time;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    public String method() {
        return method;
    }

    public String path() {
        return path;
    }

    /** The query string as it was sent; "" without one. */
    public String rawQuery() {
        return rawQuery;
    }

    /** The query string, decoded. */
    public Map<String, String> query() {
        return query;
    }

    /** By name in any case. Includes the Authorization header. */
    public Map<String, String> headers() {
        return headers;
    }

    /** Null when it was not sent. */
    public String header(String name) {
        return headers.get(name);
    }

    /** The body as UTF-8. */
    public String body() {
        return body;
    }

    /** The body as it was sent. */
    public byte[] bytes() {
        return content.clone();
    }

    /** The body as JSON; null when it is none. */
    public JsonNode json() {
        return Json.parse(body);
    }

    /** The body as form parameters, decoded; empty when it was not sent as a form. */
    public Map<String, String> form() {
        String contentType = headers.getOrDefault("Content-Type", "");
        return contentType.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")
                ? decode(body)
                : Map.of();
    }

    @Override
    public String toString() {
        Map<String, String> form = form();
        boolean foreignForm = form.isEmpty() && endpoint == Endpoint.TOKEN && !body.isEmpty();
        String shownBody = foreignForm ? "…" : form.isEmpty() ? body : redacted(form);
        return method + " " + path + (query.isEmpty() ? "" : "?" + redacted(query)) + " [" + endpoint + "] headers "
                + redacted(headers) + " body " + shownBody;
    }

    private static String redacted(Map<String, String> values) {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "="
                        + (SECRETS.contains(entry.getKey().toLowerCase(Locale.ROOT)) ? "…" : entry.getValue()))
                .collect(Collectors.joining("&"));
    }
}
