package io.jenkins.plugins.servicenowgate.simulator;

import java.util.Map;

/** Runs the simulator by itself, to try the plugin out by hand. */
public final class SimulatorMain {
    private static final int DEFAULT_PORT = 8081;
    private static final String USAGE = """
        Usage: SimulatorMain [--port N]     (8081; 0 chooses a free port)
        Environment: SIMULATOR_CLIENT_ID, SIMULATOR_CLIENT_SECRET, SIMULATOR_USER, SIMULATOR_PASSWORD\
        """;

    private SimulatorMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        int port;
        try {
            port = port(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(USAGE);
            System.exit(2);
            return;
        }
        ServiceNowSimulator simulator = start(port, System.getenv());
        Runtime.getRuntime().addShutdownHook(new Thread(simulator::close));
        System.out.println(
                "ServiceNow simulator: " + simulator.baseUrl() + " (page: " + simulator.baseUrl() + "/simulator)");
        Thread.currentThread().join();
    }

    static int port(String[] arguments) {
        if (arguments.length == 0) {
            return DEFAULT_PORT;
        }
        if (arguments.length != 2 || !arguments[0].equals("--port")) {
            throw new IllegalArgumentException(USAGE);
        }
        int port = Integer.parseInt(arguments[1]);
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(USAGE);
        }
        return port;
    }

    static ServiceNowSimulator start(int port, Map<String, String> environment) {
        return ServiceNowSimulator.builder()
                .port(port)
                .credentials(
                        environment.getOrDefault("SIMULATOR_CLIENT_ID", ServiceNowSimulator.CLIENT_ID),
                        environment.getOrDefault("SIMULATOR_CLIENT_SECRET", ServiceNowSimulator.CLIENT_SECRET),
                        environment.getOrDefault("SIMULATOR_USER", ServiceNowSimulator.USER_NAME),
                        environment.getOrDefault("SIMULATOR_PASSWORD", ServiceNowSimulator.PASSWORD))
                .start();
    }
}
