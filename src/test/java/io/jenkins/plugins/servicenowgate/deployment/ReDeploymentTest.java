package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import org.jenkinsci.plugins.pipeline.modeldefinition.actions.RestartDeclarativePipelineAction;
import org.jenkinsci.plugins.workflow.cps.replay.ReplayAction;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** The same deployment once more, in every way there is: the open change is used, and none is created twice. */
class ReDeploymentTest extends ControlledJenkinsTestBase {
    private static final String SCRIPT =
            "serviceNowDeployment(environment: 'Production', version: '1') { echo 'DEPLOYED' }";

    private static final String DECLARATIVE = """
            pipeline {
                agent none
                stages {
                    stage('Build') { steps { echo 'BUILT' } }
                    stage('Deploy') {
                        steps {
                            serviceNowDeployment(environment: 'Production', version: '1') { error 'DEPLOYED, but broken' }
                        }
                    }
                }
            }
            """;

    private static WorkflowRun next(WorkflowJob job, int number) {
        await().until(() -> job.getBuildByNumber(number) != null);
        return job.getBuildByNumber(number);
    }

    /** A first build that was aborted while it waited; the change stays. */
    private WorkflowRun aborted(WorkflowJob job) throws Exception {
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        run.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        assertThat(theChange().state()).contains(SimulatedState.NEW);
        await().until(() -> theChange().workNotes().size() == 2);
        return run;
    }

    /** The later build waits for the same change and goes with it. */
    private void goesWithTheSame(WorkflowRun run) throws Exception {
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        simulator.people().approve(theChange().number());
        jenkins.waitForCompletion(run);
        jenkins.assertLogContains("DEPLOYED", run);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }

    @Test
    void builtAgain() throws Exception {
        WorkflowJob job = ControlledJenkins.controlledJob(jenkins, "shop", SCRIPT);
        aborted(job);
        goesWithTheSame(job.scheduleBuild2(0).waitForStart());
    }

    @Test
    void replayed() throws Exception {
        WorkflowJob job = ControlledJenkins.controlledJob(jenkins, "shop", SCRIPT);
        ReplayAction replay = aborted(job).getAction(ReplayAction.class);
        replay.run(SCRIPT + "\necho 'REPLAYED'", replay.getOriginalLoadedScripts());
        WorkflowRun run = next(job, 2);
        goesWithTheSame(run);
        jenkins.assertLogContains("REPLAYED", run);
    }

    @Test
    void restartedFromItsStage() throws Exception {
        WorkflowJob job = ControlledJenkins.controlledJob(jenkins, "shop", DECLARATIVE);
        WorkflowRun first = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", first);
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(first));
        first.getAction(RestartDeclarativePipelineAction.class).run("Deploy");
        WorkflowRun run = next(job, 2);
        jenkins.waitForCompletion(run);
        jenkins.assertLogNotContains("BUILT", run);
        jenkins.assertLogContains("Linked to " + theChange().number() + ", the open change", run);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }

    @Test
    void twiceAtTheSameTime() throws Exception {
        WorkflowJob job = ControlledJenkins.controlledJob(
                jenkins, "shop", "parallel(a: { " + SCRIPT + " }, b: { " + SCRIPT + " })");
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        goesWithTheSame(run);
        jenkins.assertBuildStatusSuccess(run);
        await().untilAsserted(() -> assertThat(theChange().workNotes())
                .filteredOn(note -> note.contains("ended"))
                .hasSize(2));
    }
}
