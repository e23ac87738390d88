package io.jenkins.plugins.servicenowgate.rehearsal;

import java.util.List;
import java.util.Map;

/** The command line of the rehearsal. Secrets are never arguments: other users of a machine can read those. */
record Options(Map<String, String> values, boolean yes) {
    static final String USAGE = """
            Rehearses a ServiceNow gate in the terminal, without Jenkins.
              bin/demo                          with Jenkins; as --terminal where Jenkins' artifacts can't be had
              bin/demo --terminal               against the built-in simulator; ends by itself, or with Ctrl-C
              bin/demo --base-url URL --client-id ID [--user NAME] [options]   against a real instance

              --project NAME        default: rehearsal
              --version TEXT        default: 1.0.1
              --environment NAME    default: Production
              --title-prefix TEXT   default: Jenkins
              --number CHG…         go by this change alone; nothing is created then
              --after STATE         review or close: move the change there after the deployment, with its times;
                                    default: nothing, with the simulator close
              --tasks close         also close open tasks of the change; default with the simulator
              --poll SECONDS        default: 10; with the simulator 2
              --yes                 don't ask before beginning

            The client secret is taken from SERVICENOW_CLIENT_SECRET, the user's password from SERVICENOW_PASSWORD;
            where they are not set they are asked for. Without --user the client-credentials grant is used.
            Ports: SIMULATOR_PORT (8081, any free one with --terminal) and JENKINS_PORT (8080).\
            """;

    private static final List<String> NAMES = List.of(
            "base-url",
            "client-id",
            "user",
            "project",
            "version",
            "environment",
            "title-prefix",
            "number",
            "poll",
            "after",
            "tasks");

    /**
     * @throws IllegalArgumentException with one sentence about the argument that can't be used
     */
    static Options parse(String... arguments) {
        Arguments given = Arguments.parse(NAMES, List.of("yes", "terminal"), arguments);
        Map<String, String> values = given.values();
        if (values.containsKey("base-url") && !values.containsKey("client-id")) {
            throw new IllegalArgumentException("With --base-url goes --client-id");
        }
        if (values.containsKey("number") && !values.containsKey("base-url")) {
            throw new IllegalArgumentException("With --number goes --base-url: the simulator starts without a change");
        }
        if (!List.of("", "review", "close").contains(values.getOrDefault("after", ""))) {
            throw new IllegalArgumentException("--after is review or close");
        }
        if (!List.of("", "close").contains(values.getOrDefault("tasks", ""))) {
            throw new IllegalArgumentException("--tasks is close");
        }
        if (values.containsKey("after") && values.containsKey("number")) {
            throw new IllegalArgumentException("A change that is given by --number is never moved: leave --after out");
        }
        return new Options(values, given.has("yes"));
    }

    /** To which state the change is moved after the deployment; empty for none. */
    String after() {
        return get("after", isSimulated() ? "close" : "");
    }

    boolean closesTasks() {
        return get("tasks", isSimulated() ? "close" : "").equals("close");
    }

    /** A whole number of seconds, at least 1. */
    int poll(int otherwise) {
        try {
            int seconds = Integer.parseInt(get("poll", String.valueOf(otherwise)));
            if (seconds > 0) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new IllegalArgumentException("--poll is a number of seconds, 1 or more");
    }

    String get(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    boolean isSimulated() {
        return !values.containsKey("base-url");
    }
}
