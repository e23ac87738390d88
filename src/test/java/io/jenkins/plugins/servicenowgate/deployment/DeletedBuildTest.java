package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import java.io.File;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** A build or job that is deleted while work notes about it are pending. */
class DeletedBuildTest extends ProductionPipelineTestBase {
    private WorkflowRun finishedWithPendingNotes() throws Exception {
        WorkflowRun run = waiting(build("shop", DEPLOY));
        await().until(() -> theChange().workNotes().size() == 1);
        simulator.faults().on(Endpoint.UPDATE).always(Fault.unavailable());
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertThat(theChange().workNotes()).hasSize(1);
        return run;
    }

    private void assertReportedAndNotStoredAgain(File directory) {
        assertThat(directory).doesNotExist();
        simulator.faults().clear();
        await().until(() -> theChange().workNotes().size() == 3);
        settled();
        assertThat(sent()).endsWith("ended:").contains("started.");
        assertThat(directory).doesNotExist();
    }

    @Test
    void aDeletedBuild() throws Exception {
        WorkflowRun run = finishedWithPendingNotes();
        File directory = run.getRootDir();
        run.delete();

        assertReportedAndNotStoredAgain(directory);
    }

    /** Attack: delete the job, approve the change, and hope that the deployment still starts. */
    @Test
    void aJobThatIsDeletedWhileItsDeploymentWaits() throws Exception {
        WorkflowRun run = waiting(build("shop", DEPLOY));
        await().until(() -> theChange().workNotes().size() == 1);
        File directory = run.getParent().getRootDir();
        run.getParent().delete();
        await().until(() -> DeploymentRegistry.get().waiting().isEmpty());
        simulator.people().approve(theChange().number());
        settled();
        assertThat(theChange().workNotes()).hasSize(2).last().asString().contains("did not take place");
        assertThat(directory).doesNotExist();
    }

    @Test
    void aFolderThatIsDeletedWhileAnItemWaits() throws Exception {
        FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "queued", "1");
        job.scheduleBuild2(0);
        await().until(() -> theChange().workNotes().size() == 1);
        ((Folder) job.getParent()).delete();
        await().until(() -> theChange().workNotes().size() == 2);
        assertThat(theChange().workNotes()).last().asString().contains("did not take place");
        assertThat(DeploymentRegistry.get().waiting()).isEmpty();
        assertThat(jenkins.jenkins.getQueue().getItems()).isEmpty();
        File stored = new File(jenkins.jenkins.getRootDir(), "servicenow-gate/queued-deployments");
        await().until(() -> stored.list() == null || stored.list().length == 0);
    }

    @Test
    void aDeletedJob() throws Exception {
        WorkflowRun run = finishedWithPendingNotes();
        File directory = run.getParent().getRootDir();
        run.getParent().delete();

        assertReportedAndNotStoredAgain(directory);
    }
}
