package io.jenkins.plugins.servicenowgate.benchmark;

import io.jenkins.plugins.servicenowgate.benchmark.Measurement.Line;
import io.jenkins.plugins.servicenowgate.simulator.SimulatorMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Measures three ways of waiting with 100, 1,000 and 10,000 gates, prints the table and checks the promised bounds. */
public final class BenchmarkMain {
    private static final List<Integer> GATES = List.of(100, 1000, 10000);
    private static final int LATENCY_MILLISECONDS = 5;
    private static final int HEAP_BOUND = 2048;
    private static final String EXCEEDED = "EXCEEDED";

    private BenchmarkMain() {}

    public static void main(String[] arguments) throws Exception {
        List<Integer> sizes = arguments.length == 0
                ? GATES
                : Arrays.stream(arguments).map(Integer::valueOf).toList();
        List<Line> lines = new ArrayList<>();
        for (int gates : sizes) {
            for (String way : List.of(Measurement.WATCHER, Measurement.POLLERS, Measurement.SLEEPERS)) {
                Line line = measure(way, gates);
                System.err.println(line);
                lines.add(line);
            }
        }
        System.out.println(table(lines));
        List<String> bounds = bounds(lines);
        bounds.forEach(System.out::println);
        System.exit(bounds.stream().noneMatch(bound -> bound.startsWith(EXCEEDED)) ? 0 : 1);
    }

    private static Line measure(String way, int gates) throws IOException, InterruptedException {
        Process simulator = java(
                SimulatorMain.class,
                "--port",
                "0",
                "--latency",
                String.valueOf(LATENCY_MILLISECONDS),
                "--changes",
                String.valueOf(gates));
        try (BufferedReader says = output(simulator)) {
            String baseUrl = says.readLine().replaceAll("^ServiceNow simulator: (\\S+) .*$", "$1");
            Process measurement = java(Measurement.class, way, String.valueOf(gates), baseUrl);
            try (BufferedReader measured = output(measurement)) {
                String line = measured.lines()
                        .filter(text -> text.startsWith(Measurement.PREFIX))
                        .findFirst()
                        .orElseThrow(() -> new IOException("the measurement ended without a result"));
                return Line.parse(line);
            } finally {
                measurement.destroy();
                measurement.waitFor();
            }
        } finally {
            simulator.destroy();
            simulator.waitFor();
        }
    }

    private static Process java(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx2g",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static String table(List<Line> lines) {
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                Locale.ROOT,
                "%s, Java %s, %d processors, %s %s%n%n",
                LocalDate.now(ZoneOffset.UTC),
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch")));
        table.append(
                "| gates | way | requests/min | heap a gate (bytes) | threads | processor (s/min) |"
                        + " requests in the first minute after a restart | approval to release, median (s) | 99th percentile (s) |\n");
        table.append("|---:|---|---:|---:|---:|---:|---:|---:|---:|\n");
        for (Line line : lines) {
            table.append(String.format(
                    Locale.ROOT,
                    "| %,d | %s | %,d | %s | %,d | %.2f | %,d | %s | %s |%n",
                    line.gates(),
                    line.way(),
                    line.requestsPerMinute(),
                    // With few gates the heap of all else varies by more than they need.
                    line.heapPerGate() <= 0 ? "too few to tell" : String.format(Locale.ROOT, "%,d", line.heapPerGate()),
                    line.threads(),
                    line.cpuSecondsPerMinute(),
                    line.restartRequests(),
                    seconds(line.medianMilliseconds()),
                    seconds(line.slowMilliseconds())));
        }
        return table.toString();
    }

    private static String seconds(long milliseconds) {
        return milliseconds < 0 ? "" : String.format(Locale.ROOT, "%.1f", milliseconds / 1000.0);
    }

    /** A line for each bound of this plugin's way. */
    private static List<String> bounds(List<Line> lines) {
        List<String> bounds = new ArrayList<>();
        List<Line> ours = lines.stream()
                .filter(line -> line.way().equals(Measurement.WATCHER))
                .toList();
        for (Line line : ours) {
            // One round more fits into a minute whose ends both fall into one.
            long requests = (60 / Waiters.INTERVAL.toSeconds() + 1) * ((line.gates() + 99) / 100);
            bounds.add(bound(line, "requests/min", line.requestsPerMinute(), requests));
            bounds.add(bound(line, "bytes of heap per gate", line.heapPerGate(), HEAP_BOUND));
            bounds.add(bound(line, "threads", line.threads(), ours.get(0).threads()));
            bounds.add(bound(
                    line,
                    "approval to release, 99 % (ms)",
                    line.slowMilliseconds(),
                    Waiters.INTERVAL.toMillis() + 1000));
        }
        return bounds;
    }

    private static String bound(Line line, String what, long measured, long bound) {
        return String.format(
                Locale.ROOT,
                "%s: %,d gates, %s: %,d, bound %,d",
                measured <= bound ? "OK" : EXCEEDED,
                line.gates(),
                what,
                measured,
                bound);
    }
}
