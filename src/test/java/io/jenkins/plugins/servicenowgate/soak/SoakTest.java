package io.jenkins.plugins.servicenowgate.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.soak.PlannedDeployment.Fate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * Deployments of all kinds wait in a secured Jenkins that is restarted again and again, for an instance of which a share of
 * the answers is wrong. Each ends as its change says, no change is created twice, each note is written once, and the log
 * says why whenever it warns. {@code bin/verify --nightly soak} runs it for an hour; {@code -Dsoak.seconds=50} alone makes it
 * short, but what has no valid answer is still waited for, some minutes in all. Without a length it does not run.
 */
@EnabledIfSystemProperty(named = "soak.seconds", matches = "\\d+", disabledReason = "takes minutes, or the time given")
@Timeout(value = 2, unit = TimeUnit.HOURS)
class SoakTest {
    private static final long SEED = Long.getLong("soak.seed", 20261129);
    private static final int SECONDS = Integer.getInteger("soak.seconds", 50);
    private static final int DEPLOYMENTS = Integer.getInteger("soak.deployments", 24);
    private static final int RESTART_SECONDS = Integer.getInteger("soak.restartSeconds", 30);
    private static final double SHARE = Integer.getInteger("soak.percent", 5) / 100.0;
    /** Of what is repeated and waited for at the end. */
    private static final Duration LAST_WAIT = Duration.ofMinutes(25);

    private static final Path DIRECTORY = Path.of("target/soak").toAbsolutePath();

    private final SoakLog log = new SoakLog(DIRECTORY);

    @RegisterExtension
    private final RealJenkinsExtension controller;

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    private final List<PlannedDeployment> plan = PlannedDeployment.plan(SEED, DEPLOYMENTS, SECONDS * 1000L);
    private final List<PlannedDeployment> toStart = new ArrayList<>(plan);
    private final List<PlannedDeployment> toAbort = new ArrayList<>(
            plan.stream().filter(planned -> planned.fate() == Fate.ABORTED).toList());
    private final List<Instant> restarts = new ArrayList<>();
    private final int plannedRestarts = (SECONDS - 1) / RESTART_SECONDS;

    private ServiceNowSimulator simulator;
    private SoakApprovers people;
    private HashMap<Integer, String> numbers;
    private Instant began;
    private long lastLook;

    SoakTest() throws IOException {
        Files.createDirectories(DIRECTORY);
        log.delete();
        controller = ControlledJenkins.inItsOwnProcess()
                .withTimeout(SECONDS + (int) LAST_WAIT.toSeconds() + 600)
                .javaOptions(log.javaOptions());
    }

    @Test
    void eachDeploymentEndsAsItsChangeSays() throws Throwable {
        try (ServiceNowSimulator started = ServiceNowSimulator.start()) {
            simulator = started;
            simulator.requests().keep(0);
            simulator.behaviour().journalShown(true).latency(Duration.ofMillis(20));
            simulator.addTemplate(SoakedController.TEMPLATE, true, Map.of());
            people = new SoakApprovers(simulator);
            numbers = people.prepare(plan);
            controller.startJenkins();
            controller.runRemotely(SoakedController::setUp, simulator.baseUrl());
            agents.createAgent(
                    controller,
                    InboundAgentExtension.Options.newBuilder()
                            .name(SoakedController.AGENT)
                            .webSocket()
                            .build());
            controller.runRemotely(SoakedController::widenAgent);
            simulator.faults().atRandom(SEED, SHARE, SoakFaults.ALL);
            began = Instant.now();
            soak();
            List<String> problems = judge();
            controller.stopJenkins();
            assertThat(problems).as("see " + DIRECTORY).isEmpty();
        }
    }

    private void soak() {
        try {
            await().pollInSameThread()
                    .pollInterval(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(SECONDS).plus(LAST_WAIT))
                    .until(this::isOver);
        } catch (ConditionTimeoutException e) {
            // What has not ended shows in the report.
        }
    }

    private long elapsed() {
        return Duration.between(began, Instant.now()).toMillis();
    }

    /** Does what is due. */
    private boolean isOver() throws Exception {
        try {
            long now = elapsed();
            startDue(now);
            people.act(plan, now);
            abortDue(now);
            if (restarts.size() < plannedRestarts && now > (restarts.size() + 1) * RESTART_SECONDS * 1000L) {
                restart();
            }
            return toStart.isEmpty()
                    && toAbort.isEmpty()
                    && restarts.size() == plannedRestarts
                    && isTimeToLook(now)
                    && controller.runRemotely(SoakedController::open) == 0;
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isTimeToLook(long now) {
        boolean due = now - lastLook > 5000;
        lastLook = due ? now : lastLook;
        return due;
    }

    private void startDue(long now) throws Throwable {
        ArrayList<PlannedDeployment> due = new ArrayList<>(
                toStart.stream().filter(planned -> planned.start() <= now).toList());
        if (!due.isEmpty()) {
            controller.runRemotely(SoakedController::start, due, numbers);
            toStart.removeAll(due);
        }
    }

    private void abortDue(long now) throws Throwable {
        for (PlannedDeployment planned : List.copyOf(toAbort)) {
            if (planned.act() <= now && controller.runRemotely(SoakedController::abort, planned)) {
                toAbort.remove(planned);
            }
        }
    }

    /** People go on while Jenkins is down. */
    private void restart() throws Exception {
        Instant at = Instant.now();
        controller.stopJenkins();
        people.act(plan, elapsed() + 20_000);
        controller.startJenkins();
        restarts.add(at);
    }

    private List<String> judge() throws Throwable {
        Duration took = Duration.between(began, Instant.now());
        Map<String, List<SeenBuild>> seen = controller.runRemotely(SoakedController::results).stream()
                .collect(Collectors.groupingBy(SeenBuild::version));
        SoakVerdict verdict = new SoakVerdict(people, restarts);
        plan.forEach(planned -> verdict.judge(planned, seen.getOrDefault(planned.version(), List.of())));
        List<String> problems = new ArrayList<>(verdict.problems());
        int open = controller.runRemotely(SoakedController::open);
        if (open > 0) {
            problems.add(open + " builds, queue items or stored deployments are open at the end");
        }
        List<SoakLog.Entry> entries = log.entries();
        entries.stream()
                .filter(entry ->
                        entry.isOurs() && (!entry.namesCause() || entry.level().equals("SEVERE")))
                .forEach(entry -> problems.add("Log entry: " + entry));
        String report = new SoakReport()
                .begin(SEED, began, took, DEPLOYMENTS, restarts.size(), SHARE)
                .outcomes("entry", verdict.outcomes())
                .outcomes("change", verdict.outcomesOfFates())
                .requests(simulator)
                .counts("why refused without a change", verdict.refusals())
                .counts("log entries above INFO", SoakLog.groups(entries))
                .problems(problems)
                .toString();
        Files.writeString(DIRECTORY.resolve("report.md"), report);
        System.out.println(report);
        for (PlannedDeployment planned : verdict.wrong()) {
            Files.writeString(
                    DIRECTORY.resolve("console-" + planned.version() + ".txt"),
                    planned + "\n" + controller.runRemotely(SoakedController::console, planned));
        }
        return problems;
    }
}
