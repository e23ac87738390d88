package io.jenkins.plugins.servicenowgate.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.slaves.DumbSlave;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.RestartTestBase;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** Reserved agents after a restart of the controller. */
class RestartedRunsTest extends RestartTestBase {
    private static final String GATE = "serviceNowGate(environment: 'Production', version: '1')\n";
    private static final String NO_GATE = "`node` on 'prod-1' waits for serviceNowGate(environment: 'Production')";

    private SimulatedChange change;

    @BeforeEach
    void approveBefore() {
        change = simulator.addChange(Map.of("short_description", ControlledJenkins.title("apps/shop", "1")));
        simulator.people().approve(change.number());
    }

    private WorkflowRun beginReserved(JenkinsRule jenkins, String script) throws Exception {
        return beginReserved(jenkins, script, true);
    }

    private WorkflowRun beginReserved(JenkinsRule jenkins, String script, boolean marked) throws Exception {
        setUp(jenkins);
        Environment production = ControlledJenkins.environment("Production", true);
        production.setAgentLabel("production");
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        DumbSlave agent = jenkins.createSlave("prod-1", "production", null);
        jenkins.waitOnline(agent);
        WorkflowJob job = marked
                ? ControlledJenkins.controlledJob(jenkins, "shop", script)
                : ControlledJenkins.job(jenkins, "shop", script);
        return job.scheduleBuild2(0).waitForStart();
    }

    private static void awaitBlocked(JenkinsRule jenkins, String reason) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Arrays.stream(jenkins.jenkins.getQueue().getItems())
                        .anyMatch(item -> String.valueOf(item.getWhy()).contains(reason)));
    }

    @Test
    void blockedWorkStaysBlocked() throws Throwable {
        sessions.then(jenkins -> {
            beginReserved(jenkins, "node('production') { echo 'ON THE AGENT' }");
            awaitBlocked(jenkins, NO_GATE);
        });
        sessions.then(jenkins -> {
            awaitBlocked(jenkins, NO_GATE);
            WorkflowRun run = theRun(jenkins);
            jenkins.assertLogNotContains("ON THE AGENT", run);
            run.getExecutor().interrupt();
            jenkins.waitForCompletion(run);
            jenkins.assertLogNotContains("ON THE AGENT", run);
        });
    }

    @Test
    void anOpenGateIsOpenAgainAfterItsChangeWasPolled() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowRun run =
                    beginReserved(jenkins, GATE + "semaphore 'between'\nnode('production') { echo 'ON THE AGENT' }");
            SemaphoreStep.waitForStart("between/1", run);
        });
        int polls = simulator.requests().count(Endpoint.LIST);
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            SemaphoreStep.success("between/1", null);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            jenkins.assertLogContains("ON THE AGENT", run);
        });
        assertThat(simulator.requests().count(Endpoint.LIST)).isGreaterThan(polls);
    }

    @Test
    void aChangeCanceledMeanwhileBlocksNewWork() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowRun run =
                    beginReserved(jenkins, GATE + "semaphore 'between'\nnode('production') { echo 'ON THE AGENT' }");
            SemaphoreStep.waitForStart("between/1", run);
        });
        simulator.people().cancel(change.number());
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            SemaphoreStep.success("between/1", null);
            awaitBlocked(jenkins, "'prod-1' accepts no new work for this deployment to Production: ");
            run.getExecutor().interrupt();
            jenkins.waitForCompletion(run);
            jenkins.assertLogNotContains("ON THE AGENT", run);
        });
    }

    @Test
    void runningWorkResumesOnItsAgent() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowRun run = beginReserved(
                    jenkins, GATE + "node('production') { semaphore 'within'\n echo 'STILL ON THE AGENT' }");
            SemaphoreStep.waitForStart("within/1", run);
        });
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            SemaphoreStep.success("within/1", null);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            jenkins.assertLogContains("STILL ON THE AGENT", run);
        });
    }

    /** The reservation was restricted while the work ran: this blocks new work, not running work. */
    @Test
    void workOfAnUncontrolledProjectResumesOnItsAgent() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowRun run = beginReserved(
                    jenkins,
                    "node('production') { semaphore 'within'\n echo 'STILL ON THE AGENT' }\n"
                            + "node('production') { echo 'NEW WORK' }",
                    false);
            SemaphoreStep.waitForStart("within/1", run);
            Environment production = ControlledJenkins.environment("Production", true);
            production.setAgentLabel("production");
            production.setOnlyControlledProjects(true);
            ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        });
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            SemaphoreStep.success("within/1", null);
            jenkins.waitForMessage("STILL ON THE AGENT", run);
            awaitBlocked(jenkins, "is not change controlled");
            run.getExecutor().interrupt();
            jenkins.waitForCompletion(run);
            jenkins.assertLogNotContains("NEW WORK", run);
        });
    }
}
