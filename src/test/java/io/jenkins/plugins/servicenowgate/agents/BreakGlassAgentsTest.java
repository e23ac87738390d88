package io.jenkins.plugins.servicenowgate.agents;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.pages.BreakGlass;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A break-glass release gives access to reserved agents to the released run only. */
class BreakGlassAgentsTest extends ReservedAgentTestBase {
    private static final String DEPLOY =
            "serviceNowDeployment(environment: 'Production', version: '1') { node('production') { echo 'INSIDE' } }\n"
                    + "node('production') { echo 'AFTERWARDS' }";

    @BeforeEach
    void allow() {
        ServiceNowGateConfiguration.get().setBreakGlass(true);
    }

    private void breakGlass(WorkflowRun run) throws Exception {
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        HtmlPage page = web(ADMIN)
                .goTo(BreakGlass.path(run.getAction(ChangeRequestsAction.class)
                        .getDeployments()
                        .get(0)));
        HtmlForm form = page.getFormByName("break-glass");
        form.getTextAreaByName("reason").setText("The shop is down.");
        jenkins.submit(form);
    }

    @Test
    void usesTheAgentUntilItsBodyEnds() throws Exception {
        WorkflowRun run = build("shop", DEPLOY);
        breakGlass(run);

        recordBlocked(NO_GATE);
        jenkins.assertLogContains("INSIDE", run);
        abort(run);
        jenkins.assertBuildStatus(Result.ABORTED, run);
        jenkins.assertLogNotContains("AFTERWARDS", run);
    }

    @Test
    void theNextRunOfTheJobIsBlocked() throws Exception {
        WorkflowRun run = build("shop", DEPLOY.substring(0, DEPLOY.indexOf('\n')));
        breakGlass(run);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        run.getParent().setDefinition(new CpsFlowDefinition("node('production') { echo 'NEXT' }", true));

        WorkflowRun next = next(run.getParent());

        recordBlocked(NO_GATE);
        abort(next);
        jenkins.assertLogNotContains("NEXT", next);
        assertThat(simulator.changes()).hasSize(1);
    }
}
