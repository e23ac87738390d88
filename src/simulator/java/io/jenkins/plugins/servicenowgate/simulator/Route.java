package io.jenkins.plugins.servicenowgate.simulator;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a request goes.
 *
 * @param id the sys_id or the table in the path, or null
 * @param type the type in the path, or null
 * @param task the sys_id of a task in the path, or null
 */
record Route(Endpoint endpoint, String id, String type, String task) {
    Route(Endpoint endpoint, String id, String type) {
        this(endpoint, id, type, null);
    }

    private static final Pattern BASE = Pattern.compile("/api/sn_chg_rest(?:/v1)?/change(/.*)?");
    private static final Pattern SINGLE =
            Pattern.compile("(?:/(normal|standard|emergency))?/([0-9A-Za-z]{1,40})(/nextstates)?");

    private static final Pattern TABLE = Pattern.compile("/api/now(?:/v[12])?/table/([a-z0-9_]{1,80})");
    private static final Pattern CONFLICT = Pattern.compile("/([0-9A-Za-z]{1,40})/conflict");
    private static final Pattern TASKS = Pattern.compile("/([0-9A-Za-z]{1,40})/task(?:/([0-9A-Za-z]{1,40}))?");

    static Route of(String method, String path) {
        if (path.equals("/oauth_token.do")) {
            return new Route(Endpoint.TOKEN, null, null);
        }
        if (path.equals("/api/now/attachment/file") && method.equals("POST")) {
            return new Route(Endpoint.ATTACH, null, null);
        }
        if (path.equals("/api/now/attachment") && method.equals("GET")) {
            return new Route(Endpoint.ATTACHMENTS, null, null);
        }
        Matcher table = TABLE.matcher(path);
        if (table.matches() && method.equals("GET")) {
            return new Route(Endpoint.TABLE, table.group(1), null);
        }
        Matcher base = BASE.matcher(path);
        if (!base.matches()) {
            return new Route(Endpoint.OTHER, null, null);
        }
        String rest = base.group(1) == null ? "" : base.group(1);
        Matcher tasks = TASKS.matcher(rest);
        if (tasks.matches()) {
            return task(method, tasks.group(1), tasks.group(2));
        }
        Matcher conflict = CONFLICT.matcher(rest);
        if (conflict.matches()) {
            return switch (method) {
                case "GET" -> new Route(Endpoint.CONFLICTS, conflict.group(1), null);
                case "POST" -> new Route(Endpoint.CHECK_CONFLICTS, conflict.group(1), null);
                default -> new Route(Endpoint.OTHER, null, null);
            };
        }
        return switch (method) {
            case "GET" -> get(rest);
            case "POST" -> post(rest);
            case "PATCH" -> single(rest, Endpoint.UPDATE);
            default -> new Route(Endpoint.OTHER, null, null);
        };
    }

    private static Route task(String method, String change, String task) {
        if (method.equals("GET") && task == null) {
            return new Route(Endpoint.TASKS, change, null);
        }
        return method.equals("PATCH") && task != null
                ? new Route(Endpoint.UPDATE_TASK, change, null, task)
                : new Route(Endpoint.OTHER, null, null);
    }

    private static Route get(String rest) {
        return switch (rest) {
            case "", "/" -> new Route(Endpoint.LIST, null, null);
            case "/normal", "/standard", "/emergency" -> new Route(Endpoint.LIST, null, rest.substring(1));
            case "/model" -> new Route(Endpoint.MODELS, null, null);
            case "/standard/template" -> new Route(Endpoint.TEMPLATES, null, null);
            default -> single(rest, rest.endsWith("/nextstates") ? Endpoint.NEXT_STATES : Endpoint.READ);
        };
    }

    private static Route post(String rest) {
        return switch (rest) {
            case "", "/" -> new Route(Endpoint.CREATE_OF_MODEL, null, null);
            case "/normal" -> new Route(Endpoint.CREATE_NORMAL, null, "normal");
            case "/emergency" -> new Route(Endpoint.CREATE_EMERGENCY, null, "emergency");
            default ->
                rest.startsWith("/standard/")
                        ? single(rest, Endpoint.CREATE_STANDARD)
                        : new Route(Endpoint.OTHER, null, null);
        };
    }

    private static Route single(String rest, Endpoint endpoint) {
        Matcher matcher = SINGLE.matcher(rest);
        boolean nextStates = endpoint == Endpoint.NEXT_STATES;
        return matcher.matches() && (matcher.group(3) != null) == nextStates
                ? new Route(endpoint, matcher.group(2), matcher.group(1))
                : new Route(Endpoint.OTHER, null, null);
    }
}
