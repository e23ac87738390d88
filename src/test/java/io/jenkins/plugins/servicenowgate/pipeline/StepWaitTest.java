package io.jenkins.plugins.servicenowgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.actions.PauseAction;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * How the wait of a step continues and ends: by the state of its change, by an abort, and while ServiceNow is
 * unavailable.
 */
class StepWaitTest extends WaitingPipelineTestBase {
    @Test
    void refusesEveryFinishedOrUnknownState() throws Exception {
        for (String state : List.of("0", "3", "4", "42")) {
            SimulatedChange change = simulator.addChange(Map.of("short_description", "x"));
            change.set("state", state);
            WorkflowRun run = build(
                    "job" + state,
                    "serviceNowGate environment: 'Production', changeRequestNumber: '" + change.number() + "'\n"
                            + "echo 'released by'");
            refused(run, "ERROR: Refused: " + change.number() + " is in ");
            assertThat(deployment(run).getOutcome()).isEqualTo(GateOutcome.REFUSE);
        }
    }

    @Test
    void waitsInEveryStateBeforeImplement() throws Exception {
        WorkflowRun run = build(GATE);
        SimulatedChange change = waitingChange(run);
        for (SimulatedState state :
                List.of(SimulatedState.ASSESS, SimulatedState.AUTHORIZE, SimulatedState.SCHEDULED)) {
            simulator.people().moveTo(change.number(), state);
            jenkins.waitForMessage("is in " + deploymentLabel(state) + " (approval", run);
            assertThat(run.isBuilding()).isTrue();
        }
        simulator.people().approve(change.number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    private static String deploymentLabel(SimulatedState state) {
        return state.name().charAt(0) + state.name().substring(1).toLowerCase(java.util.Locale.ROOT);
    }

    @Test
    void refusesARejectedChange() throws Exception {
        WorkflowRun run = build(GATE);
        SimulatedChange change = waitingChange(run);
        simulator.people().advance(change.number()).reject(change.number());

        refused(
                run,
                "ERROR: Refused: " + change.number() + " was rejected by Ann Approver (ann.approver) of group CAB at ");
    }

    @Test
    void waitsOnHoldThenForTheWindowAndRefusesAfterIt() throws Exception {
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
        simulator.people().approve(change.number()).hold(change.number(), "database down");
        WorkflowRun run = build(GATE);
        jenkins.waitForMessage(" is on hold: database down", run);
        simulator.people().window(change.number(), Instant.now().plusSeconds(5), null);
        simulator.people().resume(change.number());
        jenkins.waitForMessage(" is in Implement; its planned start is ", run);
        assertThat(run.isBuilding()).isTrue();
        simulator
                .people()
                .window(
                        change.number(),
                        Instant.now().minusSeconds(3600),
                        Instant.now().minusSeconds(60));

        refused(run, "ERROR: Refused: the planned end of " + change.number());
    }

    @Test
    void endsAtOnceAndCleanlyWhenAborted() throws Exception {
        WorkflowRun run = build(GATE);
        SimulatedChange change = waitingChange(run);
        run.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        simulator.people().approve(change.number());

        await().until(() -> deployment(run).getOutcome() == GateOutcome.ABORTED);
        await().until(() -> new DepthFirstScanner().findFirstMatch(run.getExecution(), PauseAction::isPaused) == null);
        jenkins.assertLogNotContains("released by", run);
        int polls = simulator.requests().count(Endpoint.LIST);
        await().during(java.time.Duration.ofMillis(500))
                .until(() -> simulator.requests().count(Endpoint.LIST) == polls);
    }

    @Test
    void isAbortedByTimeout() throws Exception {
        WorkflowRun run = build("timeout(time: 2, unit: 'SECONDS') {\n" + GATE + "\n}");

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("Timeout has been exceeded", run);
        jenkins.assertLogNotContains("released by", run);
    }

    @Test
    void keepsWaitingWhileTheInstanceIsUnreachable() throws Exception {
        WorkflowRun run = build(GATE);
        SimulatedChange change = waitingChange(run);
        simulator.faults().on(Endpoint.LIST).always(Fault.unavailable());
        jenkins.waitForMessage("[ServiceNow] ServiceNow is unavailable", run);
        simulator.people().approve(change.number());
        simulator.faults().on(Endpoint.LIST).clear();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        assertThat(JenkinsRule.getLog(run))
                .containsOnlyOnce("ServiceNow is unavailable")
                .containsOnlyOnce("[ServiceNow] ServiceNow is available again.");
    }

    @Test
    void failsWhenItsConnectionIsRemovedWhileItWaits() throws Exception {
        WorkflowRun run = build(GATE);
        waitingChange(run);
        ServiceNowGateConfiguration.get().setConnections(List.of());

        refused(run, "the ServiceNow connection \"corp\" no longer exists");
    }

    @Test
    void usesTheCurrentCredentialsWhileItWaits() throws Exception {
        WorkflowRun run = build(GATE);
        SimulatedChange change = waitingChange(run);
        ControlledJenkins.secrets("another-secret", "another-password");

        jenkins.waitForMessage("rejected the sign-in", run);
        jenkins.assertLogNotContains("another-", run);
        assertThat(run.isBuilding()).isTrue();
        int refused = simulator.requests().count(Endpoint.TOKEN);

        // So that no user is locked, no sign-in is tried with the same credentials for minutes; others are tried soon.
        await().during(Duration.ofMillis(500)).until(() -> simulator.requests().count(Endpoint.TOKEN) == refused);
        ControlledJenkins.secrets(ServiceNowSimulator.CLIENT_SECRET, ServiceNowSimulator.PASSWORD);
        simulator.people().approve(change.number());
        await().atMost(Duration.ofSeconds(90)).until(() -> !run.isBuilding());
        jenkins.assertBuildStatusSuccess(run);
        jenkins.assertLogContains("ServiceNow is available again", run);
    }
}
