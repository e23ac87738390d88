package io.jenkins.plugins.servicenowgate.freestyle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.policy.FolderPolicies;
import java.io.File;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.CaptureEnvironmentBuilder;

/** Jobs of a group that is not an item, like promotions: they belong to the job that owns the group, or are refused. */
class PlainGroupTest extends ControlledJenkinsTestBase {
    @TempDir
    private Path directory;

    private FreeStyleProject owner;
    private PlainGroup group;
    private FreeStyleProject child;
    private final CaptureEnvironmentBuilder deployment = new CaptureEnvironmentBuilder();

    @BeforeEach
    void createTheJobs() throws Exception {
        agent("worker", null);
        owner = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        group = new PlainGroup(new File(directory.toFile(), "promotions"), "apps/shop/promotion");
        child = group.create("to-production");
    }

    private void step(FreeStyleProject job, String version) {
        ServiceNowGateBuilder step = new ServiceNowGateBuilder("Production");
        step.setVersion(version);
        job.getBuildersList().add(step);
        job.getBuildersList().add(deployment);
    }

    private void goesThroughTheGateOfItsOwner() throws Exception {
        FreeStyleBuild build = waiting(child.scheduleBuild2(0).waitForStart());
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", "1"));
        assertThat(deployment.getEnvVars()).isNull();
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        assertThat(deployment.getEnvVars())
                .containsEntry("SERVICENOW_CHANGE_NUMBER", theChange().number());
    }

    @Test
    void theMarkOfTheOwnerHolds() throws Exception {
        owner.addProperty(new ChangeControlJobProperty());
        step(child, "1");
        assertThat(FolderPolicies.isControlled(child)).isTrue();
        goesThroughTheGateOfItsOwner();
    }

    @Test
    void theMarksOfItsFoldersHold() throws Exception {
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        jenkins.jenkins.getItemByFullName("apps", Folder.class).addProperty(mark);
        step(child, "1");
        goesThroughTheGateOfItsOwner();
    }

    /** Attack: the child has its own mark, with other settings or none. */
    @Test
    void theChildsOwnMarkDoesNotCount() throws Exception {
        owner.addProperty(new ChangeControlJobProperty());
        ChangeControlJobProperty own = new ChangeControlJobProperty();
        own.setProject("harmless");
        own.setConnection("nowhere");
        child.addProperty(own);
        step(child, "1");
        goesThroughTheGateOfItsOwner();
    }

    @Test
    void childrenOfAnUncontrolledJobAreUncontrolled() throws Exception {
        step(child, "1");
        FreeStyleBuild build = jenkins.assertBuildStatusSuccess(child.scheduleBuild2(0));
        jenkins.assertLogContains("No approved change required: the project apps/shop is not change controlled", build);
        assertThat(simulator.requests().count()).isZero();
    }

    private FreeStyleBuild refused() throws Exception {
        FreeStyleBuild build = jenkins.assertBuildStatus(Result.FAILURE, child.scheduleBuild2(0));
        assertThat(deployment.getEnvVars()).isNull();
        assertThat(simulator.requests().count()).isZero();
        jenkins.assertLogNotContains("\tat ", build);
        return build;
    }

    /**
     * The child's build number does not identify a version: the first approval of 1 would release each job's first
     * build.
     */
    @Test
    void itHasNoDefaultVersion() throws Exception {
        owner.addProperty(new ChangeControlJobProperty());
        step(child, null);
        jenkins.assertLogContains("have no default version. Specify a version.", refused());
    }

    /**
     * Attack: a group whose owner can't be found, or whose name bypasses its owner, for example by leading to the
     * folder.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nowhere",
                "nowhere/promotion",
                "apps/gone/promotion",
                "apps/gone/promotion/deep",
                "gone/shop"
            })
    void isRefusedIfTheOwnerIsNotFound(String fullName) throws Exception {
        owner.addProperty(new ChangeControlJobProperty());
        group.rename(fullName);
        step(child, "1");
        jenkins.assertLogContains("Refused: the job to which", refused());
    }

    @Test
    void isRefusedAfterTheOwnerWasRenamedUntilTheGroupIsUpdated() throws Exception {
        owner.addProperty(new ChangeControlJobProperty());
        step(child, "1");
        owner.renameTo("store");
        jenkins.assertLogContains("Refused: the job to which", refused());
        group.rename("apps/store/promotion");
        FreeStyleBuild build = waiting(child.scheduleBuild2(0).waitForStart());
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/store", "1"));
        build.doStop();
        jenkins.waitForCompletion(build);
    }

    /** Jobs wait in the queue if the owner's mark names an environment. */
    @Test
    void environmentAndVersionOfTheOwnersMarkHoldInTheQueue() throws Exception {
        owner.addProperty(ControlledJenkins.queuedMark("1"));
        child.getBuildersList().add(deployment);
        child.scheduleBuild2(0);
        await().until(() -> child.getQueueItem() != null
                && String.valueOf(child.getQueueItem().getWhy()).startsWith("Waiting: CHG"));
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", "1"));
        simulator.people().approve(theChange().number());
        await().until(() -> child.getLastBuild() != null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(child.getLastBuild()));
        assertThat(deployment.getEnvVars())
                .containsEntry("SERVICENOW_CHANGE_NUMBER", theChange().number());
    }
}
