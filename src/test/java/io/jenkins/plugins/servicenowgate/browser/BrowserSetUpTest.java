package io.jenkins.plugins.servicenowgate.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** The plugin as an administrator and the author of a Jenkinsfile use it, in a real browser. */
class BrowserSetUpTest extends BrowserTestBase {
    private static Locator field(Locator form, String name) {
        return form.locator("[name='_." + name + "']");
    }

    /** Waits for the first check of a new entry, whose late response would stay beside what is entered meanwhile. */
    private static Locator checked(Locator entry) {
        assertThat(entry.locator(".error").first()).isVisible();
        return entry;
    }

    @Test
    void anAdministratorAddsAConnectionAndAnEnvironment() throws Throwable {
        simulator.addChange(Map.of("short_description", "x"));
        jenkins.runRemotely((RealJenkinsExtension.Step) rule -> {
            ServiceNowGateConfiguration.get().setConnections(List.of());
            ServiceNowGateConfiguration.get().setEnvironments(List.of());
        });
        Page page = browser.open("manage/configure");
        Locator section =
                page.locator("section.jenkins-section", new Page.LocatorOptions().setHasText("Enforce change control"));

        section.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Add connection"))
                .click();
        Locator connection = checked(section.locator("[name='connections']").last());
        field(connection, "name").fill("corp");
        field(connection, "baseUrl").fill("http://corp.service-now.com");
        field(connection, "clientId").fill(ServiceNowSimulator.CLIENT_ID);
        assertThat(connection.locator(".error").first()).containsText("https");
        field(connection, "baseUrl").fill(simulator.baseUrl());
        field(connection, "clientSecretId").selectOption("servicenow-client");
        field(connection, "userCredentialsId").selectOption("servicenow-user");
        connection.getByText("Test Connection").click();
        assertThat(connection.getByText("Signed in as jenkins.integration.")).isVisible();
        assertThat(connection.getByText("May read changes.")).isVisible();

        section.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Add environment"))
                .click();
        Locator environment = checked(section.locator("[name='environments']").last());
        field(environment, "name").fill("Production");
        environment.getByText("Change controlled").first().click();
        browser.picture("configuration", section, 1900);

        section.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Add environment"))
                .click();
        Locator twin = checked(section.locator("[name='environments']").last());
        field(twin, "name").fill("Production");
        assertThat(section.getByText("Another entry has the same name.").first())
                .isVisible();
        field(twin, "name").fill("Staging");
        assertThat(section.getByText("Another entry has the same name.")).hasCount(0);
        browser.fitsANarrowWindow("[name='connections'], [name='environments']");
        save();
        browser.consoleIsSilent();

        String saved = jenkins.runRemotely((RealJenkinsExtension.Step2<String>)
                rule -> ServiceNowGateConfiguration.get().connection("corp").getBaseUrl() + " "
                        + ServiceNowGateConfiguration.get().getEnvironments().stream()
                                .map(each -> each.getName() + " " + each.isChangeControlled())
                                .toList());
        assertThat(saved).isEqualTo(simulator.baseUrl() + " [Production true, Staging false]");
    }

    @Test
    void anAdministratorDeterminesWhoDecidesWhoApproves() throws Throwable {
        Page page = browser.open("manage/configure");
        Locator section =
                page.locator("section.jenkins-section", new Page.LocatorOptions().setHasText("Enforce change control"));
        Locator environment = section.locator("[name='environments']").first();
        environment
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Advanced"))
                .click();
        field(environment, "approvalSettings").selectOption("administrator");
        environment
                .locator("textarea[name='allowedTemplates']")
                .fill("Deploy the web shop with its database\nDeploy the web shop");
        environment.locator("textarea[name='jobFields']").fill("assignment_group\nu_release");
        environment
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Add project"))
                .click();
        Locator project = environment.locator("[name='projects']").last();
        field(project, "job").fill("apps/shop");
        field(project, "name").fill("Web shop");
        browser.picture("approval-settings", environment, 4300);
        browser.fitsANarrowWindow("[name='environments'], [name='environments'] textarea, [name='projects']");
        save();
        browser.consoleIsSilent();

        String saved = jenkins.runRemotely((RealJenkinsExtension.Step2<String>) rule -> {
            Environment first =
                    ServiceNowGateConfiguration.get().getEnvironments().get(0);
            return first.getApprovalSettings() + " " + first.getAllowedTemplates() + " " + first.getJobFields() + " "
                    + first.getProjects().stream()
                            .map(each -> each.getJob() + "=" + each.getName())
                            .toList();
        });
        assertThat(saved)
                .isEqualTo("administrator [Deploy the web shop with its database, Deploy the web shop]"
                        + " [assignment_group, u_release] [apps/shop=Web shop]");
    }

    @Test
    void theSnippetGeneratorOffersEnvironments() throws Throwable {
        job("echo 'x'", false);
        Page page = browser.open("job/apps/job/shop/pipeline-syntax/");
        page.locator("select.dropdownList")
                .first()
                .selectOption("serviceNowGate: ServiceNow gate: wait until the change is approved");
        Locator environment = page.locator("input[name='_.environment']").first();
        environment.click();
        environment.pressSequentially("Pro");
        assertThat(page.getByText("Production").first()).isVisible();
        environment.fill("Production");
        environment.press("Tab");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Generate Pipeline Script"))
                .click();
        assertThat(page.locator("#prototypeText")).hasValue("serviceNowGate 'Production'");
        browser.consoleIsSilent();
        assertThat(List.of(environment.inputValue())).containsExactly("Production");
    }

    @Test
    void theDiagnosticsPageHasATextToCopy() throws Throwable {
        Page page = browser.open("servicenow-gates/diagnostics/");
        assertThat(page.locator("pre")).containsText("## Connection corp");
        browser.picture("diagnostics");
        browser.isAccessible("#main-panel");
        browser.consoleIsSilent();
    }
}
