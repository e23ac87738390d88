package io.jenkins.plugins.servicenowgate.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.time.Instant;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a gate stays open, and how later changes of its change request affect it. */
class OpenGatesTest extends ReservedAgentTestBase {
    /** Runs on the agent until the test continues it, then needs the agent again. */
    private static final String TWICE =
            GATE + "node('production') { semaphore 'first' }\nnode('production') { echo 'SECOND' }";

    private SimulatedChange change;

    @BeforeEach
    void approveBefore() {
        change = approved("shop");
    }

    private WorkflowRun onTheAgent(String script) throws Exception {
        WorkflowRun build = build("shop", script);
        SemaphoreStep.waitForStart("first/1", build);
        return build;
    }

    private void newWorkIsBlocked(WorkflowRun build, String why) throws Exception {
        SemaphoreStep.success("first/1", null);
        recordBlocked("'prod-1' accepts no new work for this deployment to Production: " + why);
        jenkins.assertLogNotContains("SECOND", build);
    }

    private void pollAgain() {
        int before = simulator.requests().count(Endpoint.LIST);
        await().until(() -> simulator.requests().count(Endpoint.LIST) > before + 1);
    }

    @Test
    void aChangeOnHoldBlocksNewWorkUntilTheHoldEnds() throws Exception {
        WorkflowRun build = onTheAgent(TWICE);
        simulator.people().hold(change.number(), "CAB meets");
        pollAgain();
        newWorkIsBlocked(build, "");
        assertThat(recordBlocked("CAB meets")).isNotNull();

        simulator.people().resume(change.number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("SECOND", build);
    }

    @Test
    void aCanceledChangeBlocksNewWork() throws Exception {
        WorkflowRun build = onTheAgent(TWICE);
        simulator.people().cancel(change.number());
        pollAgain();
        newWorkIsBlocked(build, "");
        recordBlocked("Canceled");
        abort(build);
        jenkins.assertLogNotContains("SECOND", build);
    }

    @Test
    void theEndOfTheWindowBlocksNewWork() throws Exception {
        simulator.people().window(change.number(), null, Instant.now().plusSeconds(8));
        WorkflowRun build = onTheAgent(TWICE);
        await().until(() -> Instant.now().isAfter(endOfWindow()));
        newWorkIsBlocked(build, "");
        recordBlocked("window");
        abort(build);
        jenkins.assertLogNotContains("SECOND", build);
    }

    private Instant endOfWindow() {
        return java.time.LocalDateTime.parse(
                        String.valueOf(change.get("end_date")).replace(' ', 'T'))
                .toInstant(java.time.ZoneOffset.UTC)
                .plusMillis(1500);
    }

    @Test
    void runningWorkContinuesByDefault() throws Exception {
        WorkflowRun build = onTheAgent(GATE + "node('production') { semaphore 'first'\n echo 'WENT ON' }");
        simulator.people().cancel(change.number());
        pollAgain();
        pollAgain();
        SemaphoreStep.success("first/1", null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("WENT ON", build);
    }

    @Test
    void runningWorkIsAbortedIfConfigured() throws Exception {
        settings(settings -> settings.setRunningWork("abort"));
        WorkflowRun build = onTheAgent(GATE + "node('production') { semaphore 'first'\n echo 'WENT ON' }");
        simulator.people().cancel(change.number());
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
        jenkins.assertLogNotContains("WENT ON", build);
        jenkins.assertLogContains("[ServiceNow] Aborted: the change no longer allows this deployment. ", build);
    }

    @Test
    void workOnOtherAgentsIsNotAborted() throws Exception {
        settings(settings -> settings.setRunningWork("abort"));
        newAgent("build-1", "build");
        WorkflowRun build =
                onTheAgent(GATE + "parallel other: { node('build') { semaphore 'first'\n echo 'WENT ON' } },"
                        + " work: { catchError { node('production') { sleep 3600 } } }");
        await().until(() -> agent.toComputer().countBusy() == 1);
        simulator.people().cancel(change.number());
        await().until(() -> agent.toComputer().countBusy() == 0);
        SemaphoreStep.success("first/1", null);
        jenkins.waitForCompletion(build);
        jenkins.assertLogContains("WENT ON", build);
    }

    @Test
    void aShortOutageBlocksNothing() throws Exception {
        WorkflowRun build = onTheAgent(TWICE);
        simulator.faults().on(Endpoint.LIST).always(Fault.unavailable());
        pollAgain();
        SemaphoreStep.success("first/1", null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("SECOND", build);
    }

    @Test
    void theGateStaysOpenUntilTheBuildEnds() throws Exception {
        WorkflowRun build = onTheAgent(TWICE);
        SemaphoreStep.success("first/1", null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("SECOND", build);
    }

    @Test
    void theGateClosesWithTheFirstNodeBlockIfConfigured() throws Exception {
        settings(settings -> settings.setGateOpenUntil("node"));
        WorkflowRun build = onTheAgent(TWICE);
        SemaphoreStep.success("first/1", null);
        recordBlocked(NO_GATE);
        abort(build);
        jenkins.assertLogNotContains("SECOND", build);
    }

    @Test
    void aBlockAroundTheGateIsNotTheFirstAfterIt() throws Exception {
        settings(settings -> settings.setGateOpenUntil("node"));
        newAgent("build-1", "build");
        WorkflowRun build = build(
                "shop",
                "node('build') {\n" + GATE
                        + "}\nnode('production') { echo 'FIRST' }\nnode('production') { echo 'SECOND' }");
        recordBlocked(NO_GATE);
        jenkins.assertLogContains("FIRST", build);
        abort(build);
        jenkins.assertLogNotContains("SECOND", build);
    }

    @Test
    void aDeploymentsGateClosesOnlyWithItsBody() throws Exception {
        settings(settings -> settings.setGateOpenUntil("node"));
        WorkflowRun build = build(
                "shop",
                "serviceNowDeployment(environment: 'Production', version: '1') {"
                        + " node('production') { echo 'FIRST' }\nnode('production') { echo 'SECOND' } }");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("SECOND", build);
    }

    @Test
    void aSecondDeploymentWaitsAtItsOwnGate() throws Exception {
        simulator.addChange(Map.of("short_description", ControlledJenkins.title("apps/shop", "2")));
        WorkflowRun build = onTheAgent("parallel one: { serviceNowDeployment(environment: 'Production', version: '1') {"
                + " node('production') { semaphore 'first' } } },"
                + " two: { serviceNowDeployment(environment: 'Production', version: '2') {"
                + " node('production') { echo 'SECOND' } } }");
        // The second deployment waits at its own gate, although the first gate would admit it.
        jenkins.waitForMessage("Waiting: ", build);
        jenkins.assertLogNotContains("SECOND", build);
        abort(build);
        jenkins.assertLogNotContains("SECOND", build);
    }
}
