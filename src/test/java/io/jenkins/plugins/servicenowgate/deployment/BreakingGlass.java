package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Item;
import hudson.model.User;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.control.Permissions;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.time.Duration;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** A Jenkins in which Ann may break the glass, and others may do other things. */
abstract class BreakingGlass extends UnderControl {
    static final String DEPLOY =
            "serviceNowDeployment(environment: 'Production', version: '1') { echo \"deployed by ${env.SERVICENOW_CHANGE_NUMBER}\" }";
    static final String WHY = "The shop is down, the manager on duty agreed";

    @BeforeEach
    final void letPeopleIn() throws Exception {
        ServiceNowGateConfiguration.get().setBreakGlass(true);
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ)
                .everywhere()
                .to("ann", "reader", "configurer", "stranger")
                .grant(Item.READ)
                .everywhere()
                .to("ann", "reader", "configurer")
                .grant(Item.CONFIGURE, Item.BUILD, Item.CANCEL)
                .everywhere()
                .to("configurer")
                .grant(Permissions.BREAK_GLASS)
                .everywhere()
                .to("ann", "stranger"));
        User ann = User.getById("ann", true);
        ann.setFullName("Ann Bell");
        ann.save();
    }

    final WorkflowRun waiting(String script) throws Exception {
        return waiting(build("shop", script));
    }

    final JenkinsRule.WebClient web(String user) throws Exception {
        return jenkins.createWebClient()
                .withThrowExceptionOnFailingStatusCode(false)
                .withBasicApiToken(user);
    }

    /** Presses the button of the form, as a person would. */
    final void breakGlass(DeploymentRecord record, String reason) throws Exception {
        HtmlPage page = web("ann").goTo(BreakGlass.path(record));
        HtmlForm form = page.getFormByName("break-glass");
        form.getTextAreaByName("reason").setText(reason);
        assertThat(jenkins.submit(form).getWebResponse().getStatusCode()).isEqualTo(200);
    }

    final void looksOnce() {
        int looks = simulator.requests().count(Endpoint.LIST);
        await().atMost(Duration.ofSeconds(20)).until(() -> simulator.requests().count(Endpoint.LIST) > looks + 1);
    }
}
