package io.jenkins.plugins.servicenowgate.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs the simulator by itself, to try the plugin out by hand and to measure it. */
public final class SimulatorMain {
    private static final String USAGE = """
        Usage: bin/simulator [--port N] [--latency MILLISECONDS] [--changes N]
          --port      8081 unless given; 0 chooses a free port
          --latency   how long each request of a client takes at least; 0 unless given
          --changes   how many open changes there are at the start, titled
                      Jenkins: Deploy "project-0" version 1 to "Production", and so on; 0 unless given
        With what clients sign in, by environment variables:
          SIMULATOR_CLIENT_ID      %s unless set
          SIMULATOR_CLIENT_SECRET  %s unless set
          SIMULATOR_USER           %s unless set
          SIMULATOR_PASSWORD       %s unless set\
        """.formatted(
                    ServiceNowSimulator.CLIENT_ID,
                    ServiceNowSimulator.CLIENT_SECRET,
                    ServiceNowSimulator.USER_NAME,
                    ServiceNowSimulator.PASSWORD);

    private SimulatorMain() {}

    /**
     * How to start.
     *
     * @param port 0 for a free one
     * @param latency of each request
     * @param changes how many there are at the start
     */
    record Settings(int port, Duration latency, int changes) {
        static final Settings DEFAULT = new Settings(8081, Duration.ZERO, 0);

        static Settings read(String[] arguments) {
            Settings settings = DEFAULT;
            if (arguments.length % 2 != 0) {
                throw new IllegalArgumentException(USAGE);
            }
            for (int i = 0; i < arguments.length; i += 2) {
                settings = settings.with(arguments[i], Integer.parseInt(arguments[i + 1]));
            }
            return settings;
        }

        private Settings with(String option, int value) {
            int most = option.equals("--port") ? 65535 : 1_000_000;
            if (value < 0 || value > most) {
                throw new IllegalArgumentException(USAGE);
            }
            return switch (option) {
                case "--port" -> new Settings(value, latency, changes);
                case "--latency" -> new Settings(port, Duration.ofMillis(value), changes);
                case "--changes" -> new Settings(port, latency, value);
                default -> throw new IllegalArgumentException(USAGE);
            };
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        if (List.of(arguments).contains("--help")) {
            System.out.println(USAGE);
            return;
        }
        Settings settings;
        try {
            settings = Settings.read(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(USAGE);
            System.exit(2);
            return;
        }
        ServiceNowSimulator simulator = start(settings, System.getenv());
        Runtime.getRuntime().addShutdownHook(new Thread(simulator::close));
        System.out.println(
                "ServiceNow simulator: " + simulator.baseUrl() + " (page: " + simulator.baseUrl() + "/simulator)");
        Thread.currentThread().join();
    }

    static ServiceNowSimulator start(Settings settings, Map<String, String> environment) {
        ServiceNowSimulator simulator = ServiceNowSimulator.builder()
                .port(settings.port())
                .credentials(
                        environment.getOrDefault("SIMULATOR_CLIENT_ID", ServiceNowSimulator.CLIENT_ID),
                        environment.getOrDefault("SIMULATOR_CLIENT_SECRET", ServiceNowSimulator.CLIENT_SECRET),
                        environment.getOrDefault("SIMULATOR_USER", ServiceNowSimulator.USER_NAME),
                        environment.getOrDefault("SIMULATOR_PASSWORD", ServiceNowSimulator.PASSWORD))
                .start();
        simulator.behaviour().latency(settings.latency());
        for (int i = 0; i < settings.changes(); i++) {
            simulator.addChange(
                    Map.of("short_description", "Jenkins: Deploy \"project-" + i + "\" version 1 to \"Production\""));
        }
        return simulator;
    }
}
