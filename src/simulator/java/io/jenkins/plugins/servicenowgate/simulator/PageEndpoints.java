package io.jenkins.plugins.servicenowgate.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The page on which a person plays the people of the instance, also where links to a change land. */
final class PageEndpoints {
    private static final Pattern ACTION = Pattern.compile("/simulator/api/changes/([^/]+)/([a-z]+)");
    private static final String SAME_ORIGIN_ONLY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'";

    private final PageActions actions;

    PageEndpoints(PageActions actions) {
        this.actions = actions;
    }

    /** Null when the request is not for the page. */
    Answer answer(RecordedRequest request) {
        Answer answer = route(request);
        return answer == null
                ? null
                : answer.with("Cache-Control", "no-store")
                        .with("X-Content-Type-Options", "nosniff")
                        .with("Content-Security-Policy", SAME_ORIGIN_ONLY);
    }

    private Answer route(RecordedRequest request) {
        String path = request.path();
        if (path.equals("/")) {
            return Answer.redirect("/simulator");
        }
        if (path.equals("/nav_to.do") || path.equals("/simulator") || path.equals("/simulator/")) {
            return resource("page.html", "text/html;charset=UTF-8");
        }
        if (!path.startsWith("/simulator/")) {
            return null;
        }
        return switch (path) {
            case "/simulator/page.css" -> resource("page.css", "text/css;charset=UTF-8");
            case "/simulator/page.js" -> resource("page.js", "text/javascript;charset=UTF-8");
            default -> request.method().equals("POST") ? post(request) : get(request);
        };
    }

    private static Answer resource(String name, String contentType) {
        try (InputStream stream = PageEndpoints.class.getResourceAsStream(name)) {
            return stream == null
                    ? problem(404, "The page's file " + name + " is not on the class path")
                    : Answer.of(200, contentType, stream.readAllBytes());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Answer get(RecordedRequest request) {
        return request.path().equals("/simulator/api/changes")
                ? Answer.json(200, actions.overview(request.query().get("sys_id")))
                : problem(404, "Nothing here");
    }

    private Answer post(RecordedRequest request) {
        // A form of another site can't send this content type without asking first.
        String contentType = request.header("Content-Type");
        JsonNode body = Json.parse(request.body());
        if (contentType == null || !contentType.startsWith("application/json") || !(body instanceof ObjectNode)) {
            return problem(400, "A JSON object is needed");
        }
        Map<String, String> values = Incoming.read(request);
        try {
            return perform(request.path(), values);
        } catch (IllegalArgumentException | IllegalStateException refusal) {
            return problem(409, refusal.getMessage());
        }
    }

    private Answer perform(String path, Map<String, String> values) {
        Matcher action = ACTION.matcher(path);
        if (action.matches()) {
            actions.act(action.group(1), action.group(2), values);
        } else if (path.equals("/simulator/api/changes")) {
            actions.create(values);
        } else if (path.equals("/simulator/api/fault")) {
            actions.fault(values.getOrDefault("fault", ""));
        } else {
            return problem(404, "Nothing here");
        }
        return Answer.json(200, actions.overview(null));
    }

    private static Answer problem(int status, String message) {
        return Answer.json(status, Json.object().put("message", message));
    }
}
