package io.jenkins.plugins.servicenowgate.policy;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.Result;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.transform.stream.StreamSource;
import org.htmlunit.html.HtmlForm;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
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
                        + "<fields><null/></fields></io.jenkins.plugins.servicenowgate.config.Environment></environments>",
                // Jenkins drops the whole property.
                "<changeControlled>true</changeControlled><changeControlled>false</changeControlled>",
                "<changeControlled reference='..'/>",
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

    /** Attack: a user who may not change marks saves the folder, or removes the mark, so that it is stored anew. */
    @Test
    void isNotForgottenWhenTheFolderIsSaved() throws Exception {
        authorization.grant(Item.EXTENDED_READ).everywhere().to(DEVELOPER);
        WorkflowJob shop =
                ControlledJenkins.job(jenkins, "shop", "serviceNowGate(environment: 'Dev', version: '1')\necho 'OPEN'");
        Folder folder = jenkins.jenkins.getItemByFullName("apps", Folder.class);
        post(
                folder,
                "<changeControlled>true</changeControlled><environments><environmnt><name>Dev</name>"
                        + "<changeControlled>true</changeControlled></environmnt></environments>");
        String stored = folder.getConfigFile().asString();
        HtmlForm form = web(DEVELOPER).getPage(folder, "configure").getFormByName("config");
        form.getTextAreaByName("_.description").setText("new");
        jenkins.submit(form);
        assertThat(folder.getDescription()).isEqualTo("new");
        try (ACLContext ignored = ACL.as2(User.getById(DEVELOPER, true).impersonate2())) {
            folder.updateByXml(new StreamSource(
                    new ByteArrayInputStream(stored.replaceAll("(?s)<" + PROPERTY + ".*</" + PROPERTY + ">", "")
                            .getBytes(StandardCharsets.UTF_8))));
        }
        folder.save();
        assertThat(folder.getConfigFile().asString()).doesNotContain("environmnt");
        String saved = folder.getConfigFile().asString();
        String forgotten = saved.replaceAll("<unreadablePart>.*?</unreadablePart>", "");
        assertThat(forgotten).isNotEqualTo(saved);
        try (ACLContext ignored = ACL.as2(User.getById(DEVELOPER, true).impersonate2())) {
            folder.updateByXml(new StreamSource(new ByteArrayInputStream(forgotten.getBytes(StandardCharsets.UTF_8))));
        }
        assertThat(folder.getConfigFile().asString()).contains("<unreadablePart>");
        folder.doReload();

        WorkflowRun refused = jenkins.assertBuildStatus(
                Result.FAILURE,
                jenkins.jenkins
                        .getItemByFullName(shop.getFullName(), WorkflowJob.class)
                        .scheduleBuild2(0));
        jenkins.assertLogContains("Refused: the change control of the folder apps contains", refused);
        jenkins.assertLogNotContains("OPEN", refused);

        HtmlForm again = web("admin").getPage(folder, "configure").getFormByName("config");
        jenkins.submit(again);
        assertThat(FolderPolicies.property(folder).isReadable())
                .as("a person who may change marks has saved it")
                .isTrue();
    }

    /** The same for the mark of a job: its builds wait in the queue, or would, and are refused. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<environment>Dev<x/></environment><version>1</version>",
                "<environment>Production</environment><version>1</version><connection><x/></connection>",
                "<environment><x/></environment>",
                "<environment>Production</environment><environment>Dev</environment><version>1</version>",
            })
    void anUnreadableMarkOfAJobClosesItsGate(String settings) throws Exception {
        agent("worker", null);
        FreeStyleProject queued = ControlledJenkins.queuedJob(jenkins, "queued", "1");
        String name = ChangeControlJobProperty.class.getName();
        queued.updateByXml((javax.xml.transform.Source) new StreamSource(new ByteArrayInputStream(queued.getConfigFile()
                .asString()
                .replaceAll("(?s)<" + name + ".*</" + name + ">", "<" + name + ">" + settings + "</" + name + ">")
                .getBytes(StandardCharsets.UTF_8))));
        queued.save();
        queued.doReload();
        queued.scheduleBuild2(0);
        await().until(() -> queued.getLastBuild() != null);
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(queued.getLastBuild()));
        jenkins.assertLogContains(
                "Refused: the change control of the job apps/queued contains settings that can't be read",
                queued.getLastBuild());
        assertThat(simulator.changes()).isEmpty();
    }
}
