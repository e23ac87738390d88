package io.jenkins.plugins.servicenowgate.freestyle;

import static io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins.create;
import static io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins.queuedJob;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.Test;

/** Storing the queue and its deployments: content, permissions and failures. */
class QueueStoreTest extends ControlledJenkinsTestBase {
    private Path file(String name) {
        return new File(jenkins.jenkins.getRootDir(), name).toPath();
    }

    private static String why(FreeStyleProject job) {
        Queue.Item item = job.getQueueItem();
        return item == null || item.getWhy() == null ? "" : item.getWhy();
    }

    private Path[] stored() throws Exception {
        Path directory = file("servicenow-gate/queued-deployments");
        if (!Files.isDirectory(directory)) {
            return new Path[0];
        }
        try (var files = Files.list(directory)) {
            return files.toArray(Path[]::new);
        }
    }

    /** Regression: the gate threads had no read permission and stored a queue without items. */
    @Test
    void theQueueIsStoredWithTheItemsOfAllJobs() throws Exception {
        create(jenkins, FreeStyleProject.class, "other").scheduleBuild2(3600);
        FreeStyleProject job = queuedJob(jenkins, "shop", "7");
        Files.deleteIfExists(file("queue.xml"));
        job.scheduleBuild2(0);
        await().until(() -> why(job).startsWith("Waiting: CHG"));

        assertThat(file("queue.xml")).content().contains("apps/other", "apps/shop");
    }

    @Test
    void theQueueIsNotStoredWithTheRightsOfTheUserWhoStartsABuild() throws Exception {
        agent("worker", null);
        FreeStyleProject other = create(jenkins, FreeStyleProject.class, "other");
        other.scheduleBuild2(3600);
        FreeStyleProject job = queuedJob(jenkins, "shop", "7");
        job.scheduleBuild2(0);
        await().until(() -> why(job).startsWith("Waiting: CHG"));
        simulator.people().approve(theChange().number());
        await().until(() -> job.getLastBuild() != null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(job.getLastBuild()));

        assertThat(file("queue.xml")).content().contains("apps/other");
        await().untilAsserted(() -> assertThat(stored()).as("the build has it").isEmpty());
    }

    @Test
    void aDeploymentIsStoredInItsOwnFileUntilItsBuildTakesItOver() throws Exception {
        FreeStyleProject job = queuedJob(jenkins, "shop", "7");
        job.scheduleBuild2(0);
        await().until(() -> why(job).startsWith("Waiting: CHG"));

        await().untilAsserted(() -> assertThat(stored())
                .singleElement()
                .satisfies(file -> assertThat(file)
                        .content()
                        .contains("apps/shop", theChange().number(), theChange().sysId())));
        assertThat(file("queue.xml")).content().doesNotContain(theChange().number());

        jenkins.jenkins.getQueue().cancel(job.getQueueItem());
        await().until(() -> theChange().workNotes().size() == 2);
        await().untilAsserted(
                        () -> assertThat(stored()).as("cancelled, and told").isEmpty());
    }

    /**
     * A deployment that can't be stored, for example because the disk is full, is refused, because it could be lost.
     */
    @Test
    void aDeploymentThatCannotBeStoredIsRefused() throws Exception {
        agent("worker", null);
        Files.createDirectories(file("servicenow-gate"));
        Files.createFile(file("servicenow-gate/queued-deployments"));
        FreeStyleProject job = queuedJob(jenkins, "shop", "7");

        FreeStyleBuild build =
                jenkins.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0).get());

        jenkins.assertLogContains("Refused: the gate could not be opened", build);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
    }

    @Test
    void aReleaseThatCannotBeStoredIsRefused() throws Exception {
        agent("worker", null);
        FreeStyleProject job = queuedJob(jenkins, "shop", "7");
        job.scheduleBuild2(0);
        await().until(() -> theChangeIsNoted());
        for (Path file : stored()) {
            // A directory with the name of the file can't be replaced.
            Files.delete(file);
            Files.createDirectories(file.resolve("in the way"));
        }
        simulator.people().approve(theChange().number());
        await().until(() -> job.getLastBuild() != null);

        FreeStyleBuild build = jenkins.waitForCompletion(job.getLastBuild());
        jenkins.assertBuildStatus(Result.FAILURE, build);
        jenkins.assertLogContains("Refused: the release could not be stored", build);
    }

    private boolean theChangeIsNoted() {
        return simulator.changes().size() == 1
                && simulator.changes().get(0).workNotes().size() == 1;
    }

    @Test
    void aRenamedJobKeepsItsDeployment() throws Exception {
        agent("worker", null);
        FreeStyleProject job = queuedJob(jenkins, "shop", "7");
        job.scheduleBuild2(0);
        await().until(() -> theChangeIsNoted());
        job.renameTo("store");

        await().untilAsserted(() -> assertThat(stored())
                .singleElement()
                .satisfies(file -> assertThat(file).content().contains("<job>apps/store</job>")));
        simulator.people().approve(theChange().number());
        await().until(() -> job.getLastBuild() != null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(job.getLastBuild()));
        settled();
        assertThat(theChange().workNotes()).hasSize(3);
    }

    /** The user's permissions affect only what the user sees. */
    @Test
    void anonymousUsersSeeNothingOfIt() throws Exception {
        FreeStyleProject job = queuedJob(jenkins, "shop", "7");
        job.scheduleBuild2(0);
        await().until(() -> why(job).startsWith("Waiting: CHG"));
        try (ACLContext anonymous = ACL.as2(Jenkins.ANONYMOUS2)) {
            assertThat(jenkins.jenkins.getQueue().getItems()).isEmpty();
        }
    }
}
