package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Queue;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import java.io.File;
import java.util.Map;
import javaposse.jobdsl.dsl.DslScriptLoader;
import javaposse.jobdsl.plugin.JenkinsJobManagement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Job DSL of the scenarios in the documentation, as it stands there, with its job in a folder. */
class JobDslScenariosTest extends ControlledJenkinsTestBase {

    private void define(String page, int block) throws Exception {
        String script = ScenarioPages.blocks(page, "groovy")
                .get(block)
                .replace("./deploy.sh", "echo DEPLOYED")
                .replace("job('shop')", "job('apps/shop')");
        new DslScriptLoader(new JenkinsJobManagement(System.out, Map.of(), new File("."))).runScript(script);
    }

    @BeforeEach
    void folderAndAgent() throws Exception {
        jenkins.createProject(Folder.class, ControlledJenkins.FOLDER);
        agent("worker", null);
    }

    private FreeStyleProject shop() {
        return jenkins.jenkins.getItemByFullName("apps/shop", FreeStyleProject.class);
    }

    @Test
    void freestyleStep() throws Exception {
        define("freestyle-step", 0);
        FreeStyleBuild build = shop().scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", build);
        jenkins.assertLogNotContains("DEPLOYED", build);
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", "1.0.1"));
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("DEPLOYED", build);
    }

    @Test
    void freestyleQueue() throws Exception {
        define("freestyle-queue", 0);
        shop().scheduleBuild2(0);
        String number = theChange().number();
        await().until(() -> {
            Queue.Item item = shop().getQueueItem();
            return item != null && String.valueOf(item.getWhy()).startsWith("Waiting: " + number);
        });
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", "1.0.1"));
        simulator.people().approve(number);
        await().until(() -> shop().getLastBuild() != null);
        jenkins.assertLogContains(
                "DEPLOYED", jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(shop().getLastBuild())));
    }

    @Test
    void folderWideControl() throws Exception {
        define("folder-wide-control", 1);
        ChangeControlFolderProperty mark = jenkins.jenkins
                .getItemByFullName("ops", Folder.class)
                .getProperties()
                .get(ChangeControlFolderProperty.class);
        assertThat(mark.isChangeControlled()).isTrue();
        assertThat(mark.getConnection()).isEqualTo("corp");
    }
}
