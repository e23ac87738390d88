package io.jenkins.plugins.servicenowgate.pages;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.deployment.SignedInJenkinsRule;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page that shows whether a job is change controlled, for which environments, and why. */
class ChangeControlPageTest extends ControlledJenkinsTestBase {
    private Folder folder;
    private FreeStyleProject job;

    @BeforeEach
    void markAFolder() throws Exception {
        folder = jenkins.createProject(Folder.class, "ops");
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        mark.setConnection("corp");
        mark.setFields(List.of(new ChangeField("category", "<Software>")));
        Environment stage = ControlledJenkins.environment("Stage <1>", true);
        stage.setStandardChangeTemplate("Deploy");
        stage.setAutomaticTransition("close");
        stage.setAllowEmergency(true);
        mark.setEnvironments(List.of(stage));
        folder.addProperty(mark);
        job = folder.createProject(FreeStyleProject.class, "shop");
    }

    private String page(Item item) throws Exception {
        return web(READER).getPage(item, "servicenow-change-control").asNormalizedText();
    }

    @Test
    void showsWhyAndWithWhichSettings() throws Exception {
        assertThat(page(job))
                .contains(
                        "This job is change controlled",
                        "change controlled by folder ops",
                        "connection corp (folder ops)")
                .doesNotContain("set on this item")
                .containsPattern("Dev\\s+No change required")
                .containsPattern("Production\\s+Change required\\s+corp\\s+ops/shop\\s+category=<Software>")
                .containsPattern(
                        "Stage <1>\\s+Change required\\s+corp\\s+ops/shop\\s+Deploy\\s+Yes, and close after Review\\s+allowed\\s+category=<Software>");
        assertThat(page(folder)).contains("All jobs in this folder", "set on this item", "Stage <1>");

        job.addProperty(new ChangeControlJobProperty());
        assertThat(page(job)).contains("set on this item");
    }

    @Test
    void hasNoColumnThatIsEmptyInEveryRow() throws Exception {
        FreeStyleProject plain = ControlledJenkins.create(jenkins, FreeStyleProject.class, "plain");
        assertThat(headers(plain)).containsExactly("Environment", "Requirement");
        plain.addProperty(new ChangeControlJobProperty());
        assertThat(headers(plain)).containsExactly("Environment", "Requirement", "Connection", "Project in the title");
        assertThat(headers(job))
                .containsExactly(
                        "Environment",
                        "Requirement",
                        "Connection",
                        "Project in the title",
                        "Standard change template",
                        "Automatic transition",
                        "Emergency changes",
                        "Fields of a new change");
    }

    @Test
    void showsWhoMustApproveAndWhatBecomesOfTheChange() throws Exception {
        Environment strict = ControlledJenkins.environment("Strict", true);
        strict.setSeparateDuties(true);
        strict.setAfterDeployment("close");
        strict.setChangeTasks("close");
        strict.setRejected("wait");
        strict.setAbandonedChange("cancel");
        Environment lenient = ControlledJenkins.environment("Lenient", true);
        lenient.setSeparateDuties(true);
        lenient.setStandardChangesPreApproved(true);
        ChangeControlFolderProperty mark = folder.getProperties().get(ChangeControlFolderProperty.class);
        mark.setEnvironments(List.of(strict, lenient));

        assertThat(headers(job))
                .containsSubsequence(
                        "Who must approve",
                        "After the deployment",
                        "Open change tasks",
                        "After a rejection",
                        "Change of a deployment that does not take place");
        assertThat(page(job))
                .containsPattern(
                        "(?s)Strict\\s.*?another person than the starter of the build\\s+move it to Review, then to"
                                + " Closed\\s+close them with the result of the deployment\\s+wait until approval is requested"
                                + " again\\s+cancel it, if the gate created it and nobody approved it")
                .containsPattern(
                        "(?s)Lenient\\s.*?another person than the starter of the build; Standard changes count");
    }

    private List<String> headers(Item item) throws Exception {
        HtmlPage page = web(READER).getPage(item, "servicenow-change-control");
        return page.querySelectorAll("#main-panel th").stream()
                .map(DomNode::asNormalizedText)
                .toList();
    }

    @Test
    void showsMisconfiguration() throws Exception {
        folder.getProperties().get(ChangeControlFolderProperty.class).setConnection("gone");
        assertThat(page(job))
                .containsPattern("Production\\s+Configuration error")
                .contains("there is no ServiceNow connection \"gone\"");
        ServiceNowGateConfiguration.get().setEnabled(false);
        assertThat(page(job)).containsPattern("Production\\s+Not checked");
    }

    @Test
    void showsUncontrolledEnvironments() throws Exception {
        FreeStyleProject free = ControlledJenkins.create(jenkins, FreeStyleProject.class, "free");
        assertThat(page(free)).contains("Not change controlled");
        assertThat(web(READER).getPage(free).asNormalizedText()).doesNotContain("ServiceNow change control");
        assertThat(web(READER).getPage((Job<?, ?>) job).asNormalizedText()).contains("ServiceNow change control");
    }

    /** Folders that the user may not read are not named. */
    @Test
    void hidesUnreadableFolders() throws Exception {
        authorization
                .grant(Jenkins.READ)
                .everywhere()
                .to("teammate")
                .grant(Item.READ)
                .onItems(job)
                .to("teammate");
        try (ACLContext ignored = ACL.as2(User.getById("teammate", true).impersonate2())) {
            assertThat(io.jenkins.plugins.servicenowgate.policy.MarkPreview.get()
                            .inherited(job))
                    .contains("change controlled by folder without read permission")
                    .noneMatch(line -> line.contains("ops"));
        }
    }

    @Test
    void theFormShowsWhatIsInherited() throws Exception {
        HtmlPage form = web(DEVELOPER).getPage(job, "configure");
        assertThat(form.asNormalizedText())
                .contains("change controlled by folder ops")
                .contains("Production: a change is required (connection corp)")
                .contains("Stage <1>: a change is required (connection corp, Standard change template Deploy,")
                .contains("Dev: No approved change required");
        new SignedInJenkinsRule(jenkins, DEVELOPER).configRoundtrip(job);
        assertThat(job.getProperty(ChangeControlJobProperty.class)).isNull();
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        mark.setEnvironment("Stage <1>");
        mark.setVersion("1");
        job.addProperty(mark);
        new SignedInJenkinsRule(jenkins, DEVELOPER).configRoundtrip(job);
        assertThat(job.getProperty(ChangeControlJobProperty.class).getEnvironment())
                .isEqualTo("Stage <1>");
    }
}
