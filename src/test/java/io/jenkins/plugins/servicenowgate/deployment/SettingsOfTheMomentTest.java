package io.jenkins.plugins.servicenowgate.deployment;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Cause;
import hudson.model.CauseAction;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the settings of the moment are when a deployment is released, although others held when it was checked. */
class SettingsOfTheMomentTest extends ControlledJenkinsTestBase {
    private static final String GATE = "serviceNowGate(environment: 'Production', version: '1.0.1')";

    private Environment production;

    @BeforeEach
    void separateDuties() {
        simulator.addUser(DEVELOPER, "Dev Eloper", "");
        simulator.addTemplate("Deploy", true, Map.of());
        production = ControlledJenkins.environment("Production", true);
        production.setSeparateDuties(true);
        production.setStandardChangesPreApproved(true);
        production.setStandardChangeTemplate("Deploy");
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
    }

    /** Nobody approves a Standard change: accepting it without another person is the milder check. */
    @Test
    void aStandardChangeThatWasAcceptedByAMilderSettingIsRefused() throws Exception {
        WorkflowRun run = waiting(ControlledJenkins.controlledJob(jenkins, "shop", GATE)
                .scheduleBuild2(0, new CauseAction(new Cause.UserIdCause(DEVELOPER)))
                .waitForStart());
        ReleasePolicy checked = new ReleasePolicy(deployment(run), () -> new BuildHost(run));
        assertThat(checked.separation()).isNotNull();
        assertThat(checked.refusal(change(run, "standard"))).isNull();

        production.setStandardChangesPreApproved(false);
        assertThat(checked.refusal(change(run, "standard")))
                .startsWith("Refused: the settings that decide who approves deployments to Production were changed");
        assertThat(checked.separation()).isNotNull();
        production.setSeparateDuties(false);
        assertThat(checked.separation()).isNull();
        production.setSeparateDuties(true);
        assertThat(checked.refusal(change(run, "standard")))
                .as("not checked any more")
                .isNotNull();
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    private static ChangeRequest change(WorkflowRun run, String type) {
        DeploymentRecord record = deployment(run);
        return ChangeFixture.change()
                .sysId(new SysId(record.getSysId()))
                .number(record.getNumber())
                .type(type)
                .get();
    }
}
