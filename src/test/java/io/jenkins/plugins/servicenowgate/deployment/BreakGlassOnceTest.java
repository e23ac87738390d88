package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.rules.ChangeTitle;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.cps.replay.ReplayAction;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** What a person lets go is one deployment: no other gate of the run, no other build, no replay. */
class BreakGlassOnceTest extends BreakGlassTestBase {
    @Test
    void holdsForNoOtherGateOfTheRun() throws Exception {
        WorkflowRun run = waiting(
                "parallel a: { serviceNowDeployment(environment: 'Production', version: '1') { echo 'a deployed' } },"
                        + " b: { serviceNowDeployment(environment: 'Production', version: '1') { echo 'b deployed' } }");
        await().until(() -> DeploymentRegistry.get().waiting().size() == 2);
        await().until(() -> simulator.changes().size() == 1);
        DeploymentRecord first = deployment(run);
        breakGlass(first, WHY);
        await().until(() -> first.getCloseCode() != null);

        pollsOnce();
        assertThat(DeploymentRegistry.get().waiting())
                .singleElement()
                .satisfies(gate -> assertThat(gate.record()).isNotSameAs(first));
        assertThat(run.isBuilding()).isTrue();
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertThat(run.getAction(ChangeRequestsAction.class).getDeployments())
                .extracting(DeploymentRecord::getOutcome)
                .containsExactlyInAnyOrder(GateOutcome.BYPASSED, GateOutcome.PROCEED);
    }

    @Test
    void holdsForNoOtherBuildAndNoReplay() throws Exception {
        WorkflowRun run = waiting(DEPLOY);
        breakGlass(deployment(run), WHY);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        WorkflowRun next = run.getParent().scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", next);
        WorkflowRun replay = (WorkflowRun)
                run.getAction(ReplayAction.class).run(DEPLOY, Map.of()).waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", replay);
        pollsOnce();
        for (WorkflowRun waits : List.of(next, replay)) {
            assertThat(deployment(waits).getOutcome()).isEqualTo(GateOutcome.WAIT);
            assertThat(deployment(waits).getBypass()).isNull();
            jenkins.assertLogNotContains("deployed by", waits);
            waits.doStop();
            jenkins.waitForCompletion(waits);
        }
    }

    /** Attack: somebody's plugin, or a script, hands the record of one run to the next. */
    @Test
    void aRecordOfAnotherRunOpensNothing() throws Exception {
        WorkflowRun run = waiting(DEPLOY);
        breakGlass(deployment(run), WHY);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        DeploymentRecord record = deployment(run);
        BuildHost host = new BuildHost(run, TaskListener.NULL);
        assertThat(record.isBypassedFor(host)).as("it is over").isFalse();
        WorkflowRun next = run.getParent().scheduleBuild2(0).waitForStart();
        BuildHost nextHome = new BuildHost(next, TaskListener.NULL);
        for (String key : List.of(run.getExternalizableId(), "item " + run.getQueueId())) {
            DeploymentRecord copy = new DeploymentRecord(
                    "copy", new ChangeTitle("apps/shop", "1", "Production"), "corp", null, Instant.now());
            copy.bypassed(new BreakGlassRelease("ann", "Ann", WHY, Instant.now(), key));
            assertThat(copy.isBypassedFor(host)).isTrue();
            assertThat(copy.isBypassedFor(nextHome)).isFalse();
        }
        next.doStop();
        jenkins.waitForCompletion(next);
    }
}
