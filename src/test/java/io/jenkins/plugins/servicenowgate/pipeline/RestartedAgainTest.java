package io.jenkins.plugins.servicenowgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Restarts behind a gate whose original changed its name, its script or its stages, or is gone. */
class RestartedAgainTest extends RestartedStageTestBase {
    private static final String GATE = "serviceNowGate(environment: 'Production', version: '1')";
    /** The second gate is behind the work. */
    private static final String TWO_GATES = """
            pipeline { agent none
            stages {
            stage('Gate') { steps { %s } }
            stage('Deploy') { steps { echo 'DEPLOYED' } }
            stage('Gate again') { steps { %s } }
            } }
            """;

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

    /** Jenkins was killed while the restarted run was under way, so that nothing is recorded of the gate that it skipped. */
    @Test
    void aRestartOfARunOfWhichNothingWasRecorded() throws Exception {
        WorkflowRun first = original("stage('Gate') { steps { " + GATE
                + " } } stage('Deploy') { steps { echo 'DEPLOYED' } } stage('After') { steps { echo 'x' } }");
        WorkflowRun second = restart(first, "Deploy");
        saysSo(second);
        second.removeActions(ChangeRequestsAction.class);
        saysSo(restart(second, "After"));
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

    private WorkflowRun restartedBehind(String script, String stage) throws Exception {
        WorkflowRun run =
                restart(jenkins.buildAndAssertSuccess(ControlledJenkins.controlledJob(jenkins, "shop", script)), stage);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        return run;
    }

    private void approved(String... versions) {
        for (String version : versions) {
            simulator
                    .people()
                    .approve(simulator
                            .addChange(Map.of("short_description", ControlledJenkins.title("apps/shop", version)))
                            .number());
        }
    }

    private static List<String> versions(WorkflowRun run, GateOutcome outcome) {
        return run.getAction(ChangeRequestsAction.class).getDeployments().stream()
                .filter(record -> record.getOutcome() == outcome)
                .map(DeploymentRecord::getVersion)
                .toList();
    }

    /** Attack: the run passes a gate of the same version, but only after the work that it repeats. */
    @ParameterizedTest
    @ValueSource(strings = {", version: '1'", ""})
    void aLaterGateOfTheSameVersionHidesNothing(String version) throws Exception {
        String gate = "serviceNowGate(environment: 'Production'" + version + ")";
        approved("1", "2");
        WorkflowRun run = restartedBehind(TWO_GATES.formatted(gate, gate), "Deploy");
        jenkins.assertLogContains("[ServiceNow] No change was checked for Production: this build was restarted", run);
        assertThat(versions(run, GateOutcome.SKIPPED)).containsExactly("1");
        assertThat(versions(run, GateOutcome.PROCEED)).containsExactly(version.isEmpty() ? "2" : "1");
        settled();
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
    }

    /** Attack: the same, and the work that is repeated failed in the original, which never came to the later gate. */
    @Test
    void aLaterGateThatTheOriginalDidNotReachHidesNothing() throws Exception {
        approved("1");
        WorkflowRun original = jenkins.buildAndAssertStatus(
                Result.FAILURE, ControlledJenkins.controlledJob(jenkins, "shop", """
                        pipeline { agent none
                        stages {
                        stage('Gate') { steps { %s } }
                        stage('Deploy') { steps { script { if (env.BUILD_NUMBER == '1') error 'half of it' } } }
                        stage('Gate again') { steps { %s } }
                        } }
                        """.formatted(GATE, GATE)));
        WorkflowRun run = restart(original, "Deploy");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertThat(versions(run, GateOutcome.SKIPPED)).containsExactly("1");
        assertThat(versions(run, GateOutcome.PROCEED)).containsExactly("1");
    }

    /** Attack: gates in branches, in the cells of a matrix, and in a function. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "parallel { stage('a') { steps { serviceNowGate(environment: 'Production', version: '1') } }\n"
                        + "stage('b') { steps { serviceNowGate(environment: 'Production', version: '2') } } }",
                "matrix { axes { axis { name 'PART'\nvalues '1', '2' } }\n"
                        + "stages { stage('cell') { steps { serviceNowGate(environment: 'Production', version: env.PART) }"
                        + " } } }",
                "steps { script { gate('1')\ngate('2') } }"
            })
    void allGatesOfTheSkippedStageAreReported(String gates) throws Exception {
        approved("1", "2");
        WorkflowRun run = restartedBehind("""
                def gate(version) { serviceNowGate(environment: 'Production', version: version) }
                pipeline { agent none
                stages {
                stage('Gates') { %s }
                stage('Deploy') { steps { echo 'DEPLOYED' } }
                } }
                """.formatted(gates), "Deploy");
        assertThat(versions(run, GateOutcome.SKIPPED)).containsExactlyInAnyOrder("1", "2");
        assertThat(versions(run, GateOutcome.PROCEED)).isEmpty();
    }

    /** What stands above the stages is carried out again, before the stage from which the run was restarted. */
    @Test
    void aGateAboveTheStagesIsPassedAgain() throws Exception {
        approved("1", "2");
        WorkflowRun run = restartedBehind("""
                pipeline { agent none
                environment { CHANGE = serviceNowGate(environment: 'Production') }
                stages {
                stage('Build') { steps { echo 'BUILT' } }
                stage('Deploy') { steps { echo 'DEPLOYED' } }
                } }
                """, "Deploy");
        assertThat(versions(run, GateOutcome.SKIPPED)).isEmpty();
        assertThat(versions(run, GateOutcome.PROCEED)).containsExactly("2");
    }

    /** As if Jenkins was killed before the end of the run, when they are recorded. */
    private static void forgetSkipped(WorkflowRun run) throws ReflectiveOperationException {
        Field deployments = ChangeRequestsAction.class.getDeclaredField("deployments");
        deployments.setAccessible(true);
        ((List<?>) deployments.get(run.getAction(ChangeRequestsAction.class)))
                .removeIf(record -> ((DeploymentRecord) record).getOutcome() == GateOutcome.SKIPPED);
    }

    /** Attack: restart a restarted run that passed a later gate of the version before Jenkins was killed. */
    @Test
    void aLaterGateOfARunOfWhichNothingElseWasRecordedHidesNothing() throws Exception {
        approved("1");
        WorkflowRun second = restartedBehind(TWO_GATES.formatted(GATE, GATE), "Deploy");
        assertThat(versions(second, GateOutcome.SKIPPED)).containsExactly("1");
        settled();
        forgetSkipped(second);
        assertThat(versions(second, GateOutcome.SKIPPED)).isEmpty();
        WorkflowRun third = restart(second, "Deploy");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(third));
        assertThat(versions(third, GateOutcome.SKIPPED)).containsExactly("1");
        assertThat(versions(third, GateOutcome.PROCEED)).containsExactly("1");
    }
}
