package io.jenkins.plugins.servicenowgate.pages;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Item;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.control.Permissions;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.setup.ConnectionChecks;
import io.jenkins.plugins.servicenowgate.setup.SetupFinding;
import io.jenkins.plugins.servicenowgate.setup.SetupFinding.Level;
import io.jenkins.plugins.servicenowgate.setup.SetupReport;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;

/** The check of the set-up: what it finds, who sees it, and when it sends requests. */
@Timeout(120)
class SetupPageTest extends ControlledJenkinsTestBase {
    private static final String PAGE = "servicenow-gates/setup/";

    @BeforeEach
    void allowTheAuditor() {
        authorization.grant(Jenkins.READ, Jenkins.SYSTEM_READ).everywhere().to("auditor");
    }

    /** The findings as an administrator sees them. */
    private static List<String> findings() {
        List<String> findings = new ArrayList<>();
        for (SetupReport.Section section : SetupReport.create(folder -> true).sections()) {
            section.findings().forEach(finding -> findings.add(finding.english()));
        }
        return findings;
    }

    private static void assertFound(String... findings) {
        assertThat(findings()).contains(findings);
    }

    private static Environment production() {
        return ServiceNowGateConfiguration.get().getEnvironments().get(0);
    }

    private int post(String user) throws Exception {
        JenkinsRule.WebClient web = webWithErrors(user);
        web.getOptions().setRedirectEnabled(false);
        return web.getPage(web.addCrumb(
                        new WebRequest(new URL(jenkins.getURL() + PAGE + "checkConnections"), HttpMethod.POST)))
                .getWebResponse()
                .getStatusCode();
    }

    private void check() throws Exception {
        assertThat(post(ADMIN)).isEqualTo(302);
        await().atMost(Duration.ofSeconds(40))
                .until(() -> !ConnectionChecks.get().isRunning());
    }

    @Test
    void showingThePageSendsNothing() throws Exception {
        HtmlPage page = web("auditor").goTo(PAGE);

        assertThat(page.asNormalizedText())
                .contains("Production: jobs and folders may choose settings that decide who approves")
                .contains("corp: not checked with requests yet")
                .doesNotContain("Check connections\n");
        assertThat(page.getElementsByTagName("form"))
                .noneMatch(form -> form.getAttribute("name").equals("check-connections"));
        assertThat(simulator.requests().all()).isEmpty();
    }

    @Test
    void onlyAnAdministratorStartsTheCheckOfConnections() throws Exception {
        for (String user : List.of(STRANGER, READER, DEVELOPER, "auditor")) {
            assertThat(post(user)).as(user).isEqualTo(403);
        }
        JenkinsRule.WebClient admin = webWithErrors(ADMIN);
        assertThat(admin.goTo(PAGE + "checkConnections", null).getWebResponse().getStatusCode())
                .isEqualTo(405);
        assertThat(simulator.requests().all()).isEmpty();

        HtmlPage page = web(ADMIN).goTo(PAGE);
        jenkins.submit(page.getFormByName("check-connections"));
        await().until(() -> !simulator.requests().all().isEmpty());
    }

    @Test
    void theCheckReadsAndWritesNothing() throws Exception {
        simulator.addChange(Map.of("short_description", "Another"));
        check();

        assertFound(
                "WORKS: corp: May read changes.",
                "WORKS: Production: ServiceNow has what its settings need (connection corp).");
        assertThat(findings()).anyMatch(finding -> finding.matches("WORKS: corp: checked with requests at .* UTC\\."));
        assertThat(simulator.requests().all())
                .filteredOn(request -> request.endpoint() != Endpoint.TOKEN)
                .isNotEmpty()
                .extracting(RecordedRequest::method)
                .containsOnly("GET");
        String page = web(ADMIN).goTo(PAGE).getWebResponse().getContentAsString();
        assertThat(page)
                .contains("corp: May read changes.")
                .doesNotContain(ServiceNowSimulator.CLIENT_SECRET, ServiceNowSimulator.PASSWORD, "Bearer");
    }

    @Test
    void whatASettingNeedsIsTested() throws Exception {
        simulator.addTemplate("Deploy shop", true, Map.of());
        Environment production = production();
        production.setStandardChangeTemplate("Deploy to shop");
        production.setConfigurationItem("web-shop-prod");
        production.setSeparateDuties(true);
        simulator.behaviour().refuseTables("sysapproval_approver").currentUserScript(false);
        check();

        assertThat(findings())
                .anyMatch(finding ->
                        finding.startsWith("MISSING: Production, with the connection corp: Refused: there is no"
                                + " active Standard change template named exactly \"Deploy to shop\"."))
                .anyMatch(finding -> finding.startsWith("MISSING: Production, with the connection corp: Refused: ")
                        && finding.contains("web-shop-prod"))
                .anyMatch(finding -> finding.startsWith(
                                "MISSING: Production: its settings could not be tested against the connection corp: ")
                        && finding.contains("403"));
        assertThat(simulator.requests().to(Endpoint.TABLE))
                .extracting(request -> request.path().replaceFirst(".*/", ""))
                .contains("sysapproval_approver", "cmdb_ci", "sys_user");
    }

    /** Pressing the button again and again must not lock the integration user. */
    @Test
    void aRejectedSignInIsSentNoMoreThanAGateWouldSendIt() throws Exception {
        simulator.rejectUser(true);
        for (int i = 0; i < 6; i++) {
            check();
        }

        assertThat(findings())
                .anyMatch(finding -> finding.startsWith("MISSING: corp: Signing in failed: ")
                        && finding.contains("ServiceNow gives the same response for several causes"));
        assertThat(simulator.requests().to(Endpoint.TOKEN)).hasSizeLessThanOrEqualTo(4);
        assertThat(simulator.requests().all())
                .hasSameSizeAs(simulator.requests().to(Endpoint.TOKEN));
    }

    @Test
    void aSlowInstanceHoldsNoPageAndIsCheckedOnce() throws Exception {
        simulator.faults().on(Endpoint.TOKEN).once(Fault.slow(Duration.ofSeconds(5)));
        assertThat(post(ADMIN)).isEqualTo(302);
        await().until(() -> !simulator.requests().all().isEmpty());

        assertThat(post(ADMIN)).isEqualTo(302);
        assertThat(web(ADMIN).goTo(PAGE).asNormalizedText())
                .contains("The connections are being checked.", "corp: is being checked. Reload the page.");
        await().atMost(Duration.ofSeconds(40))
                .until(() -> !ConnectionChecks.get().isRunning());

        assertThat(simulator.requests().to(Endpoint.TOKEN)).hasSize(1);
        assertThat(findings()).anyMatch(finding -> finding.startsWith("WORKS: corp: Signed in as"));
    }

    @Test
    void aResultEndsWithItsConnection() throws Exception {
        check();
        ServiceNowGateConfiguration.get()
                .setConnections(List.of(new io.jenkins.plugins.servicenowgate.config.ServiceNowConnection(
                        "corp", simulator.baseUrl(), "another-client", "servicenow-client", "servicenow-user")));

        assertFound("UNKNOWN: corp: not checked with requests yet. Use \"Check connections\".");
    }

    @Test
    void whoDecidesAndWhoApproves() throws Exception {
        assertThat(findings())
                .anyMatch(finding -> finding.startsWith("RISKY: Production: jobs and folders may choose"));
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        configuration.setConnections(List.of(
                ControlledJenkins.connection("corp", simulator), ControlledJenkins.connection("test", simulator)));
        Environment production = production();
        production.setApprovalSettings("administrator");
        production.setStandardChangeTemplate("Deploy shop");
        production.setAutomaticTransition("true");

        assertFound("WORKS: Production: administrators decide who approves (approvalSettings: administrator).");
        assertThat(findings())
                .anyMatch(finding ->
                        finding.startsWith("RISKY: Production: no connection is named although several exist"))
                .anyMatch(finding -> finding.startsWith(
                        "RISKY: Production: deployments use Standard changes of the template Deploy shop"))
                .noneMatch(finding -> finding.contains("Dev"));

        production.setConnection("corp");
        production.setSeparateDuties(true);
        assertFound("WORKS: Production: another person than the starter of the build must approve (separateDuties).");
        assertThat(findings())
                .noneMatch(finding -> finding.contains("no connection is named"))
                .noneMatch(finding -> finding.contains("deployments use Standard changes"));

        production.setStandardChangesPreApproved(true);
        assertThat(findings()).anyMatch(finding -> finding.startsWith("RISKY: Production: deployments use Standard"));
    }

    @Test
    void agents() throws Exception {
        assertThat(findings()).anyMatch(finding -> finding.startsWith("RISKY: Production: no agents are reserved"));
        production().setAgentLabel("production");
        assertFound("MISSING: Production: no agent has the label production, for which agents are reserved.");
        agent("deployer", "production");
        assertFound("WORKS: Production: the agents with the label production are reserved.");
        jenkins.jenkins.setNumExecutors(2);
        assertThat(findings()).anyMatch(finding -> finding.startsWith("RISKY: The built-in node"));
        jenkins.jenkins.setNumExecutors(0);
        assertThat(findings()).noneMatch(finding -> finding.contains("built-in node"));
    }

    @Test
    void rights() {
        assertFound("WORKS: Anonymous users have none of the rights that matter for change control on the controller.");
        assertThat(findings()).anyMatch(finding -> finding.startsWith("WORKS: Users who are only signed in"));

        authorization.grant(Item.CONFIGURE, Item.READ).everywhere().to("anonymous");
        authorization.grant(Permissions.MARK).everywhere().toAuthenticated();

        assertThat(findings())
                .anyMatch(finding -> finding.startsWith(
                        "RISKY: Anonymous users have rights on the controller: Job/Configure, Job/Read."))
                .anyMatch(finding -> finding.startsWith(
                        "RISKY: Everybody who can sign in has rights on the controller: ServiceNow Gate/Mark."));
    }

    @Test
    void whetherAnythingIsControlled() throws Exception {
        assertFound("WORKS: Change control is on.");
        assertThat(findings()).anyMatch(finding -> finding.startsWith("MISSING: No folder and no job is change"));
        ControlledJenkins.controlledJob(jenkins, "shop", "");
        assertThat(findings()).noneMatch(finding -> finding.startsWith("MISSING: No folder and no job"));

        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        configuration.setEnabled(false);
        configuration.setEnvironments(List.of());
        configuration.setConnections(List.of());
        assertFound(
                "RISKY: Change control is switched off: deployments are released without an approved change.",
                "MISSING: No ServiceNow connection is configured.",
                "MISSING: No environment is change controlled, so no deployment needs a change.");
    }

    /** A folder's environment is named only to those who may read the folder. */
    @Test
    void findingsAboutFoldersNeedReadAccess() throws Exception {
        Folder ops = jenkins.createProject(Folder.class, "top-secret");
        ChangeControlFolderProperty property = new ChangeControlFolderProperty();
        property.setEnvironments(List.of(ControlledJenkins.environment("Vault", true)));
        ops.addProperty(property);

        assertThat(web(ADMIN).goTo(PAGE).getWebResponse().getContentAsString())
                .contains("Vault (top-secret): jobs and folders may choose", "job/top-secret/configure");
        assertThat(web("auditor").goTo(PAGE).asNormalizedText())
                .doesNotContain("Vault", "top-secret")
                .contains("Findings about folders that you may not read: 2");
        assertThat(web("auditor")
                        .goTo("servicenow-gates/diagnostics/")
                        .getWebResponse()
                        .getContentAsString())
                .contains("RISKY: Production: jobs and folders may choose", "findings about folders: 2")
                .doesNotContain("Vault", "top-secret");
    }

    /** A template that a folder sets for an environment of the controller counts, too. */
    @Test
    void settingsOfFoldersCount() throws Exception {
        Folder ops = jenkins.createProject(Folder.class, "ops");
        ChangeControlFolderProperty property = new ChangeControlFolderProperty();
        property.setStandardChangeTemplate("Deploy shop");
        property.setAutomaticTransition("true");
        ops.addProperty(property);

        assertThat(findings())
                .anyMatch(finding -> finding.startsWith(
                        "RISKY: Production (ops): deployments use Standard changes of the template Deploy shop"))
                .noneMatch(finding -> finding.startsWith("RISKY: Production: deployments use Standard changes"));
    }

    @Test
    void everyFindingHasASentenceAndLinks() throws Exception {
        for (SetupReport.Section section : SetupReport.create(folder -> true).sections()) {
            assertThat(section.getTitle()).isNotBlank();
            assertThat(section.findings()).isSortedAccordingTo(java.util.Comparator.comparing(SetupFinding::level));
            for (SetupFinding finding : section.findings()) {
                assertThat(finding.getText()).endsWith(".").doesNotContain("{");
                assertThat(finding.getGuide())
                        .startsWith("https://github.com/jenkinsci/servicenow-gate-plugin/blob/main/docs/");
                assertThat(webWithErrors(ADMIN)
                                .goTo(finding.getSetting())
                                .getWebResponse()
                                .getStatusCode())
                        .as(finding.getSetting())
                        .isEqualTo(200);
            }
        }
        assertThat(SetupReport.create(folder -> true).count(Level.RISKY)).isPositive();
    }
}
