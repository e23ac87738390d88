package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleProject;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.time.Duration;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.Test;

/** Reload Configuration from Disk reads stored deployments a second time: each keeps one gate. */
class ReloadTest extends ProductionPipelineTestBase {
    private void reload() throws Exception {
        jenkins.jenkins.save();
        jenkins.jenkins.reload();
    }

    private static void assertOneWaits(String number) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> DeploymentRegistry.get().waiting().size() == 1);
        assertThat(DeploymentRegistry.get().waiting())
                .singleElement()
                .satisfies(deployment ->
                        assertThat(deployment.record().getNumber()).isEqualTo(number));
    }

    @Test
    void aQueueItem() throws Exception {
        FreeStyleProject queued = ControlledJenkins.queuedJob(jenkins, "shop", "1");
        queued.scheduleBuild2(0);
        await().until(() -> theChange().workNotes().size() == 1);
        Deployment before = DeploymentRegistry.get().waiting().get(0);

        reload();

        FreeStyleProject job = jenkins.jenkins.getItemByFullName("apps/shop", FreeStyleProject.class);
        await().until(() -> DeploymentRegistry.get().waiting().stream().anyMatch(deployment -> deployment != before));
        assertOneWaits(theChange().number());
        assertThat(before.isWaiting()).isFalse();
        newAgent("late", null);
        simulator.people().approve(theChange().number());
        await().atMost(Duration.ofSeconds(20)).until(() -> job.getLastBuild() != null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(job.getLastBuild()));
        settled();
        assertThat(sent()).containsExactly("waits", "started.", "ended:");
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }

    @Test
    void aRunningDeployment() throws Exception {
        WorkflowRun run = waiting(build("shop", DEPLOY.replace("echo ", "semaphore 'in'\necho ")));
        simulator.people().approve(theChange().number());
        SemaphoreStep.waitForStart("in/1", run);
        await().until(() -> theChange().workNotes().size() == 2);

        reload();

        WorkflowRun again = jenkins.jenkins
                .getItemByFullName("apps/shop", WorkflowJob.class)
                .getBuildByNumber(1);
        SemaphoreStep.success("in/1", null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(again));
        settled();
        assertThat(sent()).containsExactly("waits", "started.", "ended:");
        assertThat(DeploymentRegistry.get().waiting()).isEmpty();
    }

    @Test
    void aWaitingPipeline() throws Exception {
        waiting(build("shop", DEPLOY));
        await().until(() -> theChange().workNotes().size() == 1);

        reload();

        assertOneWaits(theChange().number());
        WorkflowRun run = jenkins.jenkins
                .getItemByFullName("apps/shop", WorkflowJob.class)
                .getBuildByNumber(1);
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("by " + theChange().number(), run);
        settled();
        assertThat(sent()).containsExactly("waits", "started.", "ended:");
    }
}
