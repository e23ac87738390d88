package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.InvisibleAction;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.freestyle.QueueItemStore;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * The controller is killed while it changes something in ServiceNow. After its restart the deployment ends as if nothing
 * had happened: one change, each note once, the right state. Each test has a controller of its own, which it kills. The
 * profile {@code nightly} tests each act at each moment, the normal build a selection with each act and each moment.
 */
class KilledControllerTest {
    private static final String TEMPLATE = "Deploy shop";

    @RegisterExtension
    private final RealJenkinsExtension controller = ControlledJenkins.withRequiredPlugins()
            .javaOptions("-D" + ConnectionRuntimes.class.getName() + ".settleSeconds=4");

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    private ServiceNowSimulator simulator;

    @BeforeEach
    void start() {
        simulator = ServiceNowSimulator.start();
        simulator.behaviour().journalShown(true);
        simulator.addTemplate(TEMPLATE, true, Map.of());
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private static Predicate<Map<String, String>> act(String name) {
        return switch (name) {
            case "create" -> fields -> fields.containsKey("short_description");
            case "schedule" -> fields -> "-2".equals(fields.get("state"));
            case "implement" -> fields -> "-1".equals(fields.get("state"));
            case "review" -> fields -> "0".equals(fields.get("state"));
            case "close" -> fields -> "3".equals(fields.get("state"));
            case "replan" -> fields -> fields.containsKey("start_date") && !fields.containsKey("short_description");
            case "cancel" -> fields -> "4".equals(fields.get("state"));
            case "waits" -> fields -> fields.getOrDefault("work_notes", "").contains("waits");
            case "started" -> fields -> fields.getOrDefault("work_notes", "").contains("\" started.");
            case "ended" -> fields -> fields.getOrDefault("work_notes", "").contains("\" ended: ");
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** When the controller is killed. */
    enum KillPoint {
        /** The request has arrived and is not carried out. */
        BEFORE,
        /** It is carried out, and not answered. */
        UNANSWERED,
        /** It is answered, and what follows from that is not stored. */
        UNSAVED
    }

    static Stream<Arguments> pipelineActs() {
        return Boolean.getBoolean("nightly")
                ? all("create", "schedule", "implement", "started", "ended", "review", "close")
                : Stream.of(
                        Arguments.of("create", KillPoint.UNANSWERED),
                        Arguments.of("implement", KillPoint.UNSAVED),
                        Arguments.of("close", KillPoint.BEFORE));
    }

    static Stream<Arguments> queueActs() {
        return Boolean.getBoolean("nightly")
                ? all("create", "waits", "started", "ended")
                : Stream.of(Arguments.of("started", KillPoint.UNSAVED));
    }

    private static Stream<Arguments> all(String... acts) {
        return Stream.of(acts).flatMap(act -> Stream.of(KillPoint.values()).map(moment -> Arguments.of(act, moment)));
    }

    /** Kills the controller at that moment of that act, and starts it again. */
    private void killDuring(String act, KillPoint moment) throws Throwable {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch killed = new CountDownLatch(1);
        Predicate<Map<String, String>> chosen = act(act);
        simulator.behaviour().businessRule("killed", 500, fields -> {
            if (!chosen.test(fields) || arrived.getCount() == 0) {
                return false;
            }
            if (moment == KillPoint.UNSAVED) {
                stall().mkdir();
                arrived.countDown();
                return false;
            }
            arrived.countDown();
            try {
                killed.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return moment == KillPoint.BEFORE;
        });
        assertThat(arrived.await(60, TimeUnit.SECONDS))
                .as("the act was reached")
                .isTrue();
        if (moment == KillPoint.UNSAVED) {
            await().atMost(Duration.ofSeconds(60)).until(() -> new File(stall(), Stalling.REACHED).exists());
        }
        controller.stopJenkinsForcibly();
        killed.countDown();
        new File(stall(), Stalling.REACHED).delete();
        stall().delete();
        controller.startJenkins();
    }

    private File stall() {
        return new File(controller.getHome(), Stalling.DIRECTORY);
    }

    @ParameterizedTest
    @MethodSource("pipelineActs")
    void aPipelineEndsAsIfNothingHadHappened(String act, KillPoint moment) throws Throwable {
        controller.startJenkins();
        boolean closes = act.equals("close");
        controller.runRemotely(KilledControllerTest::begin, simulator.baseUrl(), closes ? "close" : "true");
        killDuring(act, moment);

        await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            assertThat(simulator.changes()).hasSize(1);
            assertThat(simulator.changes().get(0).state())
                    .isEqualTo(Optional.of(closes ? SimulatedState.CLOSED : SimulatedState.REVIEW));
            assertNothingIsOpen();
        });
        SimulatedChange change = simulator.changes().get(0);
        assertThat(change.workNotes()).hasSize(2);
        assertThat(change.workNotes().get(0)).contains("\" started.");
        assertThat(change.workNotes().get(1)).contains("\" ended: successful");
        controller.stopJenkins();
    }

    static Stream<Arguments> abandonedActs() {
        return Boolean.getBoolean("nightly") ? all("cancel") : Stream.of(Arguments.of("cancel", KillPoint.UNANSWERED));
    }

    @ParameterizedTest
    @MethodSource("abandonedActs")
    void anAbandonedChangeIsCanceledAsIfNothingHadHappened(String act, KillPoint moment) throws Throwable {
        controller.startJenkins();
        controller.runRemotely(KilledControllerTest::beginToTimeOut, simulator.baseUrl());
        killDuring(act, moment);

        await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            assertThat(simulator.changes()).hasSize(1);
            assertThat(simulator.changes().get(0).state()).contains(SimulatedState.CANCELED);
            assertNothingIsOpen();
        });
        assertThat(simulator.changes().get(0).workNotes()).hasSize(2);
        assertThat(simulator.changes().get(0).get("reason")).contains("did not take place");
        controller.stopJenkins();
    }

    static Stream<Arguments> windowActs() {
        return Boolean.getBoolean("nightly")
                ? Stream.of(Arguments.of("replan", KillPoint.BEFORE), Arguments.of("replan", KillPoint.UNANSWERED))
                : Stream.of(Arguments.of("replan", KillPoint.UNANSWERED));
    }

    /** The clock of the instance says that the window is about to begin. */
    @ParameterizedTest
    @MethodSource("windowActs")
    void aPlannedWindowIsMovedOnAsIfNothingHadHappened(String act, KillPoint moment) throws Throwable {
        controller.startJenkins();
        String start = LocalTime.now(ZoneOffset.UTC)
                .plusHours(3)
                .withSecond(0)
                .withNano(0)
                .toString();
        controller.runRemotely(KilledControllerTest::beginInWindow, simulator.baseUrl(), start);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> simulator.changes().size() == 1
                        && simulator.changes().get(0).workNotes().size() == 1);
        SimulatedChange change = simulator.changes().get(0);
        Instant second = change.instant("start_date").orElseThrow().plus(Duration.ofDays(1));
        simulator
                .behaviour()
                .dateSkew(Duration.between(Instant.now(), second.minus(Duration.ofDays(1)))
                        .minusSeconds(40));
        killDuring(act, moment);
        await().atMost(Duration.ofSeconds(120))
                .until(() -> change.instant("start_date").equals(Optional.of(second)));
        // An approval before the gate has seen the new window again would be refused.
        int polls = simulator.requests().count(Endpoint.LIST);
        await().atMost(Duration.ofSeconds(60)).until(() -> simulator.requests().count(Endpoint.LIST) > polls + 2);
        simulator.behaviour().dateSkew(Duration.between(Instant.now(), second).plusSeconds(5));
        simulator.people().approve(change.number());

        await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            assertThat(change.workNotes()).hasSize(3);
            assertNothingIsOpen();
        });
        assertThat(change.instant("start_date")).as("approved").contains(second);
        assertThat(change.workNotes().get(2)).contains("\" ended: successful");
        assertThat(simulator.changes()).hasSize(1);
        controller.stopJenkins();
    }

    private void assertNothingIsOpen() {
        assertThat(new File(controller.getHome(), "servicenow-gate/open-deployments").list())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("queueActs")
    void anItemOfTheQueueEndsAsIfNothingHadHappened(String act, KillPoint moment) throws Throwable {
        controller.startJenkins();
        controller.runRemotely(KilledControllerTest::queue, simulator.baseUrl());
        boolean before = act.equals("create") || act.equals("waits");
        if (!before) {
            startAnAgent();
            approveOnceThereIsOne();
        }
        killDuring(act, moment);
        if (before) {
            startAnAgent();
            approveOnceThereIsOne();
        }

        await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            assertThat(simulator.changes()).hasSize(1);
            assertThat(simulator.changes().get(0).workNotes()).hasSize(3);
            assertNothingIsOpen();
        });
        List<String> notes = simulator.changes().get(0).workNotes();
        assertThat(notes.get(0)).contains("waits");
        assertThat(notes.get(1)).contains("\" started.");
        assertThat(notes.get(2)).contains("\" ended: ");
        controller.stopJenkins();
    }

    private void startAnAgent() throws Throwable {
        agents.createAgent(
                controller,
                InboundAgentExtension.Options.newBuilder()
                        .name("worker")
                        .webSocket()
                        .build());
    }

    private void approveOnceThereIsOne() {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> simulator.changes().size() == 1
                        && simulator.changes().get(0).workNotes().size() == 1);
        simulator.people().approve(simulator.changes().get(0).number());
    }

    private static void begin(JenkinsRule jenkins, String baseUrl, String transition) throws Throwable {
        configure(jenkins, baseUrl);
        Environment production = ControlledJenkins.environment("Production", true);
        production.setStandardChangeTemplate(TEMPLATE);
        production.setAutomaticTransition(transition);
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        ControlledJenkins.controlledJob(
                        jenkins,
                        "shop",
                        "serviceNowDeployment(environment: 'Production', version: '1') { echo 'DEPLOYED' }")
                .scheduleBuild2(0, new Stalling());
    }

    private static void beginToTimeOut(JenkinsRule jenkins, String baseUrl) throws Throwable {
        configure(jenkins, baseUrl);
        Environment production = ControlledJenkins.environment("Production", true);
        production.setAbandonedChange("cancel");
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        ControlledJenkins.controlledJob(
                        jenkins,
                        "shop",
                        "timeout(time: 10, unit: 'SECONDS') {"
                                + " serviceNowDeployment(environment: 'Production', version: '1') { echo 'DEPLOYED' } }")
                .scheduleBuild2(0, new Stalling());
    }

    private static void beginInWindow(JenkinsRule jenkins, String baseUrl, String start) throws Throwable {
        configure(jenkins, baseUrl);
        ControlledJenkins.controlledJob(
                        jenkins,
                        "shop",
                        "serviceNowDeployment(environment: 'Production', version: '1', window: [start: '" + start
                                + "', hours: 2, zone: 'UTC']) { echo 'DEPLOYED' }")
                .scheduleBuild2(0, new Stalling());
    }

    private static void queue(JenkinsRule jenkins, String baseUrl) throws Throwable {
        configure(jenkins, baseUrl);
        QueueItemStore.setBeforeWritingForTests(Stalling::stall);
        ControlledJenkins.queuedJob(jenkins, "shop", "1").scheduleBuild2(0, new Stalling());
    }

    private static void configure(JenkinsRule jenkins, String baseUrl) throws Exception {
        SecuredJenkins.secureForRestarts(jenkins.jenkins);
        ControlledJenkins.configure(baseUrl);
        ServiceNowGateConfiguration.get().setPollIntervalSeconds(10);
        ServiceNowGateConfiguration.get().setShortestPollIntervalSeconds(5);
    }

    /** Stored with the build or the item; whoever stores it stops there for as long as the directory is there. */
    public static final class Stalling extends InvisibleAction implements Serializable {
        static final String DIRECTORY = "stall";
        static final String REACHED = "reached";
        private static final long serialVersionUID = 1L;

        private Object writeReplace() {
            stall();
            return this;
        }

        static void stall() {
            File directory = new File(Jenkins.get().getRootDir(), DIRECTORY);
            if (directory.isDirectory()) {
                try {
                    new File(directory, REACHED).createNewFile();
                    new CountDownLatch(1).await();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
