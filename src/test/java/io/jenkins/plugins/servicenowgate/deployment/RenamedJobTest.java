package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.Test;

/** A job, or a folder above it, that is renamed or moved while it deploys keeps its deployment. */
class RenamedJobTest extends ToProduction {
    private static final String DEPLOY_SLOWLY =
            "serviceNowDeployment(environment: 'Production', version: '1') { semaphore 'body' }";

    private Path mark() throws Exception {
        File directory = new File(jenkins.jenkins.getRootDir(), "servicenow-gate/open-deployments");
        assertThat(directory.list()).hasSize(1);
        return directory.toPath().resolve(directory.list()[0]);
    }

    private void finish(WorkflowRun run) throws Exception {
        new OpenDeployments.EndsThatNobodyTold().doRun();
        SemaphoreStep.success("body/1", null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        assertThat(theChange().state()).contains(SimulatedState.REVIEW);
        assertThat(sent()).containsExactly("-2", "-1", "started.", "ended:", "0");
    }

    @Test
    void aRenamedJob() throws Exception {
        standard("true");
        WorkflowJob job = job(DEPLOY_SLOWLY);
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        SemaphoreStep.waitForStart("body/1", run);
        assertThat(Files.readString(mark())).isEqualTo("apps/shop#1");
        job.renameTo("store");

        assertThat(Files.readString(mark())).isEqualTo("apps/store#1");
        finish(run);
    }

    @Test
    void aRenamedFolder() throws Exception {
        standard("true");
        WorkflowRun run = job(DEPLOY_SLOWLY).scheduleBuild2(0).waitForStart();
        SemaphoreStep.waitForStart("body/1", run);
        jenkins.jenkins.getItemByFullName("apps", Folder.class).renameTo("teams");

        assertThat(Files.readString(mark())).isEqualTo("teams/shop#1");
        finish(run);
    }

    /** Whoever looks by the rights of nobody, as the sweep once did, finds no build: that proves nothing. */
    @Test
    void aMarkWhoseBuildIsNotFoundStays() throws Exception {
        standard("true");
        WorkflowRun run = job(DEPLOY_SLOWLY).scheduleBuild2(0).waitForStart();
        SemaphoreStep.waitForStart("body/1", run);
        Path mark = mark();
        Files.writeString(mark, "apps/nowhere#1");
        new OpenDeployments.EndsThatNobodyTold().doRun();
        await().pollDelay(java.time.Duration.ofMillis(300)).until(() -> Files.exists(mark));

        Files.writeString(mark, "apps/shop#1");
        finish(run);
    }
}
