package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The template that a job chose by a variable is the one that is compared after a restart, too. */
@Timeout(300)
class SettingVariablesRestartTest extends RestartTestBase {
    @Test
    void theChosenTemplateIsStillAllowedAfterARestart() throws Throwable {
        simulator.addTemplate("Deploy Europe", true, Map.of());
        sessions.then(jenkins -> {
            setUp(jenkins);
            Environment production = ControlledJenkins.environment("Production", true);
            production.setApprovalSettings("administrator");
            production.setConnection("corp");
            production.setAllowedTemplates(List.of("Deploy Europe"));
            ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
            WorkflowJob job = ControlledJenkins.job(
                    jenkins,
                    "shop",
                    "withEnv(['REGION=Europe']) { serviceNowDeployment(environment: 'Production', version: '1') {"
                            + " echo 'DEPLOYED' } }");
            ChangeControlJobProperty mark = new ChangeControlJobProperty();
            mark.setStandardChangeTemplate("Deploy ${REGION}");
            job.addProperty(mark);
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        });
        sessions.then(jenkins -> {
            simulator.people().approve(simulator.changes().get(0).number());
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(theRun(jenkins)));
            jenkins.assertLogContains("DEPLOYED", theRun(jenkins));
        });
        assertThat(simulator.changes())
                .singleElement()
                .satisfies(change ->
                        assertThat(change.get("std_change_producer_version")).isEqualTo("Deploy Europe"));
    }
}
