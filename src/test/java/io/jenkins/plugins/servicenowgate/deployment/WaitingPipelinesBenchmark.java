package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * A thousand pipelines wait in a real Jenkins, which is restarted: all resume, none twice, without a burst. A
 * measurement, started by {@code bin/benchmark --jenkins}; no part of the tests.
 */
class WaitingPipelinesBenchmark {
    private static final int BUILDS = Integer.getInteger("builds", 1000);
    private static final int INTERVAL_SECONDS = 10;
    private static final Duration LONGEST = Duration.ofMinutes(15);

    @RegisterExtension
    private final RealJenkinsExtension controller =
            ControlledJenkins.inItsOwnProcess().withTimeout(3600);

    @Test
    void allResumeAfterARestart() throws Throwable {
        try (ServiceNowSimulator simulator = ServiceNowSimulator.start()) {
            simulator.behaviour().latency(Duration.ofMillis(5)).journalShown(true);
            controller.startJenkins();
            Instant begun = Instant.now();
            controller.runRemotely(WaitingPipelinesBenchmark::begin, simulator.baseUrl());
            await().atMost(LONGEST).pollInterval(Duration.ofSeconds(1)).until(() -> allNoted(simulator, 1));
            say("all %d wait %d s after the first build was started", BUILDS, secondsSince(begun));
            pause(3);

            simulator.requests().clear();
            pause(6);
            List<RecordedRequest> before = simulator.requests().all();
            say("before the restart: %d requests/min, most in one interval %d", before.size(), most(before));
            say("threads before: %d", controller.runRemotely(WaitingPipelinesBenchmark::threads));

            controller.stopJenkins();
            simulator.requests().clear();
            Instant restarted = Instant.now();
            controller.startJenkins();
            say("Jenkins is up %d s after its start", secondsSince(restarted));
            pause(12);
            List<RecordedRequest> after = simulator.requests().all();
            Instant first = after.get(0).time();
            List<RecordedRequest> firstMinute = after.stream()
                    .filter(request -> request.time().isBefore(first.plusSeconds(60)))
                    .toList();
            say(
                    "after the restart: %d requests in the first minute, most in one interval %d",
                    firstMinute.size(), most(after));
            say("threads after: %d", controller.runRemotely(WaitingPipelinesBenchmark::threads));
            assertThat(simulator.changes()).as("none twice").hasSize(BUILDS);

            Instant approved = Instant.now();
            for (SimulatedChange change : simulator.changes()) {
                simulator.people().approve(change.number());
            }
            controller.runRemotely(WaitingPipelinesBenchmark::awaitAllEnded);
            say("all %d ended %d s after the last approval", BUILDS, secondsSince(approved));
            controller.runRemotely(WaitingPipelinesBenchmark::assertEachWentOnce);
            await().atMost(LONGEST).until(() -> allNoted(simulator, 3));
            assertThat(simulator.changes())
                    .allSatisfy(change -> assertThat(change.workNotes()).hasSize(3));
            controller.stopJenkins();
        }
    }

    private static boolean allNoted(ServiceNowSimulator simulator, int notes) {
        return simulator.changes().size() == BUILDS
                && simulator.changes().stream()
                        .allMatch(change -> change.workNotes().size() >= notes);
    }

    private static void pause(int intervals) throws InterruptedException {
        TimeUnit.SECONDS.sleep((long) intervals * INTERVAL_SECONDS);
    }

    /** The most requests in any span as long as an interval. */
    private static long most(List<RecordedRequest> requests) {
        return requests.stream()
                .mapToLong(first -> requests.stream()
                        .filter(other -> !other.time().isBefore(first.time())
                                && other.time().isBefore(first.time().plusSeconds(INTERVAL_SECONDS)))
                        .count())
                .max()
                .orElse(0);
    }

    private static long secondsSince(Instant start) {
        return Duration.between(start, Instant.now()).toSeconds();
    }

    private static void say(String text, Object... values) {
        System.out.println("MEASURED: " + String.format(text, values));
    }

    private static void begin(JenkinsRule jenkins, String baseUrl) throws Throwable {
        SecuredJenkins.secureForRestarts(jenkins.jenkins);
        ControlledJenkins.configure(baseUrl);
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        configuration.setPollIntervalSeconds(INTERVAL_SECONDS);
        configuration.setShortestPollIntervalSeconds(INTERVAL_SECONDS);
        WorkflowJob job = ControlledJenkins.controlledJob(
                jenkins, "many", "serviceNowGate(environment: 'Production', version: params.V)\necho 'DEPLOYED'");
        job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("V")));
        for (int i = 0; i < BUILDS; i++) {
            job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("V", "1." + i)));
        }
    }

    private static int threads(JenkinsRule jenkins) {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    private static void awaitAllEnded(JenkinsRule jenkins) {
        await().atMost(LONGEST)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> job().getBuilds().stream().noneMatch(WorkflowRun::isBuilding));
    }

    private static WorkflowJob job() {
        return Jenkins.get().getItemByFullName("apps/many", WorkflowJob.class);
    }

    private static void assertEachWentOnce(JenkinsRule jenkins) throws Throwable {
        for (WorkflowRun run : job().getBuilds()) {
            jenkins.assertBuildStatus(Result.SUCCESS, run);
            assertThat(JenkinsRule.getLog(run)).containsOnlyOnce("DEPLOYED").containsOnlyOnce("Created the ");
        }
    }
}
