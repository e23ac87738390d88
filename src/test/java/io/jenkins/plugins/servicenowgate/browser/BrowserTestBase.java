package io.jenkins.plugins.servicenowgate.browser;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import hudson.ExtensionList;
import io.jenkins.plugins.darktheme.DarkThemeSystemManagerFactory;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.thememanager.ThemeManagerPageDecorator;
import jenkins.security.csp.impl.CspConfiguration;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * A real browser, in which an administrator is signed in, at a secured Jenkins with the content security policy enforced.
 * Each test has a Jenkins of its own: the harness starts those that are processes of their own test by test.
 */
@Tag("browser")
abstract class BrowserTestBase {
    @RegisterExtension
    final RealJenkinsExtension jenkins = ControlledJenkins.inAShortProcess().withTimeout(300);

    ServiceNowSimulator simulator;
    Browser browser;

    @BeforeEach
    final void start() throws Throwable {
        simulator = ServiceNowSimulator.start();
        jenkins.startJenkins();
        String baseUrl = simulator.baseUrl();
        jenkins.runRemotely((RealJenkinsExtension.Step) rule -> {
            SecuredJenkins.secureForRestarts(rule.jenkins);
            ControlledJenkins.configure(baseUrl);
            ServiceNowGateConfiguration.get().setShortestPollIntervalSeconds(5);
            ExtensionList.lookupSingleton(CspConfiguration.class).setEnforce(true);
            ThemeManagerPageDecorator.get().setTheme(new DarkThemeSystemManagerFactory());
        });
        browser = new Browser(jenkins.getUrl(), "en-US");
        browser.signIn(SecuredJenkins.ADMIN);
    }

    @AfterEach
    final void stop() {
        browser.close();
        simulator.close();
    }

    final void job(String script, boolean controlled) throws Throwable {
        jenkins.runRemotely((RealJenkinsExtension.Step) rule -> {
            WorkflowJob job = ControlledJenkins.job(rule, "shop", script);
            if (controlled) {
                job.addProperty(new ChangeControlJobProperty());
                job.scheduleBuild2(0).waitForStart();
            }
        });
    }

    final void save() {
        browser.page()
                .getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Save").setExact(true))
                .click();
        browser.page().waitForURL(url -> !url.contains("/configure"));
    }
}
