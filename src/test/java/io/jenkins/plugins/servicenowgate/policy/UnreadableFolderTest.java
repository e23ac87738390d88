package io.jenkins.plugins.servicenowgate.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.transform.stream.StreamSource;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An unreadable part of a folder's file closes the gates in the folder and affects nothing else. */
class UnreadableFolderTest extends ControlledJenkinsTestBase {
    private static final String PROPERTY = ChangeControlFolderProperty.class.getName();

    private static void post(Folder folder, String settings) throws Exception {
        String xml = folder.getConfigFile().asString();
        String property = "<" + PROPERTY + ">" + settings + "</" + PROPERTY + ">";
        String changed = xml.contains("<properties/>")
                ? xml.replace("<properties/>", "<properties>" + property + "</properties>")
                : xml.replace("<properties>", "<properties>" + property);
        assertThat(changed).isNotEqualTo(xml);
        folder.updateByXml(new StreamSource(new ByteArrayInputStream(changed.getBytes(StandardCharsets.UTF_8))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<changeControlled>true</changeControlled><environments><null/></environments>",
                "<changeControlled>true</changeControlled><environments><string>x</string></environments>",
                "<changeControlled>true</changeControlled><environments>"
                        + "<io.jenkins.plugins.servicenowgate.config.Environment/></environments>",
                "<changeControlled>true</changeControlled><fields><null/></fields>",
                "<changeControlled>true</changeControlled><environments>"
                        + "<io.jenkins.plugins.servicenowgate.config.Environment><name>Production</name>"
                        + "<fields><null/></fields></io.jenkins.plugins.servicenowgate.config.Environment></environments>"
            })
    void closesTheGatesBelowItAndNoOthers(String settings) throws Exception {
        agent("worker", null);
        FreeStyleProject queued = ControlledJenkins.queuedJob(jenkins, "queued", "1");
        WorkflowJob pipeline =
                ControlledJenkins.job(jenkins, "shop", "serviceNowGate(environment: 'Production', version: '1')");
        FreeStyleProject other = jenkins.createFreeStyleProject("other");
        post(jenkins.jenkins.getItemByFullName("apps", Folder.class), settings);

        jenkins.assertBuildStatusSuccess(other.scheduleBuild2(0));
        WorkflowRun refused = jenkins.assertBuildStatus(Result.FAILURE, pipeline.scheduleBuild2(0));
        jenkins.assertLogContains("Refused: the change control of the folder apps contains", refused);
        jenkins.assertLogNotContains("\tat ", refused);
        queued.scheduleBuild2(0);
        await().until(() -> queued.getLastBuild() != null);
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(queued.getLastBuild()));
        assertThat(simulator.changes()).isEmpty();
        web("admin").goTo("job/apps/configure");
        web("admin").goTo("servicenow-gates/");
        web("admin").goTo("job/apps/job/shop/servicenow-change-control/");
    }
}
