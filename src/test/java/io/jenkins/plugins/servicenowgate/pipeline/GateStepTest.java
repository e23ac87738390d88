package io.jenkins.plugins.servicenowgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.pages.ChangeRequestDetails;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.util.List;
import java.util.Map;
import jenkins.model.details.Detail;
import org.jenkinsci.plugins.workflow.actions.ArgumentsAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.actions.PauseAction;
import org.junit.jupiter.api.Test;

/**
 * The steps in a real Jenkins against the simulator: when they need a change, which change they use, and what they
 * return.
 */
class GateStepTest extends WaitingPipelineTestBase {
    @Test
    void createsWaitsAndIsReleasedByApproval() throws Exception {
        WorkflowRun run = build(GATE);
        SimulatedChange change = waitingChange(run);
        assertThat(change.get("short_description")).isEqualTo(TITLE);
        assertThat(change.get("description")).contains("apps/shop", "1.0.1", "Production", run.getUrl());
        assertThat(run.isBuilding()).isTrue();
        FlowNode node = new DepthFirstScanner().findFirstMatch(run.getExecution(), PauseAction::isPaused);
        assertThat(node).as("a paused step while it waits").isNotNull();
        assertThat(ArgumentsAction.getStepArgumentsAsString(node)).isEqualTo("Production 1.0.1");
        assertThat(details(run)).containsExactly(change.number() + ": Waiting (New)");
        for (Computer computer : jenkins.jenkins.getComputers()) {
            assertThat(computer.countBusy()).as("executors held").isZero();
        }

        simulator.people().approve(change.number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        jenkins.assertLogContains(
                "released by " + change.number() + " required=true state=Implement id=" + change.sysId() + " at "
                        + simulator.baseUrl() + "/nav_to.do?uri=change_request.do%3Fsys_id%3D" + change.sysId(),
                run);
        assertThat(PauseAction.isPaused(node)).isFalse();
        // The deployment is finished in the background after the build has completed.
        await().untilAsserted(() -> assertThat(details(run)).containsExactly(change.number() + ": Deployed"));
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        assertThat(simulator.requests().to(Endpoint.UPDATE))
                .as("a Normal change is told, never moved")
                .allSatisfy(
                        request -> assertThat(request.json().propertyNames()).containsExactly("work_notes"));
    }

    private static List<String> details(WorkflowRun run) {
        return ExtensionList.lookupSingleton(ChangeRequestDetails.class).createFor(run).stream()
                .map(Detail::getDisplayName)
                .toList();
    }

    @Test
    void runsTheBodyWithItsChangeAndReturnsItsValue() throws Exception {
        WorkflowRun run = build("def r = serviceNowDeployment(environment: 'Production', version: '1.0.1') {\n"
                + "  echo \"in the body: $SERVICENOW_CHANGE_NUMBER $SERVICENOW_CHANGE_SYS_ID $SERVICENOW_CHANGE_URL\"\n"
                + "  'deployed'\n"
                + "}\n"
                + "echo \"returned $r, then ${env.SERVICENOW_CHANGE_NUMBER}\"");
        SimulatedChange change = waitingChange(run);
        jenkins.assertLogNotContains("in the body", run);
        simulator.people().approve(change.number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        jenkins.assertLogContains(
                "in the body: " + change.number() + " " + change.sysId() + " " + simulator.baseUrl(), run);
        jenkins.assertLogContains("returned deployed, then null", run);
    }

    @Test
    void takesTheVersionFromTheDisplayName() throws Exception {
        WorkflowRun run = build("serviceNowGate environment: 'Production'");
        assertThat(waitingChange(run).get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", "1"));
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    /** All combinations of marks; "controlled, controlled" is covered by the other tests of this class. */
    @Test
    void requiresAChangeOnlyWhereBothCarryTheMark() throws Exception {
        String script = "def c = serviceNowGate(environment: '%s')\necho \"required=${c.required} number=${c.number}\"";
        WorkflowRun dev = build(String.format(script, "Dev"));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(dev));
        jenkins.assertLogContains("[ServiceNow] No approved change required: the environment Dev is not", dev);
        jenkins.assertLogContains("required=false number=null", dev);
        for (String environment : List.of("Production", "Dev")) {
            WorkflowRun free = jenkins.buildAndAssertSuccess(
                    ControlledJenkins.job(jenkins, "free-" + environment, String.format(script, environment)));
            jenkins.assertLogContains("No approved change required: the project apps/free-" + environment, free);
            jenkins.assertLogContains("required=false number=null", free);
        }
        assertThat(simulator.requests().all()).isEmpty();
    }

    @Test
    void refusesAnEnvironmentThatIsDeclaredNowhere() throws Exception {
        WorkflowRun run = build("serviceNowGate environment: 'Prodution'\necho 'released by'");

        refused(run, "ERROR: Refused: the environment \"Prodution\" is not declared. Declared: Dev, Production");
        assertThat(simulator.requests().all()).isEmpty();
    }

    @Test
    void findsTheChangeByNumberOfStepParameterOrVariable() throws Exception {
        SimulatedChange change = simulator.addChange(Map.of("short_description", "by hand"));
        simulator.people().approve(change.number());
        WorkflowRun step = build(
                "step", "serviceNowGate environment: 'Production', changeRequestNumber: '" + change.number() + "'");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(step));
        WorkflowRun variable = build(
                "variable",
                "withEnv(['SERVICENOW_CHANGE_REQUEST_NUMBER=" + change.number()
                        + "']) { serviceNowGate environment: 'Production' }");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(variable));
        WorkflowJob job =
                ControlledJenkins.controlledJob(jenkins, "parameter", "serviceNowGate environment: 'Production'");
        job.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition("SERVICENOW_CHANGE_REQUEST_NUMBER", "")));
        WorkflowRun parameter = job.scheduleBuild2(
                        0,
                        new ParametersAction(
                                new StringParameterValue("SERVICENOW_CHANGE_REQUEST_NUMBER", change.number())))
                .waitForStart();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(parameter));

        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
        for (WorkflowRun run : List.of(step, variable, parameter)) {
            jenkins.assertLogContains("Linked to " + change.number() + ", the change specified by number", run);
        }
        WorkflowRun wrong = job.scheduleBuild2(
                        0, new ParametersAction(new StringParameterValue("SERVICENOW_CHANGE_REQUEST_NUMBER", "CHG404")))
                .waitForStart();
        refused(wrong, "ERROR: Refused: there is no change CHG404");
        assertThat(simulator.changes()).hasSize(1);
    }

    @Test
    void runsTheSameDeploymentAgainWithTheSameChange() throws Exception {
        WorkflowRun first = build(GATE);
        SimulatedChange change = waitingChange(first);
        first.doStop();
        jenkins.waitForCompletion(first);
        WorkflowRun second = first.getParent().scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("Linked to " + change.number() + ", the open change with the title", second);
        simulator.people().approve(change.number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(second));
        assertThat(simulator.changes()).hasSize(1);
    }

    @Test
    void releasesWithAMessageWhileSwitchedOff() throws Exception {
        ServiceNowGateConfiguration.get().setEnabled(false);
        WorkflowRun run = build(GATE);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        jenkins.assertLogContains("[ServiceNow] ServiceNow change control is SWITCHED OFF", run);
        assertThat(deployment(run).getOutcome()).isEqualTo(GateOutcome.SWITCHED_OFF);
        assertThat(simulator.requests().all()).isEmpty();
    }

    @Test
    void releasesAWaitingBuildWhenSwitchedOff() throws Exception {
        WorkflowRun run = build(GATE);
        waitingChange(run);
        ServiceNowGateConfiguration.get().setEnabled(false);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        jenkins.assertLogContains("[ServiceNow] ServiceNow change control is SWITCHED OFF", run);
        assertThat(deployment(run).getOutcome()).isEqualTo(GateOutcome.SWITCHED_OFF);
    }
}
