package io.jenkins.plugins.servicenowgate.policy;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.cli.CLICommandInvoker;
import hudson.model.AbstractItem;
import hudson.model.FreeStyleProject;
import hudson.model.User;
import hudson.security.ACLContext;
import hudson.security.Permission;
import io.jenkins.plugins.servicenowgate.control.Permissions;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import javax.xml.transform.stream.StreamSource;
import jenkins.model.Jenkins;
import jenkins.security.QueueItemAuthenticatorConfiguration;
import org.htmlunit.html.HtmlForm;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.MockQueueItemAuthenticator;

/**
 * Permission to change marks: users who may only configure items can't remove change control in any way; users with the
 * permission for marks can.
 */
class MarkPermissionTest extends MarkedJobTestBase {
    private static void post(String user, AbstractItem item, String from, String to) throws Exception {
        String now = item.getConfigFile().asString();
        assertThat(now).contains(from);
        try (ACLContext ignored = as(user)) {
            item.updateByXml(new StreamSource(new StringReader(now.replace(from, to))));
        }
    }

    private static String property(AbstractItem item, String type) throws Exception {
        String now = item.getConfigFile().asString();
        String name = ChangeControlJobProperty.class.getPackageName() + '.' + type;
        int begin = now.indexOf('<' + name);
        int end = now.indexOf("</" + name + '>');
        // A mark without settings is an empty element without an end tag.
        return now.substring(begin, end < 0 ? now.indexOf("/>", begin) + 2 : end + name.length() + 3);
    }

    /** The XML may come from a script, the REST API or the command line. */
    @Test
    void anOwnersXmlIsTakenWithoutItsMark() throws Exception {
        String template = "<standardChangeTemplate>Deploy</standardChangeTemplate>";
        post(DEVELOPER, folder, template, "<standardChangeTemplate>Any</standardChangeTemplate>");
        post(DEVELOPER, folder, "<changeControlled>true<", "<changeControlled>false<");
        post(DEVELOPER, folder, property(folder, "ChangeControlFolderProperty"), "");
        post(DEVELOPER, job, "<environment>Production<", "<environment>Dev<");
        post(DEVELOPER, job, "<description>old<", "<description>new<");
        CLICommandInvoker.Result result = new CLICommandInvoker(jenkins, "update-job")
                .asUser(DEVELOPER)
                .withStdin(new ByteArrayInputStream(job.getConfigFile()
                        .asString()
                        .replace(property(job, "ChangeControlJobProperty"), "")
                        .getBytes(StandardCharsets.UTF_8)))
                .invokeWithArgs("ops/shop");
        assertThat(result.returnCode()).as(result.toString()).isZero();

        assertThat(Mark.of(ofFolder())).isEqualTo(Mark.of(folderMark("corp")));
        assertThat(ofJob().getEnvironment()).isEqualTo("Production");
        assertThat(job.getDescription()).isEqualTo("new");
        job.doReload();
        folder.doReload();
        assertThat(Mark.of(ofFolder())).as("on disk").isEqualTo(Mark.of(folderMark("corp")));
        assertThat(ofJob().getEnvironment()).isEqualTo("Production");
    }

    @Test
    void usersWithPermissionChangeMarksByXml() throws Exception {
        post(MARKER, folder, "<changeControlled>true<", "<changeControlled>false<");
        assertThat(ofFolder().isChangeControlled()).isFalse();
        post(ADMIN, folder, property(folder, "ChangeControlFolderProperty"), "");
        assertThat(ofFolder()).isNull();
        post(MARKER, job, property(job, "ChangeControlJobProperty"), "");
        assertThat(ofJob()).isNull();
        job.doReload();
        assertThat(ofJob()).isNull();
    }

    /** Attack: a deployment between the removal of the mark and its restoration. */
    @Test
    void aMarkThatWillBeRevertedIsIgnored() throws Exception {
        ChangeControlFolderProperty mark = ofFolder();
        folder.getProperties().clear();
        assertThat(FolderPolicies.isControlled(job)).isTrue();
        assertThat(((PolicyDecision.Required) ChangeControl.rule(job, "Staging", null)).connection())
                .isEqualTo("corp");
        folder.getProperties().replace(mark);
        folder.save();
        assertThat(FolderPolicies.isControlled(job)).isTrue();
    }

    @Test
    void ownersAddControlToJobsAndNoSettingsToFolders() throws Exception {
        FreeStyleProject plain = ControlledJenkins.create(jenkins, FreeStyleProject.class, "plain");
        HtmlForm form = form(DEVELOPER, plain);
        form.getInputByName("specified").setChecked(true);
        jenkins.assertGoodStatus(jenkins.submit(form));
        assertThat(plain.getProperty(ChangeControlJobProperty.class)).isNotNull();
        post(DEVELOPER, plain, property(plain, "ChangeControlJobProperty"), "");
        assertThat(plain.getProperty(ChangeControlJobProperty.class))
                .as("once it is there")
                .isNotNull();

        Folder inner = folder.createProject(Folder.class, "inner");
        HtmlForm ofInner = form(DEVELOPER, inner);
        ofInner.getInputByName("_.standardChangeTemplate").setValue("Any");
        assertThat(jenkins.submit(ofInner).getWebResponse().getContentAsString())
                .contains("Refused: changing the ServiceNow change control of ops/inner");
        String marked = folder.getConfigFile().asString();
        try (ACLContext ignored = as(DEVELOPER)) {
            inner.updateByXml(new StreamSource(new StringReader(marked)));
            assertThat(inner.getProperties().get(ChangeControlFolderProperty.class))
                    .isNull();
            Folder created = (Folder) folder.createProjectFromXML(
                    "created", new ByteArrayInputStream(marked.getBytes(StandardCharsets.UTF_8)));
            ChangeControlFolderProperty reduced = created.getProperties().get(ChangeControlFolderProperty.class);
            assertThat(reduced.isChangeControlled()).isTrue();
            assertThat(reduced.getEnvironments()).isEmpty();
            assertThat(reduced.getConnection()).isEmpty();
        }
    }

    @Test
    void permissionsExistBeforeTheAuthorizationStrategyIsLoaded() {
        for (Permission own : new Permission[] {Permissions.MARK, Permissions.BREAK_GLASS}) {
            assertThat(Permission.fromId(own.getId())).isSameAs(own);
            assertThat(own.impliedBy).isSameAs(Jenkins.ADMINISTER);
        }
        assertThat(Permissions.MARK.getId()).isEqualTo("io.jenkins.plugins.servicenowgate.control.Permissions.Mark");
    }

    @Test
    void jenkinsfilesCanStillSetMarks() throws Exception {
        WorkflowJob pipeline = ControlledJenkins.create(jenkins, WorkflowJob.class, "pipeline");
        pipeline.setDefinition(new CpsFlowDefinition("properties([changeControl(project: 'A')])", true));
        jenkins.buildAndAssertSuccess(pipeline);
        pipeline.setDefinition(new CpsFlowDefinition("properties([changeControl(project: 'B')])", true));
        jenkins.buildAndAssertSuccess(pipeline);
        assertThat(pipeline.getProperty(ChangeControlJobProperty.class).getProject())
                .isEqualTo("B");

        WorkflowJob asOwner = ControlledJenkins.create(jenkins, WorkflowJob.class, "as-owner");
        QueueItemAuthenticatorConfiguration.get()
                .getAuthenticators()
                .add(new MockQueueItemAuthenticator()
                        .authenticate(
                                "apps/as-owner", User.getById(DEVELOPER, true).impersonate2()));
        asOwner.setDefinition(new CpsFlowDefinition("properties([changeControl(project: 'A')])", true));
        jenkins.buildAndAssertSuccess(asOwner);
        asOwner.setDefinition(new CpsFlowDefinition("properties([])", true));
        jenkins.buildAndAssertSuccess(asOwner);
        assertThat(asOwner.getProperty(ChangeControlJobProperty.class))
                .as("builds that run as the owner may add a mark only")
                .isNotNull();
    }
}
