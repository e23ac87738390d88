package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.time.Instant;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What the change of a deployment that was let go is worth later: as much as when it was last seen. */
@WithJenkins
class OpenGateTest {
    private ServiceNowSimulator simulator;
    private WorkflowRun run;
    private String number;
    private DeploymentRecord record;

    @BeforeEach
    void release(JenkinsRule jenkins) throws Exception {
        simulator = ServiceNowSimulator.start();
        ControlledJenkins.configure(simulator);
        ServiceNowGateConfiguration.get().setEnvironments(List.of(ControlledJenkins.environment("Production", true)));
        run = ControlledJenkins.controlledJob(
                        jenkins,
                        "shop",
                        "serviceNowGate(environment: 'Production', version: '1')\nsemaphore 'released'")
                .scheduleBuild2(0)
                .waitForStart();
        await().until(() -> !simulator.changes().isEmpty());
        number = simulator.changes().get(0).number();
        simulator.people().approve(number);
        SemaphoreStep.waitForStart("released/1", run);
        record = run.getAction(ChangeRequestsAction.class).getDeployments().get(0);
    }

    @AfterEach
    void stop() throws Exception {
        run.doKill();
        await().until(() -> !run.isBuilding());
        simulator.close();
    }

    private Standing standing() {
        return Standing.of(List.of(run.getAction(ChangeRequestsAction.class)), "Production");
    }

    /** As if the release had been an hour ago, and nobody had asked for the change since. */
    private void anHourLater() {
        SysId change = record.gate().sysId();
        record.sawLater(
                new ChangeRequest(change, number, "t", -1, "approved", false, "", true, null, null, "normal", ""),
                Instant.now().minusSeconds(3600));
    }

    @Test
    void workMayBeginRightAfterTheRelease() {
        int looks = simulator.requests().count(Endpoint.LIST);

        assertThat(standing().kind()).isEqualTo(Standing.Kind.OPEN);
        assertThat(simulator.requests().count(Endpoint.LIST)).isEqualTo(looks);
    }

    @Test
    void aChangeThatWasNotSeenForLongIsLookedAtFirst() {
        anHourLater();
        int looks = simulator.requests().count(Endpoint.LIST);

        assertThat(standing().kind()).isEqualTo(Standing.Kind.HELD);
        assertThat(standing().why()).contains(number, "is looked at again");
        await().until(() -> standing().kind() == Standing.Kind.OPEN);
        assertThat(simulator.requests().count(Endpoint.LIST)).isGreaterThan(looks);
    }

    /** The build did other things for an hour, and the change was cancelled meanwhile. */
    @Test
    void aChangeThatWasCancelledBeforeAnybodyAskedLetsNothingBegin() {
        anHourLater();
        simulator.people().cancel(number);

        assertThat(standing().kind()).isEqualTo(Standing.Kind.HELD);
        await().untilAsserted(() -> assertThat(standing().why()).contains("Canceled"));
        assertThat(standing().kind()).isEqualTo(Standing.Kind.HELD);
    }
}
