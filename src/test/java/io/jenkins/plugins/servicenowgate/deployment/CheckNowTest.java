package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleProject;
import hudson.model.Item;
import io.jenkins.plugins.servicenowgate.polling.PollingPolicy;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.net.URL;
import java.time.Duration;
import org.htmlunit.HttpMethod;
import org.htmlunit.Page;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The button that checks a change at once, although the next check is hours away. */
class CheckNowTest extends ProductionPipelineTestBase {
    private WorkflowRun run;

    @BeforeEach
    void waitForHours() throws Exception {
        ConnectionRuntimes.setPolicyForTests(new PollingPolicy(
                Duration.ofHours(2), Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofMillis(1500), 3, 5));
        run = waiting(build("shop", DEPLOY));
        await().until(() -> theChange().workNotes().size() == 1);
    }

    private static URL address(String id) throws Exception {
        return new URL(jenkins.getURL(), "servicenow-gates/checkNow?id=" + id);
    }

    private int post(String user, String id) throws Exception {
        return webWithErrors(user)
                .getPage(new WebRequest(address(id), HttpMethod.POST))
                .getWebResponse()
                .getStatusCode();
    }

    private int polls() {
        return simulator.requests().count(Endpoint.LIST);
    }

    @Test
    void aUserWithBuildPermissionHearsOfTheApprovalAtOnce() throws Exception {
        simulator.people().approve(theChange().number());
        assertThat(run.isBuilding()).isTrue();

        // The change was polled a moment ago, when the deployment began to wait.
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            post(SecuredJenkins.DEVELOPER, deployment(run).getId());
            return !run.isBuilding();
        });

        jenkins.assertBuildStatusSuccess(run);
        jenkins.assertLogContains("by " + theChange().number(), run);
    }

    /** It holds its executor meanwhile. */
    @Test
    void aBuildThatLeavesTheQueueIsCheckedAtOnceToo() throws Exception {
        run.doKill();
        FreeStyleProject queued = ControlledJenkins.queuedJob(jenkins, "web", "1");
        newAgent("late", null);
        queued.scheduleBuild2(0);
        await().until(() -> simulator.changes().size() == 2
                && simulator.changes().get(1).workNotes().size() == 1);
        simulator.people().approve(simulator.changes().get(1).number());

        await().atMost(Duration.ofSeconds(30)).until(() -> {
            DeploymentRegistry.get().waiting().forEach(Deployment::checkNow);
            return queued.getLastBuild() != null;
        });
        await().atMost(Duration.ofSeconds(10))
                .until(() -> !queued.getLastBuild().isBuilding());
        jenkins.assertBuildStatusSuccess(queued.getLastBuild());
    }

    @Test
    void itIsOfferedToUsersWhoMayBuild() throws Exception {
        HtmlPage build = web(SecuredJenkins.DEVELOPER).getPage(run, "change-requests/");
        HtmlPage list = web(SecuredJenkins.DEVELOPER).goTo("servicenow-gates/");

        assertThat(build.asXml())
                .contains("servicenow-gates/checkNow?id=" + deployment(run).getId());
        assertThat(list.asXml())
                .contains("servicenow-gates/checkNow?id=" + deployment(run).getId());
        assertThat(web(SecuredJenkins.READER).getPage(run, "change-requests/").asXml())
                .doesNotContain("checkNow");
        run.doKill();
    }

    @Test
    void othersMayNotUseIt() throws Exception {
        String id = deployment(run).getId();
        int polls = polls();

        assertThat(post(SecuredJenkins.READER, id)).isEqualTo(403);
        assertThat(post(SecuredJenkins.STRANGER, id)).isEqualTo(404);
        assertThat(post(SecuredJenkins.DEVELOPER, "unknown")).isEqualTo(404);
        Page get = webWithErrors(SecuredJenkins.DEVELOPER).getPage(new WebRequest(address(id), HttpMethod.GET));
        assertThat(get.getWebResponse().getStatusCode()).isEqualTo(405);
        authorization.grant(Item.BUILD).everywhere().to(SecuredJenkins.STRANGER);
        assertThat(post(SecuredJenkins.STRANGER, id)).isEqualTo(404);
        assertThat(polls()).isEqualTo(polls);
        run.doKill();
    }

    /** However often the button is clicked. */
    @Test
    void checksAreLimited() throws Exception {
        int polls = polls();
        for (int i = 0; i < 10; i++) {
            assertThat(post(SecuredJenkins.DEVELOPER, deployment(run).getId())).isEqualTo(200);
        }

        await().during(Duration.ofMillis(500)).until(() -> polls() <= polls + 1);
        run.doKill();
    }
}
