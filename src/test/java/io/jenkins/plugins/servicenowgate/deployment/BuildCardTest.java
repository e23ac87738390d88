package io.jenkins.plugins.servicenowgate.deployment;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import java.time.Duration;
import org.htmlunit.Page;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** The card on a build's page, and the badge in the build history: from the wait to the outcome. */
class BuildCardTest extends ControlledJenkinsTestBase {

    private WorkflowRun waiting(String job, String version) throws Exception {
        return waiting(build(job, "serviceNowGate environment: 'Production', version: '" + version + "'"));
    }

    private String fragment(JenkinsRule.WebClient web, WorkflowRun run) throws Exception {
        Page page = web.goTo(run.getUrl() + "change-requests/cards", "text/html");
        return page.getWebResponse().getContentAsString();
    }

    @Test
    void theCardShowsTheWaitAndThenTheOutcome() throws Exception {
        WorkflowRun run = waiting("shop", "<i>1.0</i>");
        String number = simulator.changes().get(0).number();
        JenkinsRule.WebClient web = web(READER);

        HtmlPage page = web.getPage(run);

        DomElement card = page.querySelector("article.servicenow-gate-card");
        assertThat(card.getAttribute("data-live")).isEqualTo("true");
        assertThat(card.asNormalizedText())
                .contains(number, "Waiting", "Production", "<i>1.0</i>", "Waiting since", "Next check", "New", "Review")
                .contains("the deployment is released when the change is in Implement");
        assertThat(((DomElement) card.querySelector("li[aria-current='step']")).asNormalizedText())
                .isEqualTo("New");
        assertThat(page.getAnchorByText(number).getHrefAttribute()).startsWith(simulator.baseUrl());
        assertThat(page.getWebResponse().getContentAsString()).doesNotContain("<i>1.0</i>", "onclick=");
        assertThat(web.getPage(run.getParent()).asNormalizedText()).contains(number + ": Waiting");

        simulator.people().approve(number);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();

        String ended = fragment(web, run);
        assertThat(ended)
                .contains("data-live=\"false\"", "Deployed", "aria-current=\"step\">Implement<")
                .doesNotContain("Next check", "Waiting since", "<html", "<script");
        assertThat(web.getPage(run.getParent()).asNormalizedText()).contains(number + ": Deployed");
    }

    /** Until the work has ended, since the outcome is still to come. */
    @Test
    void theCardIsLoadedAgainWhileTheWorkRuns() throws Exception {
        WorkflowRun run = waiting(
                build("shop", "serviceNowDeployment(environment: 'Production', version: '1') { semaphore 'work' }"));
        JenkinsRule.WebClient web = web(READER);
        simulator.people().approve(simulator.changes().get(0).number());
        SemaphoreStep.waitForStart("work/1", run);
        assertThat(fragment(web, run))
                .contains("data-live=\"true\"", "Released")
                .doesNotContain("Deployed");

        SemaphoreStep.success("work/1", null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertThat(fragment(web, run)).contains("data-live=\"false\"", "Deployed");
    }

    @Test
    void theCardShowsAHoldInAnyState() throws Exception {
        simulator.newer().lockdown("Change <b>lockdown</b>: quarter end");
        WorkflowRun run = waiting("shop", "1");
        JenkinsRule.WebClient web = web(READER);

        jenkins.waitForMessage("is on hold: Change <b>lockdown</b>: quarter end", run);
        await().untilAsserted(() -> assertThat(fragment(web, run))
                .contains("<dt>On hold</dt><dd>Change &lt;b>lockdown&lt;/b>: quarter end</dd>")
                .contains("aria-current=\"step\">New<"));
        assertThat(web.getJSON(run.getUrl() + "change-requests/api/json")
                        .getJSONObject()
                        .getJSONArray("changeRequests")
                        .getJSONObject(0)
                        .getBoolean("onHold"))
                .isTrue();
        assertThat(web.goTo("servicenow-gates").asNormalizedText()).contains("is on hold: Change <b>lockdown</b>");

        String number = simulator.changes().get(0).number();
        simulator.people().endLockdown(number).approve(number);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertThat(fragment(web, run)).doesNotContain("On hold");
    }

    @Test
    void theCardShowsTroubleWhileItLasts() throws Exception {
        WorkflowRun run = waiting("shop", "1");
        JenkinsRule.WebClient web = web(READER);
        assertThat(fragment(web, run)).doesNotContain("jenkins-alert");

        simulator.faults().on(Endpoint.LIST).always(Fault.rateLimited(Duration.ofSeconds(1)));
        await().untilAsserted(() ->
                assertThat(fragment(web, run)).contains("jenkins-alert-warning", "answered 429", "(since"));

        simulator.faults().clear();
        await().untilAsserted(() -> assertThat(fragment(web, run))
                .contains("Last error (resolved)", "answered 429")
                .doesNotContain("jenkins-alert"));
    }

    @Test
    void theCardShowsWhyItWasRefused() throws Exception {
        WorkflowRun run = waiting("shop", "1");
        String number = simulator.changes().get(0).number();
        simulator.people().reject(number);
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));

        HtmlPage page = web(READER).getPage(run);

        assertThat(((DomElement) page.querySelector("article.servicenow-gate-card")).asNormalizedText())
                .contains("Refused", "was rejected", number);
    }

    @Test
    void nobodyElseGetsTheCard() throws Exception {
        WorkflowRun run = waiting("shop", "1");

        assertThat(fragment(web(READER), run)).contains("Production");
        assertThat(webWithErrors(STRANGER)
                        .goTo(run.getUrl() + "change-requests/cards")
                        .getWebResponse()
                        .getStatusCode())
                .isEqualTo(404);
    }
}
