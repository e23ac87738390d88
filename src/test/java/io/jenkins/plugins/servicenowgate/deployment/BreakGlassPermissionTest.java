package io.jenkins.plugins.servicenowgate.deployment;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.audit.BreakGlassLog;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.pages.BreakGlass;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.htmlunit.HttpMethod;
import org.htmlunit.Page;
import org.htmlunit.WebRequest;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** Who may let a waiting deployment go without an approved change: with the permission, for a reason, where it is switched on. */
class BreakGlassPermissionTest extends BreakGlassTestBase {
    private Page post(JenkinsRule.WebClient web, DeploymentRecord record, String reason) throws Exception {
        WebRequest request =
                new WebRequest(new URL(jenkins.getURL() + BreakGlass.path(record) + "submit"), HttpMethod.POST);
        request.setRequestBody("reason=" + java.net.URLEncoder.encode(reason, StandardCharsets.UTF_8));
        return web.getPage(request);
    }

    private int status(JenkinsRule.WebClient web, DeploymentRecord record, String reason) throws Exception {
        return post(web, record, reason).getWebResponse().getStatusCode();
    }

    @Test
    void isOffUnlessSomebodySwitchedItOn() throws Exception {
        WorkflowRun run = waiting(DEPLOY);
        ServiceNowGateConfiguration.get().setBreakGlass(false);
        for (String user : List.of(ANN, ADMIN)) {
            Page page = webWithErrors(user).goTo(BreakGlass.path(deployment(run)));
            assertThat(page.getWebResponse().getStatusCode()).isEqualTo(404);
            assertThat(page.getWebResponse().getContentAsString()).contains("break-glass release is disabled");
            assertThat(status(webWithErrors(user), deployment(run), WHY)).isEqualTo(404);
            assertThat(webWithErrors(user).goTo("servicenow-gates/").asNormalizedText())
                    .doesNotContain("Break-glass");
            assertThat(webWithErrors(user).getPage(run).asNormalizedText()).doesNotContain("Break-glass");
        }
        assertThat(deployment(run).getOutcome()).isEqualTo(GateOutcome.WAIT);
        assertThat(BreakGlassLog.get().recent(Instant.now())).isEmpty();
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    @Test
    void needsThePermissionAndAPost() throws Exception {
        WorkflowRun run = waiting(DEPLOY);
        DeploymentRecord record = deployment(run);
        for (String user : List.of(READER, DEVELOPER)) {
            assertThat(status(webWithErrors(user), record, WHY)).as(user).isEqualTo(403);
            assertThat(webWithErrors(user)
                            .goTo(BreakGlass.path(record))
                            .getWebResponse()
                            .getStatusCode())
                    .as(user)
                    .isEqualTo(403);
            assertThat(webWithErrors(user).goTo("servicenow-gates/").asNormalizedText())
                    .doesNotContain("Break-glass");
            assertThat(webWithErrors(user).getPage(run).asNormalizedText()).doesNotContain("Break-glass");
        }
        assertThat(status(webWithErrors(STRANGER), record, WHY)).isEqualTo(404);
        assertThat(webWithErrors(ANN)
                        .goTo(BreakGlass.path(record) + "submit?reason=x", null)
                        .getWebResponse()
                        .getStatusCode())
                .isEqualTo(405);
        JenkinsRule.WebClient withoutCrumb = jenkins.createWebClient()
                .withThrowExceptionOnFailingStatusCode(false)
                .login(ANN);
        assertThat(status(withoutCrumb, record, WHY)).isEqualTo(403);
        JenkinsRule.WebClient nobody = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        assertThat(status(nobody, record, WHY)).isEqualTo(403);

        assertThat(record.getOutcome()).isEqualTo(GateOutcome.WAIT);
        assertThat(run.isBuilding()).isTrue();
        assertThat(theChange().workNotes()).noneMatch(note -> note.contains("WITHOUT"));
        assertThat(BreakGlassLog.get().recent(Instant.now())).isEmpty();
        run.doStop();
        jenkins.waitForCompletion(run);
        assertThat(status(webWithErrors(ANN), record, WHY))
                .as("it waits no more")
                .isEqualTo(404);
        assertThat(record.getOutcome()).isEqualTo(GateOutcome.ABORTED);
    }

    @Test
    void needsAReason() throws Exception {
        WorkflowRun run = waiting(DEPLOY);
        DeploymentRecord record = deployment(run);
        for (String reason : List.of("", " \r\n\t ", "\u200b\u202e", "x".repeat(501))) {
            Page page = post(webWithErrors(ANN), record, reason);
            assertThat(page.getWebResponse().getStatusCode()).isEqualTo(400);
            assertThat(page.getWebResponse().getContentAsString())
                    .containsAnyOf("requires a reason", "longer than 500 characters");
        }
        assertThat(record.getOutcome()).isEqualTo(GateOutcome.WAIT);
        breakGlass(record, "x".repeat(500));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertThat(record.getBypass().getReason()).hasSize(500);
    }
}
