package io.jenkins.plugins.servicenowgate.pipeline;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import java.util.Arrays;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/**
 * A pipeline with its gate in a separate stage is restarted from a later stage: it reports this, and reserved agents
 * stay blocked.
 */
class RestartedFromStageTest extends RestartedStageTestBase {
    private static final String LINE =
            "No change was checked for Production: this build was restarted from the stage Deploy of #1,"
                    + " after its ServiceNow gate.";

    private static String pipeline(String deploy) {
        return """
                pipeline {
                  agent none
                  stages {
                    stage('Gate') { steps { serviceNowGate(environment: 'Production', version: '1') } }
                    stage('Deploy') { steps { %s } }
                    stage('After') { steps { echo 'AFTER' } }
                  }
                }
                """.formatted(deploy);
    }

    private WorkflowRun original(String deploy) throws Exception {
        return released(pipeline(deploy));
    }

    private static List<DeploymentRecord> deployments(WorkflowRun run) {
        ChangeRequestsAction action = run.getAction(ChangeRequestsAction.class);
        return action == null ? List.of() : action.getDeployments();
    }

    private void saysSo(WorkflowRun run, String line) throws Exception {
        jenkins.assertLogContains("[ServiceNow] " + line, run);
        assertThat(deployments(run)).singleElement().satisfies(record -> {
            assertThat(record.getOutcome()).isEqualTo(GateOutcome.SKIPPED);
            assertThat(record.getReason()).isEqualTo(line);
            assertThat(record.getVersion()).isEqualTo("1");
            assertThat(record.getNumber()).isNull();
        });
        assertThat(web(READER).getPage(run).asNormalizedText()).contains("Gate skipped", line);
        assertThat(web(READER)
                        .goTo("servicenow-gates/audit/api/json", "application/json")
                        .getWebResponse()
                        .getContentAsString())
                .contains("\"decision\":\"SKIPPED\"", run.getFullDisplayName());
    }

    @Test
    void aRunRestartedAfterTheGateReportsIt() throws Exception {
        WorkflowRun original = original("echo 'DEPLOYED'");
        int requests = simulator.requests().count();
        WorkflowRun run = restart(original, "Deploy");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        saysSo(run, LINE);
        assertThat(simulator.requests().count()).as("no change is touched").isEqualTo(requests);
        assertThat(web(READER).goTo("servicenow-gates/audit/?decision=SKIPPED").asNormalizedText())
                .contains(run.getFullDisplayName());
    }

    /** Attack: restart the restarted run, which passed no gate itself. */
    @Test
    void aRunRestartedFromSuchARunReportsItToo() throws Exception {
        WorkflowRun first = restart(original("echo 'DEPLOYED'"), "Deploy");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(first));
        WorkflowRun second = restart(first, "After");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(second));
        saysSo(second, LINE.replace("Deploy of #1", "After of #2"));
    }

    /** Attack: delete the original run, so that its gates are unknown. */
    @Test
    void itIsReportedEvenIfTheOriginalRunWasDeleted() throws Exception {
        WorkflowRun original = original("sleep 3");
        WorkflowRun run = restart(original, "Deploy");
        original.delete();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        saysSo(run, LINE);
    }

    @Test
    void aRestartedRunThatFailsOrIsAbortedReportsIt() throws Exception {
        WorkflowRun original = original("script { if (env.BUILD_NUMBER != '1') error 'half of it is deployed' }");
        WorkflowRun run = restart(original, "Deploy");
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        saysSo(run, LINE);
    }

    /** Restarted from the stage of the gate: the gate is opened again and waits for its own change. */
    @Test
    void aRunRestartedFromTheGateWaits() throws Exception {
        WorkflowRun run = restart(original("echo 'DEPLOYED'"), "Gate");
        waiting(run);
        jenkins.assertLogNotContains("DEPLOYED", run);
        assertThat(simulator.changes()).hasSize(2);
        simulator.people().approve(simulator.changes().get(1).number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogNotContains("No change was checked", run);
        assertThat(deployments(run)).hasSize(1);
    }

    /** The original was released while change control was off. */
    @Test
    void aRunBehindAGateOfATimeWithoutChangeControlSaysSo() throws Exception {
        ServiceNowGateConfiguration.get().setEnabled(false);
        WorkflowRun original = jenkins.buildAndAssertSuccess(
                ControlledJenkins.controlledJob(jenkins, "shop", pipeline("echo 'DEPLOYED'")));
        ServiceNowGateConfiguration.get().setEnabled(true);
        WorkflowRun run = restart(original, "Deploy");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        saysSo(run, LINE);
        assertThat(simulator.requests().count()).isZero();
    }

    /** The environment became change controlled after the original. */
    @Test
    void aRunBehindAGateThatNeedsAChangeByNowSaysSo() throws Exception {
        ServiceNowGateConfiguration.get().setEnvironments(List.of(ControlledJenkins.environment("Production", false)));
        WorkflowRun original = jenkins.buildAndAssertSuccess(
                ControlledJenkins.controlledJob(jenkins, "shop", pipeline("echo 'DEPLOYED'")));
        ServiceNowGateConfiguration.get().setEnvironments(List.of(ControlledJenkins.environment("Production", true)));
        WorkflowRun run = restart(original, "Deploy");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        saysSo(run, LINE);
    }

    /** Attack: a later gate that is refused hides the one that was skipped. */
    @Test
    void aRunWhoseLaterGateIsRefusedSaysSo() throws Exception {
        WorkflowRun original = original("echo 'DEPLOYED'\n script { if (env.BUILD_NUMBER != '1') "
                + "{ serviceNowGate(environment: 'Production', version: 'null') } }");
        WorkflowRun run = restart(original, "Deploy");
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("DEPLOYED", run);
        jenkins.assertLogContains("[ServiceNow] " + LINE, run);
        assertThat(deployments(run))
                .extracting(DeploymentRecord::getOutcome)
                .containsExactlyInAnyOrder(GateOutcome.REFUSE, GateOutcome.SKIPPED);
    }

    /** Restarted from the stage of the gate, which is refused this time: nothing was skipped. */
    @Test
    void aRunWhoseOwnGateIsRefusedSkippedNothing() throws Exception {
        WorkflowRun run = waiting(restart(original("echo 'DEPLOYED'"), "Gate"));
        simulator.people().reject(simulator.changes().get(1).number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogNotContains("No change was checked", run);
        assertThat(deployments(run)).extracting(DeploymentRecord::getOutcome).containsExactly(GateOutcome.REFUSE);
    }

    @Test
    void nothingIsReportedIfTheOriginalRunNeededNoChange() throws Exception {
        ServiceNowGateConfiguration.get().setEnvironments(List.of(ControlledJenkins.environment("Production", false)));
        WorkflowRun original = jenkins.buildAndAssertSuccess(
                ControlledJenkins.controlledJob(jenkins, "shop", pipeline("echo 'DEPLOYED'")));
        WorkflowRun run = restart(original, "Deploy");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogNotContains("No change was checked", run);
    }

    @Test
    void reservedAgentsBlockIt() throws Exception {
        agent("prod-1", "production");
        Environment production = ControlledJenkins.environment("Production", true);
        production.setAgentLabel("production");
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        WorkflowRun original = original("node('production') { echo 'DEPLOYED' }");
        jenkins.assertLogContains("DEPLOYED", original);

        WorkflowRun run = restart(original, "Deploy");

        await().until(() -> Arrays.stream(jenkins.jenkins.getQueue().getItems())
                .anyMatch(item ->
                        String.valueOf(item.getWhy()).contains("waits for serviceNowGate(environment: 'Production')")));
        jenkins.assertLogNotContains("DEPLOYED", run);
        run.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        saysSo(run, LINE);
    }
}
