package io.jenkins.plugins.servicenowgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.cli.CLICommandInvoker;
import hudson.model.AbstractItem;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.TopLevelItem;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.transform.stream.StreamSource;
import jenkins.model.Jenkins;
import jenkins.security.QueueItemAuthenticatorConfiguration;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlForm;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.MockQueueItemAuthenticator;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * Who may change marks: people who may configure everything, the owner, can't take control off by any way there is, while
 * those with the permission for marks can.
 */
@WithJenkins
class MarkPermissionTest {
    private JenkinsRule jenkins;
    private ServiceNowSimulator simulator;
    private Folder folder;
    private FreeStyleProject job;

    @BeforeEach
    void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        simulator = ServiceNowSimulator.start();
        ControlledJenkins.configure(simulator);
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, Item.READ, Item.CONFIGURE, Item.EXTENDED_READ, Item.CREATE, Item.DELETE)
                .everywhere()
                .to("owner", "marker")
                .grant(Permissions.MARK)
                .everywhere()
                .to("marker"));
        folder = jenkins.createProject(Folder.class, "ops");
        folder.addProperty(folderMark("corp"));
        job = folder.createProject(FreeStyleProject.class, "shop");
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        mark.setEnvironment("Production");
        mark.setVersion("1");
        job.addProperty(mark);
        job.setDescription("old");
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private static ChangeControlFolderProperty folderMark(String connection) throws Exception {
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        mark.setConnection(connection);
        mark.setFields(List.of(new ChangeField("assignment_group", "CAB")));
        Environment environment = ControlledJenkins.environment("Staging", true);
        environment.setStandardChangeTemplate("Deploy");
        environment.setAutomaticTransition("true");
        mark.setEnvironments(List.of(environment));
        return mark;
    }

    private ChangeControlFolderProperty ofFolder() {
        return folder.getProperties().get(ChangeControlFolderProperty.class);
    }

    private ChangeControlJobProperty ofJob() {
        return job.getProperty(ChangeControlJobProperty.class);
    }

    private JenkinsRule.WebClient web(String user) {
        JenkinsRule.WebClient web =
                jenkins.createWebClient().withBasicApiToken(user).withThrowExceptionOnFailingStatusCode(false);
        web.getOptions().setPrintContentOnFailingStatusCode(false);
        return web;
    }

    private HtmlForm form(String user, TopLevelItem item) throws Exception {
        return web(user).getPage(item, "configure").getFormByName("config");
    }

    private static ACLContext as(String user) {
        return ACL.as2(User.getById(user, true).impersonate2());
    }

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
        return now.substring(now.indexOf('<' + name), now.indexOf("</" + name + '>') + name.length() + 3);
    }

    @Test
    void anOwnersFormIsRefusedWhenItChangesTheMark() throws Exception {
        HtmlForm ofFolder = form("owner", folder);
        assertThat(ofFolder.getElementsByTagName("fieldset")).isNotEmpty();
        assertThat(ofFolder.asNormalizedText())
                .contains("can only be changed with the permission ServiceNow Gate/Mark");
        ofFolder.getInputByName("_.changeControlled").setChecked(false);
        assertThat(jenkins.submit(ofFolder).getWebResponse().getContentAsString())
                .contains("Refused: changing the ServiceNow change control of ops takes the permission")
                .doesNotContain("\tat ");
        HtmlForm ofJob = form("owner", job);
        assertThat(ofJob.asNormalizedText()).contains("can only be changed with the permission ServiceNow Gate/Mark");
        ofJob.getInputByName("_.environment").setValue("Dev");
        assertThat(jenkins.submit(ofJob).getWebResponse().getContentAsString())
                .contains("Refused: changing the ServiceNow change control of ops/shop takes");
        ofJob = form("owner", job);
        ofJob.getInputByName("specified").setChecked(false);
        assertThat(jenkins.submit(ofJob).getWebResponse().getContentAsString()).contains("Refused: changing");

        folder.doReload();
        assertThat(ofFolder().isChangeControlled()).isTrue();
        assertThat(ofJob().getEnvironment()).isEqualTo("Production");
    }

    /** Attack: a request made by hand that leaves the mark out of the form. */
    @Test
    void aFormWithoutTheMarkIsRefusedToo() throws Exception {
        for (TopLevelItem item : new TopLevelItem[] {folder, job}) {
            JenkinsRule.WebClient web = web("owner");
            WebRequest request = new WebRequest(web.createCrumbedUrl(item.getUrl() + "configSubmit"), HttpMethod.POST);
            request.setEncodingType(null);
            request.setAdditionalHeader("Content-Type", "application/x-www-form-urlencoded");
            request.setRequestBody("json=" + "%7B%22description%22:%22x%22,%22properties%22:%7B%7D%7D");
            assertThat(web.getPage(request).getWebResponse().getContentAsString())
                    .contains("Refused: changing the ServiceNow change control of " + item.getFullName());
        }
        assertThat(ofFolder().isChangeControlled()).isTrue();
        assertThat(ofJob()).isNotNull();
    }

    @Test
    void anOwnersFormThatLeavesTheMarkAloneIsTaken() throws Exception {
        ChangeControlFolderProperty before = ofFolder();
        ChangeControlJobProperty jobBefore = ofJob();
        HtmlForm ofFolder = form("owner", folder);
        ofFolder.getTextAreaByName("_.description").setText("new");
        jenkins.assertGoodStatus(jenkins.submit(ofFolder));
        HtmlForm ofJob = form("owner", job);
        ofJob.getTextAreaByName("description").setText("new");
        jenkins.assertGoodStatus(jenkins.submit(ofJob));

        assertThat(folder.getDescription()).isEqualTo("new");
        assertThat(ofFolder()).isSameAs(before);
        assertThat(job.getDescription()).isEqualTo("new");
        assertThat(ofJob()).isSameAs(jobBefore);
    }

    @Test
    void whoMayChangeMarksCanInForms() throws Exception {
        for (String user : List.of("marker", "admin")) {
            HtmlForm ofFolder = form(user, folder);
            boolean controlled = ofFolder().isChangeControlled();
            ofFolder.getInputByName("_.changeControlled").setChecked(!controlled);
            jenkins.assertGoodStatus(jenkins.submit(ofFolder));
            assertThat(ofFolder().isChangeControlled()).isEqualTo(!controlled);
        }
        HtmlForm ofJob = form("marker", job);
        ofJob.getInputByName("specified").setChecked(false);
        jenkins.assertGoodStatus(jenkins.submit(ofJob));
        assertThat(ofJob()).isNull();
    }

    /** Whether the XML comes from a script, REST or the command line. */
    @Test
    void anOwnersXmlIsTakenWithoutItsMark() throws Exception {
        String template = "<standardChangeTemplate>Deploy</standardChangeTemplate>";
        post("owner", folder, template, "<standardChangeTemplate>Any</standardChangeTemplate>");
        post("owner", folder, "<changeControlled>true<", "<changeControlled>false<");
        post("owner", folder, property(folder, "ChangeControlFolderProperty"), "");
        post("owner", job, "<environment>Production<", "<environment>Dev<");
        post("owner", job, "<description>old<", "<description>new<");
        CLICommandInvoker.Result result = new CLICommandInvoker(jenkins, "update-job")
                .asUser("owner")
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
    void whoMayChangeMarksCanByXml() throws Exception {
        post("marker", folder, "<changeControlled>true<", "<changeControlled>false<");
        assertThat(ofFolder().isChangeControlled()).isFalse();
        post("admin", folder, property(folder, "ChangeControlFolderProperty"), "");
        assertThat(ofFolder()).isNull();
        post("marker", job, property(job, "ChangeControlJobProperty"), "");
        assertThat(ofJob()).isNull();
        job.doReload();
        assertThat(ofJob()).isNull();
    }

    /** Attack: a deployment in the moment between taking the mark off and its coming back. */
    @Test
    void whatIsAboutToBePutBackCountsForNothing() throws Exception {
        ChangeControlFolderProperty mark = ofFolder();
        folder.getProperties().clear();
        assertThat(Levels.isControlled(job)).isTrue();
        assertThat(((Ruling.Required) ChangeControl.rule(job, "Staging", null)).connection())
                .isEqualTo("corp");
        folder.getProperties().replace(mark);
        folder.save();
        assertThat(Levels.isControlled(job)).isTrue();
    }

    @Test
    void ownersAddControlToJobsAndNoSettingsToFolders() throws Exception {
        FreeStyleProject plain = jenkins.createProject(FreeStyleProject.class, "plain");
        HtmlForm form = form("owner", plain);
        form.getInputByName("specified").setChecked(true);
        jenkins.assertGoodStatus(jenkins.submit(form));
        assertThat(plain.getProperty(ChangeControlJobProperty.class)).isNotNull();
        post("owner", plain, property(plain, "ChangeControlJobProperty"), "");
        assertThat(plain.getProperty(ChangeControlJobProperty.class))
                .as("once it is there")
                .isNotNull();

        Folder inner = folder.createProject(Folder.class, "inner");
        HtmlForm ofInner = form("owner", inner);
        ofInner.getInputByName("_.standardChangeTemplate").setValue("Any");
        assertThat(jenkins.submit(ofInner).getWebResponse().getContentAsString())
                .contains("Refused: changing the ServiceNow change control of ops/inner");
        String marked = folder.getConfigFile().asString();
        try (ACLContext ignored = as("owner")) {
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
    void jenkinsfilesGoOnMarkingTheirJobs() throws Exception {
        WorkflowJob pipeline = jenkins.createProject(WorkflowJob.class, "pipeline");
        pipeline.setDefinition(new CpsFlowDefinition("properties([changeControl(project: 'A')])", true));
        jenkins.buildAndAssertSuccess(pipeline);
        pipeline.setDefinition(new CpsFlowDefinition("properties([changeControl(project: 'B')])", true));
        jenkins.buildAndAssertSuccess(pipeline);
        assertThat(pipeline.getProperty(ChangeControlJobProperty.class).getProject())
                .isEqualTo("B");

        WorkflowJob asOwner = jenkins.createProject(WorkflowJob.class, "as-owner");
        QueueItemAuthenticatorConfiguration.get()
                .getAuthenticators()
                .add(new MockQueueItemAuthenticator()
                        .authenticate("as-owner", User.getById("owner", true).impersonate2()));
        asOwner.setDefinition(new CpsFlowDefinition("properties([changeControl(project: 'A')])", true));
        jenkins.buildAndAssertSuccess(asOwner);
        asOwner.setDefinition(new CpsFlowDefinition("properties([])", true));
        jenkins.buildAndAssertSuccess(asOwner);
        assertThat(asOwner.getProperty(ChangeControlJobProperty.class))
                .as("builds that run as the owner may add a mark only")
                .isNotNull();
    }
}
