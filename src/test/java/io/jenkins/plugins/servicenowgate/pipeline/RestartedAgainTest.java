package io.jenkins.plugins.servicenowgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** Restarts behind a gate whose original changed its name, its script or its stages, or is gone. */
class RestartedAgainTest extends RestartedStageTestBase {
    private static final String GATE = "serviceNowGate(environment: 'Production', version: '1')";

    private WorkflowRun original(String stages) throws Exception {
        return released("pipeline { agent none\nstages {\n" + stages.replace("} stage(", "}\nstage(") + "\n} }");
    }

    private void saysSo(WorkflowRun run) throws Exception {
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        ChangeRequestsAction action = run.getAction(ChangeRequestsAction.class);
        assertThat(action).isNotNull();
        assertThat(action.getDeployments())
                .singleElement()
                .satisfies(record -> assertThat(record.getOutcome()).isEqualTo(GateOutcome.SKIPPED));
    }

    /** Each original is deleted as soon as its restart has begun. */
    @Test
    void aChainOfRestartsWhoseOriginalsAreDeleted() throws Exception {
        WorkflowRun first = original("stage('Gate') { steps { " + GATE
                + " } } stage('Deploy') { steps { sleep 2 } } stage('After') { steps { sleep 2 } }");
        WorkflowRun second = restart(first, "Deploy");
        first.delete();
        saysSo(second);
        WorkflowRun third = restart(second, "After");
        second.delete();
        saysSo(third);
        WorkflowRun fourth = restart(third, "After");
        third.delete();
        saysSo(fourth);
    }

    /** The gate is in a nested, parallel stage that has the name of the stage to restart from. */
    @Test
    void aGateInAParallelStageOfTheSameName() throws Exception {
        WorkflowRun first = original("stage('All') { parallel {\nstage('Deploy ') { steps { " + GATE
                + " } } stage('other') { steps { script { stage('Deploy') { echo 'x' } } }\n}\n}\n}"
                + " stage('Deploy') { steps { echo 'DEPLOYED' } }");
        saysSo(restart(first, "Deploy"));
    }

    @Test
    void aJobThatIsRenamedBetween() throws Exception {
        WorkflowRun first =
                original("stage('Gate') { steps { " + GATE + " } } stage('Deploy') { steps { echo 'DEPLOYED' } }");
        first.getParent().renameTo("store");
        saysSo(restart(first, "Deploy"));
    }

    /** The script of the job has other stages by now. */
    @Test
    void aStageThatIsRenamedInTheJobMeanwhile() throws Exception {
        WorkflowRun first =
                original("stage('Gate') { steps { " + GATE + " } } stage('Deploy') { steps { echo 'DEPLOYED' } }");
        first.getParent()
                .setDefinition(ControlledJenkins.script(
                        "pipeline { agent none\nstages {\nstage('Renamed') { steps { echo 'NEW' } }\n} }"));
        saysSo(restart(first, "Deploy"));
    }
}
