package io.jenkins.plugins.servicenowgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.deployment.RestartTestBase;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A restart of the controller while a run goes on that was restarted from a stage behind its gate. */
@Timeout(180)
class SkippedGateRestartTest extends RestartTestBase {
    private static final String SCRIPT = """
            pipeline { agent none
            stages {
            stage('Gate') { steps { serviceNowGate(environment: 'Production', version: '1') } }
            stage('Deploy') { steps { script { if (env.BUILD_NUMBER != '1') semaphore 'deploy' } } }
            } }
            """;

    /** Attack: restart Jenkins, and delete the original, so that nobody knows its gates any more. */
    @Test
    void isReportedAfterARestartOfTheController() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowRun original = beginWaiting(jenkins, SCRIPT);
            simulator.people().approve(simulator.changes().get(0).number());
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(original));
            SemaphoreStep.waitForStart("deploy/1", RestartedStageTestBase.restart(original, "Deploy"));
        });
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins).getParent().getBuildByNumber(2);
            theRun(jenkins).delete();
            SemaphoreStep.success("deploy/1", null);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            jenkins.assertLogContains(
                    "[ServiceNow] No change was checked for Production: this build was restarted from the stage Deploy"
                            + " of #1",
                    run);
            assertThat(run.getAction(ChangeRequestsAction.class).getDeployments())
                    .singleElement()
                    .satisfies(record -> assertThat(record.getOutcome()).isEqualTo(GateOutcome.SKIPPED));
        });
        assertThat(simulator.changes()).hasSize(1);
    }
}
