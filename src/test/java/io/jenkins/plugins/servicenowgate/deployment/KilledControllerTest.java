package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * The controller is killed while it changes something in ServiceNow: when the request has arrived but is not carried
 * out, or is carried out but not answered. After its restart the deployment ends as if nothing had happened.
 */
class KilledControllerTest {
    private static final String TEMPLATE = "Deploy shop";

    @RegisterExtension
    private final RealJenkinsExtension controller =
            new RealJenkinsExtension().javaOptions("-D" + GateService.class.getName() + ".settleSeconds=4");

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
            default -> fields -> fields.getOrDefault("work_notes", "").contains(name);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "create,false", "create,true",
        "schedule,false", "schedule,true",
        "implement,false", "implement,true",
        "started,false", "started,true",
        "ended,false", "ended,true",
        "review,false", "review,true"
    })
    void endsAsIfNothingHadHappened(String act, boolean carriedOut) throws Throwable {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch killed = new CountDownLatch(1);
        Predicate<Map<String, String>> chosen = act(act);
        simulator.behaviour().businessRule("killed", 500, fields -> {
            if (!chosen.test(fields) || arrived.getCount() == 0) {
                return false;
            }
            arrived.countDown();
            try {
                killed.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return !carriedOut;
        });
        controller.startJenkins();
        controller.runRemotely(KilledControllerTest::begin, simulator.baseUrl());
        assertThat(arrived.await(60, TimeUnit.SECONDS))
                .as("the act was reached")
                .isTrue();
        controller.stopJenkinsForcibly();
        killed.countDown();

        controller.startJenkins();
        await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            assertThat(simulator.changes()).hasSize(1);
            assertThat(simulator.changes().get(0).state()).isEqualTo(Optional.of(SimulatedState.REVIEW));
            assertThat(new File(controller.getHome(), "servicenow-gate/open-deployments").list())
                    .isEmpty();
        });
        SimulatedChange change = simulator.changes().get(0);
        assertThat(change.workNotes()).hasSize(2);
        assertThat(change.workNotes().get(0)).contains("\" started.");
        assertThat(change.workNotes().get(1)).contains("\" ended: successful");
        controller.stopJenkins();
    }

    private static void begin(JenkinsRule jenkins, String baseUrl) throws Throwable {
        ControlledJenkins.configure(baseUrl);
        Environment production = ControlledJenkins.environment("Production", true);
        production.setStandardChangeTemplate(TEMPLATE);
        production.setAutomaticTransition("true");
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        ServiceNowGateConfiguration.get().setPollIntervalSeconds(10);
        ControlledJenkins.controlledJob(
                        jenkins,
                        "shop",
                        "serviceNowDeployment(environment: 'Production', version: '1') { echo 'DEPLOYED' }")
                .scheduleBuild2(0);
    }
}
