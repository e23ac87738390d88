package io.jenkins.plugins.servicenowgate.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** A plain client for the tests of the simulator; it knows nothing of ServiceNow but addresses and the token. */
final class Caller {
    static final String CHANGES = "/api/sn_chg_rest/change";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final ServiceNowSimulator simulator;
    private String token = "";

    Caller(ServiceNowSimulator simulator) {
        this.simulator = simulator;
    }

    /** Signs in with user and password and uses that token from then on. */
    Caller signIn() {
        token = json(passwordGrant()).path("access_token").asString();
        return this;
    }

    HttpResponse<String> passwordGrant() {
        return token(Map.of(
                "grant_type", "password",
                "client_id", ServiceNowSimulator.CLIENT_ID,
                "client_secret", ServiceNowSimulator.CLIENT_SECRET,
                "username", ServiceNowSimulator.USER_NAME,
                "password", ServiceNowSimulator.PASSWORD));
    }

    HttpResponse<String> token(Map<String, String> form) {
        return send(HttpRequest.newBuilder(uri("/oauth_token.do"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encode(form))));
    }

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)));
    }

    HttpResponse<String> list(String query) {
        return get(CHANGES + "?" + encode(Map.of("sysparm_query", query)));
    }

    HttpResponse<String> post(String path, String body) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> create(String title) {
        return post(
                CHANGES + "/normal",
                Json.object().put("short_description", title).toString());
    }

    HttpResponse<String> patch(SimulatedChange change, String body) {
        return patch(CHANGES + "/" + change.sysId(), body);
    }

    HttpResponse<String> patch(String path, String body) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString(body)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return send(request, Duration.ofSeconds(20));
    }

    HttpResponse<String> send(HttpRequest.Builder request, Duration timeout) {
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return CLIENT.send(
                    request.header("Accept", "application/json")
                            .timeout(timeout)
                            .build(),
                    BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interruption) {
            throw new IllegalStateException(interruption);
        }
    }

    URI uri(String path) {
        return URI.create(simulator.baseUrl() + path);
    }

    static String encode(Map<String, String> pairs) {
        return pairs.entrySet().stream()
                .map(pair -> pair.getKey() + "=" + URLEncoder.encode(pair.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    static JsonNode json(HttpResponse<String> response) {
        JsonNode json = Json.parse(response.body());
        if (json == null) {
            throw new AssertionError("No JSON, but " + response.statusCode() + " " + response.body());
        }
        return json;
    }

    static JsonNode result(HttpResponse<String> response) {
        return json(response).path("result");
    }
}
