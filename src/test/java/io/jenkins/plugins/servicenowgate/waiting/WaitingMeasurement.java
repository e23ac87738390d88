package io.jenkins.plugins.servicenowgate.waiting;

import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** Measures one way of waiting in a controller of its own, which is restarted while all builds wait. */
final class WaitingMeasurement {
    static final int INTERVAL_SECONDS = 10;
    private static final int INTERVALS = Integer.getInteger("intervals", 6);
    private static final int APPROVALS = Integer.getInteger("approvals", 100);
    private static final Duration LONGEST = Duration.ofMinutes(20);
    private static final int MOST_REQUESTS = 100_000;
    /** What Jenkins writes while a build waits. */
    private static final List<String> WATCHED = List.of("jobs", "queue.xml", "servicenow-gate");

    private final Way way;
    private final int builds;
    private final RealJenkinsExtension controller;
    private final InboundAgentExtension agents;
    private final ServiceNowSimulator simulator;
    private final ArrayList<String> values;

    WaitingMeasurement(
            Way way,
            int builds,
            RealJenkinsExtension controller,
            InboundAgentExtension agents,
            ServiceNowSimulator simulator) {
        this.way = way;
        this.builds = builds;
        this.controller = controller;
        this.agents = agents;
        this.simulator = simulator;
        simulator.behaviour().latency(Duration.ofMillis(5)).journalShown(true);
        simulator.requests().keep(MOST_REQUESTS);
        // A pipeline that asks by itself is told the number; for the others it is a version.
        this.values = new ArrayList<>(IntStream.range(0, builds)
                .mapToObj(i -> way == Way.WAIT_UNTIL
                        ? simulator
                                .addChange(Map.of("short_description", "Release " + i))
                                .number()
                        : "1." + i)
                .toList());
    }

    WaitingFigures measure() throws Throwable {
        controller.startJenkins();
        controller.runRemotely(WaitingController::setUp, simulator.baseUrl(), INTERVAL_SECONDS);
        // The first build loads what every further one uses, too.
        startAndAwait(0, 1);
        long heap = usage(true).heap();
        linkAll();
        // Jenkins stores the queue up to a minute after it has changed.
        pause(7);

        simulator.requests().clear();
        WaitingController.Usage before = usage(false);
        Instant begin = Instant.now();
        pause(INTERVALS);
        WaitingController.Usage after = usage(false);
        double minutes = Duration.between(begin, Instant.now()).toMillis() / 60_000.0;
        long requests = simulator.requests().count();
        Set<String> changed = changedSince(begin);
        heap = usage(true).heap() - heap;

        long restartRequests = restart();
        long[] took = way.isReleased() ? release() : new long[] {-1};
        WaitingFigures figures = new WaitingFigures(
                way,
                builds,
                Math.round(requests / minutes),
                after.threads(),
                heap / (builds - 1),
                (after.processorNanos() - before.processorNanos()) / 1e9 / minutes,
                Math.round((after.written() - before.written()) / minutes),
                changed,
                restartRequests,
                took[took.length / 2],
                took[(int) Math.ceil(took.length * 0.99) - 1]);
        say(figures);
        controller.stopJenkinsForcibly();
        return figures;
    }

    static void say(Object text) {
        String.valueOf(text).lines().forEach(line -> System.out.println("MEASURED: " + line));
    }

    private WaitingController.Usage usage(boolean withHeap) throws Throwable {
        return controller.runRemotely(WaitingController::usage, withHeap);
    }

    private void linkAll() throws Throwable {
        int linked = Math.min(500, builds);
        WaitingController.Usage before = usage(false);
        startAndAwait(1, linked);
        WaitingController.Usage after = usage(false);
        if (way.isOurs()) {
            say(String.format(
                    "%s: linking %d: written %,d kB, processor %.1f s",
                    way.title(),
                    linked,
                    (after.written() - before.written()) / 1000,
                    (after.processorNanos() - before.processorNanos()) / 1e9));
        }
        if (way == Way.QUEUE && linked == 500) {
            say(WaitingFigures.line(
                    "linking 500 items, written (kB)", (after.written() - before.written()) / 1000, 20_000));
            say(WaitingFigures.line(
                    "linking 500 items, processor (ms)",
                    (after.processorNanos() - before.processorNanos()) / 1_000_000,
                    10_000));
        }
        startAndAwait(linked, builds);
    }

    private void startAndAwait(int from, int to) throws Throwable {
        controller.runRemotely(WaitingController::start, way, new ArrayList<>(values.subList(from, to)));
        await().atMost(LONGEST)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> (!way.isOurs() || isNoted(to))
                        && remotely(() -> controller.runRemotely(WaitingController::waiting, way)) >= to);
    }

    private interface Remote<T> {
        T run() throws Throwable;
    }

    private static <T> T remotely(Remote<T> action) throws Exception {
        try {
            return action.run();
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isNoted(int count) {
        List<SimulatedChange> changes = simulator.changes();
        return changes.size() == count
                && changes.stream().noneMatch(change -> change.workNotes().isEmpty());
    }

    private static void pause(int intervals) throws InterruptedException {
        TimeUnit.SECONDS.sleep((long) intervals * INTERVAL_SECONDS);
    }

    private Set<String> changedSince(Instant begin) throws IOException {
        Set<String> changed = new TreeSet<>();
        Path home = controller.getHome().toPath();
        for (String watched : WATCHED) {
            Path root = home.resolve(watched);
            if (Files.exists(root)) {
                try (Stream<Path> files = Files.walk(root)) {
                    files.filter(Files::isRegularFile)
                            .filter(file -> isChanged(file, begin))
                            .forEach(file -> changed.add(home.relativize(file).toString()));
                }
            }
        }
        return changed;
    }

    private static boolean isChanged(Path file, Instant begin) {
        try {
            return Files.getLastModifiedTime(file).toInstant().isAfter(begin);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many requests arrive in the minute after the first one. */
    private long restart() throws Throwable {
        controller.stopJenkins();
        simulator.requests().clear();
        controller.startJenkins();
        pause(8);
        List<RecordedRequest> requests = simulator.requests().all();
        return requests.stream()
                .filter(request ->
                        request.time().isBefore(requests.get(0).time().plusSeconds(60)))
                .count();
    }

    /** Approves some at odd times, spread over all; how long it took until each was released, sorted. */
    private long[] release() throws Throwable {
        if (way == Way.QUEUE) {
            agents.createAgent(
                    controller,
                    InboundAgentExtension.Options.newBuilder()
                            .name(WaitingController.AGENT)
                            .webSocket()
                            .build());
            controller.runRemotely(WaitingController::widenAgent);
        }
        Map<String, SimulatedChange> changes = new HashMap<>();
        for (SimulatedChange change : simulator.changes()) {
            changes.put(
                    way == Way.WAIT_UNTIL
                            ? change.number()
                            : change.get("short_description").replaceAll("^.* version (\\S+) to .*$", "$1"),
                    change);
        }
        int count = Math.min(APPROVALS, builds);
        Map<String, Long> approved = new HashMap<>();
        for (int i = 0; i < count; i++) {
            String value = values.get((int) ((long) i * builds / count));
            approved.put(value, System.currentTimeMillis());
            simulator.people().approve(changes.get(value).number());
            TimeUnit.MILLISECONDS.sleep(731);
        }
        await().atMost(LONGEST)
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> remotely(() -> controller.runRemotely(WaitingController::releases, way))
                                .size()
                        == count);
        Map<String, Long> released = controller.runRemotely(WaitingController::releases, way);
        long[] took = approved.entrySet().stream()
                .mapToLong(entry -> released.get(entry.getKey()) - entry.getValue())
                .toArray();
        Arrays.sort(took);
        return took;
    }
}
