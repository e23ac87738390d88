package io.jenkins.plugins.servicenowgate.deployment;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.MappedUser;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** After a restart it is still known who started a build, whom the settings name, and who approved. */
class SeparateDutiesRestartTest extends RestartTestBase {
    private static final String GATE = "serviceNowGate(environment: 'Production', version: '1.0.1')";

    @Test
    void theStarterIsStillNoOtherPerson() throws Throwable {
        simulator.addUser("d.eloper", "Dev Eloper", "");
        sessions.then(jenkins -> {
            setUp(jenkins);
            Environment production = ControlledJenkins.environment("Production", true);
            production.setSeparateDuties(true);
            ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
            ServiceNowGateConfiguration.get().setUserMappings(List.of(new MappedUser(DEVELOPER, "d.eloper")));
            WorkflowRun run = ControlledJenkins.controlledJob(jenkins, "shop", GATE)
                    .scheduleBuild2(0, new CauseAction(new Cause.UserIdCause(DEVELOPER)))
                    .waitForStart();
            jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        });
        String number = simulator.changes().get(0).number();
        simulator.people().requestApproval(number, "CAB", "d.eloper").approveAs(number, "d.eloper");
        simulator.people().approve(number);
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
            jenkins.assertLogContains("nobody else than the starter of the build (d.eloper)", run);
        });
        sessions.then(jenkins -> assertThat(theRun(jenkins)
                        .getAction(ChangeRequestsAction.class)
                        .getDeployments()
                        .get(0)
                        .getApprovedBy())
                .isEqualTo("Dev Eloper (d.eloper)"));
    }
}
