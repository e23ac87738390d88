package io.jenkins.plugins.servicenowgate.deployment;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Item;
import hudson.model.User;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.control.Permissions;
import io.jenkins.plugins.servicenowgate.pages.BreakGlass;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.time.Duration;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;

/** A Jenkins in which Ann may break the glass, the stranger too, who can't read the job. */
abstract class BreakGlassTestBase extends ControlledJenkinsTestBase {
    static final String DEPLOY =
            "serviceNowDeployment(environment: 'Production', version: '1') { echo \"deployed by ${env.SERVICENOW_CHANGE_NUMBER}\" }";
    static final String ANN = "ann";
    static final String WHY = "The shop is down, the manager on duty agreed";

    @BeforeEach
    final void letPeopleIn() throws Exception {
        ServiceNowGateConfiguration.get().setBreakGlass(true);
        authorization
                .grant(Jenkins.READ, Item.READ, Permissions.BREAK_GLASS)
                .everywhere()
                .to(ANN)
                .grant(Permissions.BREAK_GLASS)
                .everywhere()
                .to(STRANGER);
        User ann = User.getById(ANN, true);
        ann.setFullName("Ann Bell");
        ann.save();
    }

    final WorkflowRun waiting(String script) throws Exception {
        return waiting(build("shop", script));
    }

    /** Presses the button of the form, as a person would. */
    final void breakGlass(DeploymentRecord record, String reason) throws Exception {
        HtmlPage page = web(ANN).goTo(BreakGlass.path(record));
        HtmlForm form = page.getFormByName("break-glass");
        form.getTextAreaByName("reason").setText(reason);
        assertThat(jenkins.submit(form).getWebResponse().getStatusCode()).isEqualTo(200);
    }

    final void pollsOnce() {
        int polls = simulator.requests().count(Endpoint.LIST);
        await().atMost(Duration.ofSeconds(20)).until(() -> simulator.requests().count(Endpoint.LIST) > polls + 1);
    }
}
