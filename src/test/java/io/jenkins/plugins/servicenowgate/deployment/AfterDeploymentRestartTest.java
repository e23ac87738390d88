package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleProject;
import hudson.model.Queue;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueTaskDispatcher;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedTask;
import java.io.File;
import java.time.Duration;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;

/** Transitions after a deployment, and cancellations, that a restart interrupts. */
class AfterDeploymentRestartTest extends RestartTestBase {
    private static final String DEPLOY =
            "serviceNowDeployment(environment: 'Production', version: '1') { semaphore 'body' }";

    private WorkflowJob job(JenkinsRule jenkins) throws Exception {
        setUp(jenkins);
        Environment production = ControlledJenkins.environment("Production", true);
        production.setAfterDeployment("close");
        production.setChangeTasks("close");
        production.setAbandonedChange("cancel");
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        return ControlledJenkins.controlledJob(jenkins, "shop", DEPLOY);
    }

    private static WorkflowRun waits(JenkinsRule jenkins, WorkflowJob job) throws Exception {
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        return run;
    }

    private static void settled(JenkinsRule jenkins) {
        await().untilAsserted(() -> assertThat(
                        new File(jenkins.jenkins.getRootDir(), "servicenow-gate/open-deployments").list())
                .isEmpty());
    }

    private SimulatedChange theChange() {
        return simulator.changes().get(0);
    }

    private long sent(String state) {
        return simulator.requests().to(Endpoint.UPDATE).stream()
                .filter(request -> request.json().path("state").asString("").equals(state))
                .count();
    }

    /** The task is closed, and then ServiceNow is gone until after the restart. */
    @Test
    void aChangeIsClosedAfterTheRestart() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowRun run = waits(jenkins, job(jenkins));
            simulator.people().approve(theChange().number());
            SimulatedTask task = simulator.addTask(theChange().number(), "Smoke test");
            SemaphoreStep.waitForStart("body/1", run);
            simulator.behaviour().businessRule("closing is down", 503, fields -> "0".equals(fields.get("state")));
            SemaphoreStep.success("body/1", null);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            await().until(() -> !task.isOpen());
            await().until(() -> sent("0") > 0);
        });
        assertThat(theChange().state()).contains(SimulatedState.IMPLEMENT);
        simulator.behaviour().noBusinessRule();
        sessions.then(AfterDeploymentRestartTest::settled);

        assertThat(theChange().state()).contains(SimulatedState.CLOSED);
        assertThat(theChange().get("close_code")).isEqualTo("successful");
        assertThat(simulator.requests().count(Endpoint.UPDATE_TASK)).isEqualTo(1);
        assertThat(sent("3")).isEqualTo(1);
    }

    @Test
    void aChangeIsCanceledAfterTheRestart() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowRun run = waits(jenkins, job(jenkins));
            simulator.faults().on(Endpoint.UPDATE).always(Fault.unavailable());
            run.doStop();
            jenkins.waitForCompletion(run);
        });
        assertThat(theChange().state()).contains(SimulatedState.NEW);
        simulator.faults().clear();
        simulator.requests().clear();
        sessions.then(AfterDeploymentRestartTest::settled);

        assertThat(theChange().state()).contains(SimulatedState.CANCELED);
        assertThat(sent("4")).isEqualTo(1);
    }

    /** The second build is the last that uses the change, and all that is left: the first one is deleted. */
    @Test
    void aChangeThatADeletedBuildCreatedIsCanceledAfterTheRestart() throws Throwable {
        sessions.then(jenkins -> abortedBesideAnother(jenkins).delete());
        assertThat(theChange().state()).contains(SimulatedState.NEW);
        sessions.then(jenkins -> {
            WorkflowRun second = secondBuild(jenkins);
            abort(second);
            await().until(() -> sent("4") == 1);
        });
        assertThat(theChange().state()).contains(SimulatedState.CANCELED);
        assertThat(theChange().get("reason")).contains("job/apps/job/shop/2/");
    }

    /** Both builds know of a cancellation then; one is sent. */
    @Test
    void aChangeIsCanceledAfterTheRestartWhenTheLastBuildIsAborted() throws Throwable {
        sessions.then(this::abortedBesideAnother);
        assertThat(theChange().state()).contains(SimulatedState.NEW);
        sessions.then(jenkins -> {
            WorkflowRun second = secondBuild(jenkins);
            assertThat(theChange().state()).contains(SimulatedState.NEW);
            abort(second);
            settled(jenkins);
        });
        assertThat(theChange().state()).contains(SimulatedState.CANCELED);
        assertThat(sent("4")).isEqualTo(1);
    }

    /** The first of two builds that wait for the same change; the second one keeps waiting. */
    private WorkflowRun abortedBesideAnother(JenkinsRule jenkins) throws Exception {
        WorkflowJob job = job(jenkins);
        WorkflowRun first = waits(jenkins, job);
        waits(jenkins, job);
        first.doStop();
        return jenkins.waitForCompletion(first);
    }

    /** Pipeline loses what is sent to a build whose executor does not execute it yet. */
    private static void abort(WorkflowRun run) {
        await().until(() -> run.getOneOffExecutor() != null);
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            run.doStop();
            return !run.isBuilding();
        });
    }

    private static WorkflowRun secondBuild(JenkinsRule jenkins) {
        return jenkins.jenkins.getItemByFullName("apps/shop", WorkflowJob.class).getBuildByNumber(2);
    }

    /** After the restart the first build still knows that its cancellation waits for the second one. */
    @Test
    void aChangeForWhichAnotherBuildWaitsIsKeptAcrossTheRestart() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowJob job = job(jenkins);
            WorkflowRun first = waits(jenkins, job);
            waits(jenkins, job);
            first.doStop();
            jenkins.waitForCompletion(first);
        });
        sessions.then(jenkins -> {
            WorkflowRun second = secondBuild(jenkins);
            simulator.people().approve(theChange().number());
            SemaphoreStep.waitForStart("body/1", second);
            assertThat(theChange().state()).contains(SimulatedState.IMPLEMENT);
            SemaphoreStep.success("body/1", null);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(second));
            settled(jenkins);
        });
        assertThat(theChange().state()).contains(SimulatedState.CLOSED);
        assertThat(sent("4")).isZero();
    }

    /** Until the queue has looked at the item again, only its file tells that it waits for the change. */
    @Test
    void aChangeForWhichAnItemWaitsIsNotCanceledAfterTheRestart() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowJob other = job(jenkins);
            FreeStyleProject queued = ControlledJenkins.queuedJob(jenkins, "queued", "1");
            queued.getProperty(ChangeControlJobProperty.class).setProject("apps/shop");
            queued.save();
            queued.scheduleBuild2(0);
            await().until(() -> why(queued).startsWith("Waiting: CHG"));
            WorkflowRun run = waits(jenkins, other);
            run.doStop();
            jenkins.waitForCompletion(run);
            Busy.isBusy = true;
        });
        sessions.then(jenkins -> {
            FreeStyleProject job = jenkins.jenkins.getItemByFullName("apps/queued", FreeStyleProject.class);
            await().until(() -> why(job).equals(Busy.WHY));
            DeploymentRecord aborted = theRun(jenkins)
                    .getAction(ChangeRequestsAction.class)
                    .getDeployments()
                    .get(0);
            assertThat(DeploymentRegistry.get().isUsedByAnother(aborted)).isTrue();
            Busy.isBusy = false;
            jenkins.jenkins.getQueue().scheduleMaintenance();
            await().until(() -> why(job).startsWith("Waiting: CHG"));
            assertThat(DeploymentRegistry.get().isUsedByAnother(aborted)).isTrue();
            jenkins.createOnlineSlave();
            simulator.people().approve(theChange().number());
            await().until(() -> job.getLastBuild() != null);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(job.getLastBuild()));
        });
        assertThat(simulator.changes()).hasSize(1);
        assertThat(sent("4")).isZero();
    }

    private static String why(FreeStyleProject job) {
        Queue.Item item = job.getQueueItem();
        return item == null || item.getWhy() == null ? "" : item.getWhy();
    }

    /** Keeps items in the queue before the gate looks at them: of equal extensions, Jenkins sorts by the name of the class. */
    @TestExtension("aChangeForWhichAnItemWaitsIsNotCanceledAfterTheRestart")
    public static final class Busy extends QueueTaskDispatcher {
        private static final String WHY = "Busy with something else";
        private static volatile boolean isBusy;

        @Override
        public CauseOfBlockage canRun(Queue.Item item) {
            return isBusy
                    ? new CauseOfBlockage() {
                        @Override
                        public String getShortDescription() {
                            return WHY;
                        }
                    }
                    : null;
        }
    }
}
