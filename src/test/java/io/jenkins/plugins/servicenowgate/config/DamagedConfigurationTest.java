package io.jenkins.plugins.servicenowgate.config;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.ExtensionList;
import hudson.diagnosis.OldDataMonitor;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The configuration file is unreadable or missing: it is unknown what was controlled, so every gate that may need a
 * change refuses.
 */
class DamagedConfigurationTest extends ControlledJenkinsTestBase {
    private static final String DEPLOY = "serviceNowDeployment(environment: '%s', version: '1') { echo 'DEPLOYED' }";

    private ServiceNowGateConfiguration configuration;
    private Path file;
    private Folder folder;

    /** The folder declares Production and Dev again, but not as change controlled. */
    @BeforeEach
    void declareAgain() throws Exception {
        configuration = ServiceNowGateConfiguration.get();
        file = jenkins.jenkins.getRootDir().toPath().resolve(configuration.getId() + ".xml");
        folder = jenkins.createProject(Folder.class, ControlledJenkins.FOLDER);
        ChangeControlFolderProperty again = new ChangeControlFolderProperty();
        again.setEnvironments(List.of(
                ControlledJenkins.environment("Production", false), ControlledJenkins.environment("Own", false)));
        folder.addProperty(again);
    }

    /** Writes the file, or deletes it for GONE, and reads the configuration as at a start of Jenkins. */
    private void damage(String content) throws Exception {
        if (content.equals("GONE")) {
            Files.delete(file);
        } else if (content.equals("CUT")) {
            String whole = Files.readString(file);
            Files.writeString(file, whole.substring(0, whole.indexOf("<environments>") + 20));
        } else {
            Files.writeString(file, content);
        }
        configuration.load();
    }

    private WorkflowRun refused(String job, String environment) throws Exception {
        WorkflowJob shop = ControlledJenkins.controlledJob(jenkins, job, DEPLOY.formatted(environment));
        WorkflowRun run = jenkins.assertBuildStatus(Result.FAILURE, shop.scheduleBuild2(0));
        jenkins.assertLogContains("Refused: the plugin's configuration file", run);
        jenkins.assertLogNotContains("DEPLOYED", run);
        jenkins.assertLogNotContains("\tat ", run);
        return run;
    }

    private UnreadableConfigurationMonitor monitor() {
        return ExtensionList.lookupSingleton(UnreadableConfigurationMonitor.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GONE",
                "CUT",
                "",
                "<broken",
                "no xml at all",
                "<string>x</string>",
                "<no.such.Class/>",
                "<null/>"
            })
    void everyGateThatCouldBeConcernedRefuses(String content) throws Exception {
        damage(content);

        assertThat(configuration.isEnabled()).isTrue();
        refused("shop", "Production");
        refused("own", "Own");
        refused("typo", "Produktion");
        assertThat(simulator.requests().all()).isEmpty();
        assertThat(monitor().isActivated()).isTrue();
        assertThat(web(ADMIN).goTo("manage/").asNormalizedText()).contains(configuration.getFault());
    }

    @Test
    void uncontrolledDeploymentsAreReleased() throws Exception {
        damage("<broken");
        WorkflowRun run =
                jenkins.buildAndAssertSuccess(ControlledJenkins.job(jenkins, "free", DEPLOY.formatted("Production")));
        jenkins.assertLogContains("No approved change required", run);
    }

    @Test
    void aQueueItemIsRefused() throws Exception {
        agent("worker", null);
        damage("<broken");
        FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "queued", "1");
        jenkins.assertLogContains(
                "Refused: the plugin's configuration file",
                jenkins.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0)));
        assertThat(simulator.requests().all()).isEmpty();
    }

    /** Attack: cause the configuration to be saved, so that an empty one counts as valid. */
    @ParameterizedTest
    @ValueSource(strings = {"GONE", "<broken"})
    void theFileIsNotOverwrittenUntilAnAdministratorSaves(String content) throws Exception {
        damage(content);

        configuration.save();
        configuration.setEnabled(true);
        configuration.setWorkNotesEnabled(false);
        configuration.setTitlePrefix("Other");
        configuration.setConnections(List.of(ControlledJenkins.connection("other", simulator)));
        configuration.setReservedAgents(new ReservedAgents());
        ((OldDataMonitor) jenkins.jenkins.getAdministrativeMonitor("OldData")).doDiscard(null, null);
        jenkins.jenkins.save();
        refused("shop", "Production");

        if (content.equals("GONE")) {
            assertThat(file).doesNotExist();
        } else {
            assertThat(file).hasContent(content);
        }
        configuration.load();
        assertThat(monitor().isActivated()).isTrue();
        refused("again", "Production");
    }

    @Test
    void restoringTheFileRepairsIt() throws Exception {
        String good = Files.readString(file);
        damage("<broken");
        Files.writeString(file, good);
        configuration.load();

        assertThat(monitor().isActivated()).isFalse();
        waiting(ControlledJenkins.controlledJob(jenkins, "shop", DEPLOY.formatted("Production"))
                .scheduleBuild2(0)
                .waitForStart());
        await().untilAsserted(() ->
                assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", "1")));
    }

    @Test
    void settingTheEnvironmentsRepairsIt() throws Exception {
        damage("GONE");
        configuration.setConnections(List.of(ControlledJenkins.connection("corp", simulator)));
        configuration.setEnvironments(List.of(ControlledJenkins.environment("Production", true)));

        assertThat(monitor().isActivated()).isFalse();
        assertThat(file).content().contains("<name>Production</name>", "<name>corp</name>");
        waiting(build("shop", DEPLOY.formatted("Production")));
    }

    @Test
    void savingTheFormRepairsIt() throws Exception {
        damage("<broken");
        jenkins.assertGoodStatus(jenkins.submit(web(ADMIN).goTo("configure").getFormByName("config")));

        assertThat(monitor().isActivated()).isFalse();
        assertThat(file).content().contains(ServiceNowGateConfiguration.class.getName());
    }

    /** The file of an earlier version, or one that was copied by hand, also proves that there was a configuration. */
    @Test
    void aFileThatDisappearsIsDetected() throws Exception {
        Path marker = jenkins.jenkins.getRootDir().toPath().resolve("servicenow-gate/configured");
        Files.delete(marker);
        configuration.load();
        assertThat(configuration.getFault()).isNull();

        damage("GONE");

        assertThat(configuration.getFault()).isNotNull();
        refused("shop", "Production");
    }

    /** The plugin was never configured, so no file is missing. */
    @Test
    void aNewControllerIsNotDamaged() throws Exception {
        Files.delete(jenkins.jenkins.getRootDir().toPath().resolve("servicenow-gate/configured"));
        damage("GONE");
        assertThat(configuration.getFault()).isNull();
        assertThat(monitor().isActivated()).isFalse();
    }
}
