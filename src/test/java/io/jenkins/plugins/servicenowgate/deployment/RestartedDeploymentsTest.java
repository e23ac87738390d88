package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleProject;
import hudson.model.Queue;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** What a restart of a Jenkins finds in which anonymous users may read nothing. */
class RestartedDeploymentsTest extends RestartTestBase {
    private static final String DEPLOY =
            "serviceNowDeployment(environment: 'Production', version: '1') { semaphore 'body' }";

    private void standard() {
        simulator.addTemplate("Deploy", true, Map.of());
        Environment production = ControlledJenkins.environment("Production", true);
        production.setStandardChangeTemplate("Deploy");
        production.setAutomaticTransition("true");
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
    }

    private static WorkflowRun run(JenkinsRule jenkins, String job, int number) {
        return jenkins.jenkins.getItemByFullName(job, WorkflowJob.class).getBuildByNumber(number);
    }

    /** As the system: a test that waits reads on a thread of its own, which has no permission. */
    private static Queue.Item[] queue(JenkinsRule jenkins) {
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            return jenkins.jenkins.getQueue().getItems();
        }
    }

    private static void settled(JenkinsRule jenkins) {
        await().untilAsserted(() -> assertThat(
                        new File(jenkins.jenkins.getRootDir(), "servicenow-gate/open-deployments").list())
                .isEmpty());
    }

    /** The first to end once moved the change to Review under the other. */
    @Test
    void theLastOfTwoThatShareAChangeEndsIt() throws Throwable {
        sessions.then(jenkins -> {
            setUp(jenkins);
            standard();
            WorkflowJob job = ControlledJenkins.controlledJob(jenkins, "shop", DEPLOY);
            SemaphoreStep.waitForStart("body/1", job.scheduleBuild2(0).waitForStart());
            SemaphoreStep.waitForStart("body/2", job.scheduleBuild2(0).waitForStart());
        });
        sessions.then(jenkins -> {
            WorkflowRun first = run(jenkins, "apps/shop", 1);
            WorkflowRun second = run(jenkins, "apps/shop", 2);
            SemaphoreStep.success("body/1", null);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(first));
            await().until(() -> simulator.changes().get(0).workNotes().size() == 3);
            assertThat(simulator.changes().get(0).state()).contains(SimulatedState.IMPLEMENT);
            SemaphoreStep.success("body/2", null);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(second));
            settled(jenkins);
        });
        assertThat(simulator.changes()).hasSize(1);
        assertThat(simulator.changes().get(0).state()).contains(SimulatedState.REVIEW);
        assertThat(simulator.changes().get(0).workNotes()).hasSize(4);
    }

    @Test
    void aJobThatIsRenamedOnTheDiskIsFoundAgain() throws Throwable {
        sessions.then(jenkins -> {
            setUp(jenkins);
            standard();
            WorkflowJob job = ControlledJenkins.controlledJob(jenkins, "shop", DEPLOY);
            SemaphoreStep.waitForStart("body/1", job.scheduleBuild2(0).waitForStart());
        });
        Path jobs = sessions.getHome().toPath().resolve("jobs/apps/jobs");
        Files.move(jobs.resolve("shop"), jobs.resolve("store"));
        sessions.then(jenkins -> {
            Path marks = jenkins.jenkins.getRootDir().toPath().resolve("servicenow-gate/open-deployments");
            await().untilAsserted(() -> assertThat(Files.list(marks).toList())
                    .singleElement()
                    .satisfies(mark -> assertThat(mark).hasContent("apps/store#1")));
        });
    }

    @Test
    void theQueueIsKeptWithTheBuildsOfOthers() throws Throwable {
        sessions.then(jenkins -> {
            setUp(jenkins);
            ControlledJenkins.create(jenkins, FreeStyleProject.class, "other").scheduleBuild2(3600);
            FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "shop", "7");
            job.scheduleBuild2(0);
            await().until(() -> simulator.changes().size() == 1
                    && simulator.changes().get(0).workNotes().size() == 1);
        });
        sessions.then(jenkins -> {
            await().untilAsserted(() -> assertThat(queue(jenkins))
                    .extracting(item -> item.task.getFullDisplayName())
                    .contains("apps » other", "apps » shop"));
        });
    }

    /** A request that is under way when Jenkins stops must not store anything after the queue was stored. */
    @Test
    void nothingIsStoredAfterTheShutdown() throws Throwable {
        sessions.then(jenkins -> {
            setUp(jenkins);
            FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "shop", "7");
            simulator.faults().on(Endpoint.CREATE_NORMAL).once(Fault.slow(Duration.ofSeconds(3)));
            job.scheduleBuild2(0);
            await().until(() -> simulator.requests().count(Endpoint.CREATE_NORMAL) == 1);
        });
        Path queue = sessions.getHome().toPath().resolve("queue.xml");
        assertThat(queue).content().contains("apps/shop");
        sessions.then(jenkins -> await().until(() -> {
            Queue.Item[] items = queue(jenkins);
            return items.length == 1 && String.valueOf(items[0].getWhy()).startsWith("Waiting: CHG");
        }));
        assertThat(simulator.changes()).hasSize(1);
    }

    /** The note of an item that was cancelled right before Jenkins stopped is not lost. */
    @Test
    void aCancelledItemIsReportedAfterTheRestart() throws Throwable {
        sessions.then(jenkins -> {
            setUp(jenkins);
            FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "shop", "7");
            job.scheduleBuild2(0);
            await().until(() -> simulator.changes().size() == 1
                    && simulator.changes().get(0).workNotes().size() == 1);
            simulator.faults().on(Endpoint.UPDATE).always(Fault.unavailable());
            jenkins.jenkins.getQueue().cancel(job.getQueueItem());
            await().until(() -> simulator.requests().count(Endpoint.UPDATE) > 1);
        });
        simulator.faults().clear();
        sessions.then(jenkins -> {
            await().until(() -> simulator.changes().get(0).workNotes().size() == 2);
            assertThat(queue(jenkins)).isEmpty();
            await().untilAsserted(() -> assertThat(
                            new File(jenkins.jenkins.getRootDir(), "servicenow-gate/queued-deployments").list())
                    .isEmpty());
        });
        assertThat(simulator.changes().get(0).workNotes().get(1)).contains("cancelled in the queue");
    }
}
