package io.jenkins.plugins.servicenowgate.gathering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Slave;
import hudson.slaves.RetentionStrategy;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.deployment.RestartTestBase;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What approvers were told stays the same across a restart, with the copies of the files. */
@Timeout(180)
class EvidenceRestartTest extends RestartTestBase {
    private static DeploymentRecord deployment(WorkflowRun run) {
        return run.getAction(ChangeRequestsAction.class).getDeployments().get(0);
    }

    /** Its agent is not connected yet when the deployment goes on after the restart. */
    @Test
    void aGateInANodeDoesNotNeedItsAgent() throws Throwable {
        sessions.then(jenkins -> {
            setUp(jenkins);
            jenkins.createSlave("worker", null, null);
            WorkflowRun run = ControlledJenkins.controlledJob(
                            jenkins,
                            "shop",
                            "node('worker') { serviceNowGate environment: 'Production', version: '1',"
                                    + " evidence: [files: ['*.txt']] }")
                    .scheduleBuild2(0)
                    .waitForStart();
            jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
            jenkins.jenkins.getComputer("worker").disconnect(null).get();
            // It is not connected by the restart either.
            Slave agent = (Slave) jenkins.jenkins.getNode("worker");
            agent.setRetentionStrategy(new RetentionStrategy.Demand(1_000_000, 1));
            agent.save();
        });
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            await().until(() -> simulator.changes().size() == 1);
            simulator.people().approve(simulator.changes().get(0).number());
            // Pipeline may wait for the agent before it resumes the step; the deployment must not be refused meanwhile.
            jenkins.waitForMessage("Resuming build", run);
            assertThat(deployment(run).getOutcome()).isNotEqualTo(GateOutcome.REFUSE);
            jenkins.jenkins.getComputer("worker").connect(true);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        });
    }

    @Test
    void theEvidenceOfAWaitingDeploymentStays() throws Throwable {
        ChangeEvidence[] told = new ChangeEvidence[1];
        sessions.then(jenkins -> {
            setUp(jenkins);
            jenkins.createSlave("worker", null, null);
            WorkflowRun run = ControlledJenkins.controlledJob(
                            jenkins,
                            "shop",
                            "node('worker') { writeFile file: 'report.txt', text: 'All is well'\n"
                                    + "archiveArtifacts '*.txt' }\n"
                                    + "serviceNowGate environment: 'Production', version: '1', sameArtifacts: true,"
                                    + " evidence: [changes: true, artifacts: ['*.txt'], files: ['*.txt'],"
                                    + " links: [It: 'https://example.com/']]")
                    .scheduleBuild2(0)
                    .waitForStart();
            jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
            told[0] = deployment(run).evidence();
            assertThat(told[0].description())
                    .contains("- It: https://example.com/", "Artifacts: 1 archived by apps » shop #1");
        });
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            await().until(() -> !simulator.changes().isEmpty());
            ChangeEvidence now = deployment(run).evidence();
            assertThat(now).isEqualTo(told[0]);
            assertThat(Path.of(now.files().get(0).path())).hasContent("All is well");
            simulator.people().approve(simulator.changes().get(0).number());
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            assertThat(simulator.changes()).hasSize(1);
            assertThat(deployment(run).evidence()).isEqualTo(told[0]);
        });
    }
}
