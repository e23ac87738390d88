package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Items;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.TestBuilder;

/** A job, or a folder above it, that is renamed while it waits or deploys keeps its deployment. */
class RenamedJobTest extends ProductionPipelineTestBase {
    private final CountDownLatch deployed = new CountDownLatch(1);
    private FreeStyleProject job;

    /** Not a pipeline: Jenkins itself loses sight of a pipeline that is renamed while it runs. */
    @BeforeEach
    void createTheJob() throws Exception {
        agent("worker", null);
        job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        job.addProperty(new ChangeControlJobProperty());
        ServiceNowGateBuilder gate = new ServiceNowGateBuilder("Production");
        gate.setVersion("1");
        job.getBuildersList().add(gate);
        job.getBuildersList().add(new TestBuilder() {
            @Override
            public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
                    throws InterruptedException {
                listener.getLogger().println("DEPLOYS");
                deployed.await();
                return true;
            }
        });
    }

    private Path mark() {
        File directory = new File(jenkins.jenkins.getRootDir(), "servicenow-gate/open-deployments");
        assertThat(directory.list()).hasSize(1);
        return directory.toPath().resolve(directory.list()[0]);
    }

    private FreeStyleBuild deploying() throws Exception {
        standard("true");
        FreeStyleBuild build = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("DEPLOYS", build);
        assertThat(mark()).hasContent("apps/shop#1");
        return build;
    }

    private void finish(FreeStyleBuild build) throws Exception {
        new DeploymentRegistry.OrphanedDeploymentCheck().doRun();
        deployed.countDown();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        settled();
        assertThat(theChange().state()).contains(SimulatedState.REVIEW);
        assertThat(sent()).containsExactly("-2", "-1", "started.", "ended:", "0");
    }

    @Test
    void aRenamedJob() throws Exception {
        FreeStyleBuild build = deploying();
        job.renameTo("store");

        assertThat(mark()).hasContent("apps/store#1");
        finish(build);
    }

    @Test
    void aMovedJob() throws Exception {
        FreeStyleBuild build = deploying();
        Items.move(job, jenkins.createProject(Folder.class, "teams"));

        assertThat(mark()).hasContent("teams/shop#1");
        finish(build);
    }

    @Test
    void aRenamedFolder() throws Exception {
        FreeStyleBuild build = deploying();
        jenkins.jenkins.getItemByFullName("apps", Folder.class).renameTo("teams");

        assertThat(mark()).hasContent("teams/shop#1");
        finish(build);
    }

    /** A look-up without permissions finds no build, which proves nothing. */
    @Test
    void aMarkWhoseBuildIsNotFoundStays() throws Exception {
        FreeStyleBuild build = deploying();
        Path mark = mark();
        Files.writeString(mark, "apps/nowhere#1");
        new DeploymentRegistry.OrphanedDeploymentCheck().doRun();
        await().during(Duration.ofMillis(300)).until(() -> Files.exists(mark));

        Files.writeString(mark, "apps/shop#1");
        finish(build);
    }

    @Test
    void aJobThatIsRenamedWhileItWaits() throws Exception {
        FreeStyleBuild build = waiting(job.scheduleBuild2(0).waitForStart());
        job.renameTo("store");
        assertThat(mark()).hasContent("apps/store#1");
        deployed.countDown();
        simulator.people().approve(theChange().number());

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        settled();
        assertThat(sent()).containsExactly("waits", "started.", "ended:");
    }

    @Test
    void aJobThatIsRenamedWhileItWaitsAndIsAborted() throws Exception {
        FreeStyleBuild build = waiting(job.scheduleBuild2(0).waitForStart());
        job.renameTo("store");
        build.doStop();

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
        settled();
        assertThat(sent()).containsExactly("waits", "did");
    }
}
