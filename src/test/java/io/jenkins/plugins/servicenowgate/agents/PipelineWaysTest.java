package io.jenkins.plugins.servicenowgate.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Items;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.util.Map;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.replay.ReplayAction;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which a pipeline uses an agent: none is admitted without an open gate, each with one. */
class PipelineWaysTest extends ReservedAgentTestBase {
    private static final String ECHO = "{ echo 'ON THE AGENT' }";

    /** A name, and the code that uses the agent. */
    static Stream<Arguments> scripted() {
        return Stream.of(
                Arguments.of("label", "node('production') " + ECHO),
                Arguments.of("another label of the agent", "node('linux') " + ECHO),
                Arguments.of("label expression", "node('production && linux') " + ECHO),
                Arguments.of("excluding expression", "node('!windows') " + ECHO),
                Arguments.of("name of the agent", "node('prod-1') " + ECHO),
                Arguments.of("any agent", "node " + ECHO),
                Arguments.of("parallel", "parallel a: { node('production') " + ECHO + " }, b: { sleep 0 }"),
                Arguments.of("stage", "stage('deploy') { node('production') " + ECHO + " }"));
    }

    static Stream<Arguments> declarative() {
        return Stream.of(
                Arguments.of("label", "agent { label 'production' }\n steps " + ECHO),
                Arguments.of("node", "agent { node { label 'prod-1' } }\n steps " + ECHO),
                Arguments.of("any", "agent any\n steps " + ECHO),
                Arguments.of("nested", "agent any\n stages { stage('inner') { steps " + ECHO + " } }"),
                Arguments.of(
                        "parallel", "parallel { stage('a') { agent { label 'production' }\n steps " + ECHO + " } }"),
                Arguments.of(
                        "matrix",
                        "matrix { axes { axis { name 'ZONE'\n values 'eu', 'us' } }\n agent { label 'production' }\n"
                                + " stages { stage('zone') { steps " + ECHO + " } } }"));
    }

    private static String declaratively(String first, String stage) {
        return "pipeline { agent none\n stages {\n" + first + "\nstage('deploy') {\n" + stage + "\n} } }";
    }

    private void isBlocked(String script) throws Exception {
        WorkflowRun build = build("shop", script);
        recordBlocked(NO_GATE);
        assertThat(build.getLog()).doesNotContain("ON THE AGENT");
        abort(build);
        assertThat(build.getLog()).doesNotContain("ON THE AGENT");
        assertThat(simulator.changes()).isEmpty();
    }

    private void isAdmitted(String script) throws Exception {
        WorkflowRun build = build("shop", script);
        jenkins.waitForMessage("[ServiceNow] ", build);
        assertThat(build.getLog()).doesNotContain("ON THE AGENT");
        approve("shop");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("ON THE AGENT", build);
        jenkins.assertLogContains("Running on prod-1", build);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scripted")
    void aScriptedPipelineIsBlocked(String way, String script) throws Exception {
        isBlocked(script);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scripted")
    void aScriptedPipelineIsAdmitted(String way, String script) throws Exception {
        isAdmitted(GATE + script);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("declarative")
    void aDeclarativePipelineIsBlocked(String way, String stage) throws Exception {
        isBlocked(declaratively("", stage));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("declarative")
    void aDeclarativePipelineIsAdmitted(String way, String stage) throws Exception {
        isAdmitted(declaratively("stage('gate') { steps { " + GATE + " } }", stage));
    }

    @Test
    void onlyTheBodyOfADeploymentIsAdmitted() throws Exception {
        approved("shop");
        WorkflowRun build = build(
                "shop",
                "serviceNowDeployment(environment: 'Production', version: '1') { node('production') { echo 'FIRST' }\n"
                        + "node('production') { echo 'SECOND' } }\n"
                        + "node('production') { echo 'AFTER' }");
        recordBlocked(NO_GATE);
        jenkins.assertLogContains("FIRST", build);
        jenkins.assertLogContains("SECOND", build);
        abort(build);
        jenkins.assertLogNotContains("AFTER", build);
    }

    @Test
    void aGateInsideTheNodeBlockDoesNotAdmitTheBlock() throws Exception {
        WorkflowRun build = build("shop", "node('production') { echo 'ON THE AGENT'\n" + GATE + " }");
        recordBlocked(NO_GATE);
        abort(build);
        jenkins.assertLogNotContains("ON THE AGENT", build);
        assertThat(simulator.changes()).isEmpty();
    }

    @Test
    void theGateOfAnotherEnvironmentAdmitsNothing() throws Exception {
        WorkflowRun build = build(
                "shop", "serviceNowGate(environment: 'Dev', version: '1')\nnode('production') { echo 'ON THE AGENT' }");
        recordBlocked(NO_GATE);
        abort(build);
        jenkins.assertLogNotContains("ON THE AGENT", build);
    }

    @Test
    void aWaitingGateNamesItsReason() throws Exception {
        WorkflowRun build =
                build("shop", "parallel gate: { " + GATE + " }, work: { node('production') { echo 'ON THE AGENT' } }");
        recordBlocked("'prod-1' is reserved for deployments to Production, and this deployment is not released yet: ");
        jenkins.assertLogNotContains("ON THE AGENT", build);
        SimulatedChange change = approve("shop");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("ON THE AGENT", build);
        assertThat(change.workNotes()).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void aReplayAndTheNextBuildNeedGatesOfTheirOwn() throws Exception {
        SimulatedChange change = approved("shop");
        WorkflowRun first = build("shop", GATE + "node('production') { echo 'ON THE AGENT' }");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(first));
        WorkflowJob job = first.getParent();

        // Attack: the replay removes the gate.
        first.getAction(ReplayAction.class).run("node('production') { echo 'ON THE AGENT' }", Map.of());
        await().until(() -> job.getBuildByNumber(2) != null);
        WorkflowRun replayed = job.getBuildByNumber(2);
        recordBlocked(NO_GATE);
        abort(replayed);
        jenkins.assertLogNotContains("ON THE AGENT", replayed);

        simulator.people().moveTo(change.number(), SimulatedState.REVIEW);
        WorkflowRun next = next(job);
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(next));
        jenkins.assertLogContains("Refused: ", next);
        jenkins.assertLogNotContains("ON THE AGENT", next);
    }

    @Test
    void aReplayIsAdmittedByItsOwnGate() throws Exception {
        approved("shop");
        WorkflowRun first = build("shop", "echo 'nothing yet'");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(first));
        first.getAction(ReplayAction.class).run(GATE + "node('production') { echo 'ON THE AGENT' }", Map.of());
        await().until(() -> first.getParent().getBuildByNumber(2) != null);
        WorkflowRun replayed = first.getParent().getBuildByNumber(2);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(replayed));
        jenkins.assertLogContains("Running on prod-1", replayed);
    }

    @Test
    void aCompletedBuildAdmitsNoBuildOfAnotherJob() throws Exception {
        approved("shop");
        WorkflowRun gated = build("shop", GATE + "sleep 3600");
        jenkins.waitForMessage("Sleeping", gated);
        WorkflowRun other = build("other", "node('production') { echo 'ON THE AGENT' }");
        recordBlocked(NO_GATE);
        abort(other);
        jenkins.assertLogNotContains("ON THE AGENT", other);
        abort(gated);
    }

    @Test
    void aDownstreamJobDoesNotShareTheGate() throws Exception {
        approved("shop");
        WorkflowJob downstream =
                ControlledJenkins.controlledJob(jenkins, "downstream", "node('production') { echo 'ON THE AGENT' }");
        WorkflowRun build = build("shop", GATE + "build job: 'downstream', quietPeriod: 0");
        recordBlocked(NO_GATE);
        WorkflowRun triggered = downstream.getBuildByNumber(1);
        abort(triggered);
        jenkins.assertLogNotContains("ON THE AGENT", triggered);
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
    }

    @Test
    void aDownstreamJobIsAdmittedByItsOwnGate() throws Exception {
        ControlledJenkins.controlledJob(jenkins, "downstream", GATE + "node('production') { echo 'ON THE AGENT' }");
        WorkflowRun build = build("shop", "build job: 'downstream', quietPeriod: 0");
        approve("downstream");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
    }

    @Test
    void otherAgentsAreNotRestricted() throws Exception {
        newAgent("build-1", "linux");
        WorkflowRun build = build("shop", "node('linux') { echo 'ON AN AGENT' }");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("Running on build-1", build);
    }

    /** Attack: while the work waits, its job is moved and leaves its name to one that is not change controlled. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void workOfAJobThatWasReplacedIsKeptOff(boolean onlyControlled) throws Exception {
        reserve(
                environment -> environment.setAgentLabel("production"),
                environment -> environment.setOnlyControlledProjects(onlyControlled));
        WorkflowRun build = build("shop", "node('production') " + ECHO);
        recordBlocked(NO_GATE);
        Items.move(build.getParent(), jenkins.createProject(Folder.class, "other"));
        ControlledJenkins.job(jenkins, "shop", "echo 'nothing'");
        for (int i = 0; i < 3; i++) {
            jenkins.jenkins.getQueue().maintain();
            recordBlocked(NO_GATE);
        }
        abort(build);
        jenkins.assertLogNotContains("ON THE AGENT", build);
        assertThat(simulator.requests().count()).isZero();
    }

    /** The other way round: work of a job that needs no gate is admitted, whatever has its former name. */
    @Test
    void workOfAJobThatNeedsNoGateIsAdmittedUnderAnotherName() throws Exception {
        agent.toComputer().setTemporarilyOffline(true, null);
        WorkflowRun build = ControlledJenkins.job(jenkins, "free", "node('production') " + ECHO)
                .scheduleBuild2(0)
                .waitForStart();
        await().until(() -> jenkins.jenkins.getQueue().getItems().length == 1);
        build.getParent().renameTo("freed");
        ControlledJenkins.controlledJob(jenkins, "free", "echo 'nothing'");
        agent.toComputer().setTemporarilyOffline(false, null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("ON THE AGENT", build);
    }
}
