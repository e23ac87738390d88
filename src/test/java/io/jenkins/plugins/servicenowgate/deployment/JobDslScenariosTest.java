package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Queue;
import io.jenkins.plugins.servicenowgate.control.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.io.File;
import java.util.Map;
import javaposse.jobdsl.dsl.DslScriptLoader;
import javaposse.jobdsl.plugin.JenkinsJobManagement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The Job DSL of the scenarios in the documentation, exactly as it stands there. */
@WithJenkins
class JobDslScenariosTest {
    private JenkinsRule jenkins;
    private ServiceNowSimulator simulator;

    @BeforeEach
    void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        simulator = ServiceNowSimulator.start();
        ControlledJenkins.configure(simulator);
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private void define(String page, int block) throws Exception {
        String script = ScenarioPages.blocks(page, "groovy").get(block).replace("./deploy.sh", "echo DEPLOYED");
        new DslScriptLoader(new JenkinsJobManagement(System.out, Map.of(), new File("."))).runScript(script);
    }

    private FreeStyleProject shop() {
        return jenkins.jenkins.getItemByFullName("shop", FreeStyleProject.class);
    }

    private SimulatedChange change() {
        await().until(() -> !simulator.changes().isEmpty());
        return simulator.changes().get(0);
    }

    @Test
    void freestyleStep() throws Exception {
        define("freestyle-step", 0);
        FreeStyleBuild build = shop().scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", build);
        jenkins.assertLogNotContains("DEPLOYED", build);
        assertThat(change().get("short_description"))
                .isEqualTo("Jenkins: Deploy \"shop\" version 1.0.1 to \"Production\"");
        simulator.people().approve(change().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("DEPLOYED", build);
    }

    @Test
    void freestyleQueue() throws Exception {
        define("freestyle-queue", 0);
        shop().scheduleBuild2(0);
        String number = change().number();
        await().until(() -> {
            Queue.Item item = shop().getQueueItem();
            return item != null && String.valueOf(item.getWhy()).startsWith("Waiting for approval of " + number);
        });
        assertThat(change().get("short_description"))
                .isEqualTo("Jenkins: Deploy \"shop\" version 1.0.1 to \"Production\"");
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
