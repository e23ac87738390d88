package io.jenkins.plugins.servicenowgate.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.time.Instant;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the change of a deployment that was let go is worth later: as much as when it was last seen. */
class OpenGateTest extends ControlledJenkinsTestBase {
    private WorkflowRun run;
    private String number;
    private DeploymentRecord record;

    @BeforeEach
    void release() throws Exception {
        run = build("shop", "serviceNowGate(environment: 'Production', version: '1')\nsemaphore 'released'");
        number = theChange().number();
        simulator.people().approve(number);
        SemaphoreStep.waitForStart("released/1", run);
        record = deployment(run);
    }

    @AfterEach
    void endTheBuild() throws Exception {
        run.doKill();
        await().until(() -> !run.isBuilding());
    }

    private GateStatus status() {
        return GateStatus.of(List.of(run.getAction(ChangeRequestsAction.class)), "Production", null);
    }

    /** As if the release had been so long ago, and nobody had asked for the change since. */
    private void later(int seconds) {
        SysId change = record.changeLink().sysId();
        record.recordSnapshotAfterRelease(
                ChangeFixture.change().sysId(change).number(number).get(),
                Instant.now().minusSeconds(seconds));
    }

    @Test
    void workMayBeginRightAfterTheRelease() {
        later(0);
        int polls = simulator.requests().count(Endpoint.LIST);

        assertThat(status().kind()).isEqualTo(GateStatus.Kind.OPEN);
        assertThat(simulator.requests().count(Endpoint.LIST)).isEqualTo(polls);
    }

    @Test
    void aChangeThatWasNotPolledForLongIsPolledFirst() {
        later(3600);
        int polls = simulator.requests().count(Endpoint.LIST);

        assertThat(status().kind()).isEqualTo(GateStatus.Kind.HELD);
        assertThat(status().why()).contains(number, "is checked again");
        await().until(() -> status().kind() == GateStatus.Kind.OPEN);
        assertThat(simulator.requests().count(Endpoint.LIST)).isGreaterThan(polls);
    }

    /** The build did other things for an hour, and the change was cancelled meanwhile. */
    @Test
    void aChangeThatWasCancelledBeforeAnybodyAskedLetsNothingBegin() {
        later(3600);
        simulator.people().cancel(number);

        assertThat(status().kind()).isEqualTo(GateStatus.Kind.HELD);
        await().untilAsserted(() -> assertThat(status().why()).contains("Canceled"));
        assertThat(status().kind()).isEqualTo(GateStatus.Kind.HELD);
    }
}
