package io.jenkins.plugins.servicenowgate.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins;
import io.jenkins.plugins.servicenowgate.gathering.GitRepository;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** The pages of a deployment, in a real browser. */
class BrowserTest extends BrowserTestBase {
    @Test
    void aUserMarksAJobAndWatchesItUntilTheRelease() throws Throwable {
        job("serviceNowDeployment(environment: 'Production', version: '1.0.1') { echo 'deployed' }", false);
        Page page = browser.open("job/apps/job/shop/configure");
        page.getByText("Change controlled (ServiceNow)").click();
        save();
        assertThat(jenkins.runRemotely((RealJenkinsExtension.Step2<Boolean>) rule -> rule.jenkins
                                .getItemByFullName("apps/shop", WorkflowJob.class)
                                .getProperty(ChangeControlJobProperty.class)
                        != null))
                .isTrue();
        browser.open("job/apps/job/shop/servicenow-change-control/");
        assertThat(page.getByText("Change required", new Page.GetByTextOptions().setExact(true)))
                .isVisible();
        browser.picture("change-control", page.locator("#main-panel"));
        browser.isAccessible("#main-panel");
        browser.fitsANarrowWindow(".servicenow-gate-scroll");

        browser.open("job/apps/job/shop/");
        page.getByText("Build Now").first().click();
        Locator badge = page.getByText(Pattern.compile("CHG\\d+: Waiting"));
        assertThat(badge.first()).isVisible();
        browser.picture("build-history", page.locator("#side-panel"));
        browser.open("job/apps/job/shop/1/");
        Locator card = page.locator("article.servicenow-gate-card");
        assertThat(card).containsText("the deployment is released when the change is in Implement");
        String number = simulator.changes().get(0).number();
        Instant start = Instant.parse("2030-01-02T10:00:00Z");
        simulator.people().window(number, start, start.plus(Duration.ofHours(2)));
        assertThat(card).containsText("Jan 2, 2030, 11:00:00");
        assertThat(card).containsText("2030-01-02 10:00:00 UTC");
        browser.picture("waiting-build", page.locator("#main-panel"));
        browser.isAccessible(".servicenow-gate-card");
        browser.fitsANarrowWindow(".servicenow-gate-card, .servicenow-gate-card *");
        assertThat(card.getByRole(AriaRole.LINK).first()).hasAttribute("href", Pattern.compile(".*change_request.*"));

        browser.open("servicenow-gates/");
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(number)))
                .isVisible();
        Locator since = page.locator("td > time").first();
        assertThat(since).hasText(Pattern.compile("\\d+ (seconds?|minutes?) ago"));
        assertThat(since).hasAttribute("title", Pattern.compile(".+ \\(2\\d{3}-\\d\\d-\\d\\d .+ UTC\\)"));
        assertThat(page.locator("td .servicenow-gate-why")).containsText("is in New (approval: ");
        browser.picture("servicenow-gates", page.locator("#main-panel"));
        browser.isAccessible("#main-panel");
        browser.fitsANarrowWindow(".servicenow-gate-scroll, .servicenow-gate-filter");
        page.getByLabel("Project, environment, version").fill("nothing of that kind");
        page.keyboard().press("Enter");
        assertThat(page.getByText("No waiting deployment matches the filter.")).isVisible();

        browser.open("job/apps/job/shop/1/");
        simulator.people().window(number, null, null);
        simulator.people().approve(number);
        assertThat(card).containsText("Deployed");
        browser.picture("released-build", page.locator("#main-panel"));
        browser.isAccessible(".servicenow-gate-card");
        browser.consoleIsSilent();
    }

    @Test
    void approversSeeWhatTheyApproveInTheChangeAndOnTheCard(@TempDir Path directory) throws Throwable {
        jenkins.runRemotely((RealJenkinsExtension.Step) JenkinsRule::createOnlineSlave);
        GitRepository repository = GitRepository.create(directory.resolve("shop"));
        repository.commit("Ann", "Sell things", "shop.txt", "1");
        job("""
                node {
                    checkout scmGit(branches: [[name: 'main']], browser: github('https://git.example.com/shop/'),
                        userRemoteConfigs: [[url: '%s']])
                    writeFile file: 'target/shop.war', text: "shop 1.0.${env.BUILD_NUMBER}"
                    writeFile file: 'target/tests.xml',
                        text: '<testsuite name="shop"><testcase name="sells"/><testcase name="refunds"/></testsuite>'
                    junit 'target/tests.xml'
                    archiveArtifacts artifacts: 'target/*.war', fingerprint: true
                }
                serviceNowGate environment: 'Production', version: "1.0.${env.BUILD_NUMBER}", evidence: [
                    changes: true, tests: true, artifacts: ['target/*.war'],
                    links: ['Release notes': "https://example.com/shop/releases/1.0.${env.BUILD_NUMBER}"]]
                """.formatted(repository.url()), true);
        await().atMost(Duration.ofMinutes(1)).until(() -> !simulator.changes().isEmpty());
        simulator.people().approve(simulator.changes().get(0).number());
        Page page = browser.open("job/apps/job/shop/1/");
        assertThat(page.locator("article.servicenow-gate-card")).containsText("Deployed");
        repository.commit("Ann", "Round prices to cents", "prices.txt", "2");
        repository.commit("Bob", "Show the delivery date in the basket", "basket.txt", "3");

        browser.open("job/apps/job/shop/");
        page.getByText("Build Now").first().click();
        await().atMost(Duration.ofMinutes(1)).until(() -> simulator.changes().size() == 2);
        browser.open("job/apps/job/shop/2/");
        Locator card = page.locator("article.servicenow-gate-card");
        assertThat(card).containsText("the deployment is released when the change is in Implement");
        card.getByText("What approvers are told").click();
        Locator evidence = card.locator(".servicenow-gate-evidence");
        assertThat(evidence).containsText("Commits: 2 by 2 authors since version 1.0.1 (");
        assertThat(evidence).containsText("Tests: 2 passed, 0 failed, 0 skipped");
        assertThat(evidence).containsText("https://example.com/shop/releases/1.0.2");
        browser.picture("evidence-card", card, 1400);
        browser.isAccessible(".servicenow-gate-card");
        browser.fitsANarrowWindow(".servicenow-gate-card");
        browser.consoleIsSilent();

        page.navigate(simulator.baseUrl() + "/simulator");
        Locator change = page.locator("#changes li")
                .filter(new Locator.FilterOptions().setHasText("target/shop.war"))
                .filter(new Locator.FilterOptions().setHasText("version 1.0.2 to"))
                .first();
        change.getByText("Description and plans").click();
        assertThat(change.locator("[data-texts]")).containsText("Round prices to cents");
        browser.picture("evidence-change", change, 1400);
    }

    @Test
    void theBuildPageShowsWhyADeploymentIsRefused() throws Throwable {
        job("serviceNowGate environment: 'Production', version: '1.0.1'", true);
        Page page = browser.open("job/apps/job/shop/1/");
        Locator card = page.locator("article.servicenow-gate-card");
        assertThat(card).containsText("Waiting");
        simulator.people().reject(simulator.changes().get(0).number());
        assertThat(card).containsText("Refused");
        assertThat(card).containsText("was rejected");
        browser.picture("refused-build", page.locator("#main-panel"));
        browser.isAccessible(".servicenow-gate-card");
        browser.open("job/apps/job/shop/1/console");
        assertThat(page.locator("pre").first())
                .containsText(
                        "ERROR: Refused: " + simulator.changes().get(0).number() + " was rejected by Ann Approver");
        browser.consoleIsSilent();
    }

    /** Nothing is left in English where the browser asks for German. */
    @Test
    void thePagesAreInGermanForAGermanBrowser() throws Throwable {
        job("serviceNowGate environment: 'Production', version: '1.0.1'", true);
        try (Browser german = new Browser(jenkins.getUrl(), "de-DE")) {
            german.signIn(SecuredJenkins.ADMIN);
            Page page = german.open("job/apps/job/shop/1/");
            Locator card = page.locator("article.servicenow-gate-card");
            assertThat(card).containsText("Wartet seit");
            assertThat(card).containsText("Umgebung");
            german.open("servicenow-gates/");
            assertThat(page.getByText("Wartende Auslieferungen: 1")).isVisible();
            assertThat(page.getByText("Stimmt mit Jenkins auf eine Minute überein"))
                    .isVisible();
            german.open("job/apps/job/shop/servicenow-change-control/");
            assertThat(page.getByText("Change nötig", new Page.GetByTextOptions().setExact(true)))
                    .isVisible();
            german.open("manage/configure");
            assertThat(page.getByText("Change-Kontrolle durchsetzen").first()).isVisible();
            german.consoleIsSilent();
        }
    }

    @Test
    void aUserReleasesWithoutApprovalAndTheAuditShowsIt() throws Throwable {
        jenkins.runRemotely((RealJenkinsExtension.Step)
                rule -> ServiceNowGateConfiguration.get().setBreakGlass(true));
        job("serviceNowDeployment(environment: 'Production', version: '1.0.1') { echo 'deployed' }", true);
        Page page = browser.open("job/apps/job/shop/1/");
        assertThat(page.locator("article.servicenow-gate-card"))
                .containsText("the deployment is released when the change is in Implement");
        browser.open("servicenow-gates/");
        browser.isAccessible("#main-panel");
        browser.fitsANarrowWindow(".servicenow-gate-scroll, .servicenow-gate-filter");
        page.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("Break-glass release of apps » shop #1 to Production"))
                .click();
        page.getByLabel("Reason (required)").fill("The shop is down; the manager on duty agreed");
        browser.picture("break-glass", page.locator("#main-panel"));
        browser.isAccessible("#main-panel");
        browser.fitsANarrowWindow(".servicenow-gate-card, #servicenow-gate-reason");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Deploy without an approved change"))
                .click();
        page.waitForURL(url -> url.endsWith("/job/apps/job/shop/1/"));
        assertThat(page.locator("article.servicenow-gate-card")).containsText("Released without approval");
        assertThat(page.locator("article.servicenow-gate-card")).containsText("the manager on duty agreed");
        browser.isAccessible(".servicenow-gate-card");
        browser.picture("break-glass-build", page.locator("#main-panel"));
        anotherJob("serviceNowGate environment: 'Production', version: '2.0'");
        simulator.people().reject(simulator.changes().get(1).number());
        browser.open("job/apps/job/bank/1/");
        assertThat(page.locator("article.servicenow-gate-card")).containsText("Refused");

        browser.open("servicenow-gates/audit/");
        assertThat(page.getByText("Released without approval").last()).isVisible();
        browser.picture("audit", page.locator("#main-panel"));
        browser.isAccessible("#main-panel");
        browser.fitsANarrowWindow(".servicenow-gate-scroll, .servicenow-gate-filter");
        page.getByLabel("Outcome").selectOption("REFUSE");
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Filter").setExact(true))
                .click();
        assertThat(page.locator("tbody tr")).hasCount(1);
        browser.open("manage/");
        Locator warning = page.locator(".jenkins-alert", new Page.LocatorOptions().setHasText("break glass"));
        assertThat(warning)
                .containsText(Pattern.compile("(sec|min) ago: .*, released by admin\\. Reason: The shop is down"));
        browser.consoleIsSilent();
    }

    private void anotherJob(String script) throws Throwable {
        jenkins.runRemotely((RealJenkinsExtension.Step) rule -> rule.waitForMessage(
                "[ServiceNow] Waiting: ",
                ControlledJenkins.controlledJob(rule, "bank", script)
                        .scheduleBuild2(0)
                        .waitForStart()));
    }
}
