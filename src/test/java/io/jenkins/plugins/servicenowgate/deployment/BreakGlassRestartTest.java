package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleProject;
import io.jenkins.plugins.servicenowgate.audit.BreakGlassLog;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** A person's decision is stored before the deployment goes: a controller that dies in between asks nobody again. */
class BreakGlassRestartTest extends RestartTestBase {
    private static final String DEPLOY =
            "serviceNowDeployment(environment: 'Production', version: '1') { echo 'deployed' }";

    private static Deployment theGate() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> DeploymentRegistry.get().waiting().size() == 1);
        return DeploymentRegistry.get().waiting().get(0);
    }

    private List<String> notes() {
        return simulator.changes().stream()
                .map(SimulatedChange::workNotes)
                .flatMap(List::stream)
                .toList();
    }

    private void assertEachWasReportedOnce() {
        await().atMost(Duration.ofSeconds(30)).until(() -> notes().size() == 4);
        assertThat(notes().get(1)).contains("WITHOUT an approved change (break glass) by Ann (ann). Reason: fire.");
        assertThat(notes().get(2)).contains("started");
        assertThat(notes().get(3)).contains("ended: successful");
        assertThat(simulator.changes().get(0).state()).contains(SimulatedState.NEW);
    }

    /** Stored, and not yet on its way when the controller dies. */
    @Test
    void aPipelineGoesWithoutAskingAgain() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowRun run = beginWaiting(jenkins, DEPLOY);
            await().until(() -> notes().size() == 1);
            Deployment gate = theGate();
            gate.record()
                    .bypassed(new BreakGlassRelease("ann", "Ann", "fire", Instant.now(), run.getExternalizableId()));
            gate.record().timeline().start();
            // A poll that was in progress completes first.
            Instant polled = gate.record().getSeen().getAt();
            await().until(() -> !gate.record().getSeen().getAt().equals(polled));
            run.save();
        });
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            jenkins.assertLogContains("Ann (ann) released this deployment WITHOUT an approved change", run);
            jenkins.assertLogContains("deployed", run);
            assertThat(run.getAction(ChangeRequestsAction.class).getDeployments())
                    .singleElement()
                    .satisfies(record -> assertThat(record.getOutcome()).isEqualTo(GateOutcome.BYPASSED));
            assertThat(BreakGlassLog.get().recent(Instant.now())).hasSize(1);
            assertEachWasReportedOnce();
        });
        sessions.then(
                jenkins -> assertThat(BreakGlassLog.get().recent(Instant.now())).hasSize(1));
    }

    /** Let go in the queue, it waits for an executor when the controller is restarted. */
    @Test
    void anItemOfTheQueueGoesWithoutAskingAgain() throws Throwable {
        sessions.then(jenkins -> {
            setUp(jenkins);
            FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "shop", "7");
            job.scheduleBuild2(0);
            await().until(() -> notes().size() == 1);
            assertThat(theGate().bypass("ann", "Ann", "fire")).isTrue();
            await().until(() -> notes().size() == 2);
        });
        sessions.then(jenkins -> {
            FreeStyleProject job = jenkins.jenkins.getItemByFullName("apps/shop", FreeStyleProject.class);
            assertThat(job.getLastBuild()).isNull();
            jenkins.createOnlineSlave();
            await().atMost(Duration.ofSeconds(30)).until(() -> job.getLastBuild() != null);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(job.getLastBuild()));
            assertThat(DeploymentRegistry.get().waiting()).isEmpty();
            assertThat(job.getLastBuild()
                            .getAction(ChangeRequestsAction.class)
                            .getDeployments()
                            .get(0)
                            .getOutcome())
                    .isEqualTo(GateOutcome.BYPASSED);
            assertEachWasReportedOnce();
        });
    }

    /** A decision about another run is none. */
    @Test
    void aDecisionAboutAnotherRunOpensNothing() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowRun run = beginWaiting(jenkins, DEPLOY);
            Deployment gate = theGate();
            // For another run, as if its record had been copied.
            gate.record().bypassed(new BreakGlassRelease("ann", "Ann", "fire", Instant.now(), "apps/shop#2"));
            run.save();
        });
        sessions.then(jenkins -> {
            theGate();
            WorkflowRun run = theRun(jenkins);
            assertThat(run.isBuilding()).isTrue();
            jenkins.assertLogNotContains("WITHOUT an approved change", run);
            simulator.people().approve(simulator.changes().get(0).number());
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            assertThat(run.getAction(ChangeRequestsAction.class)
                            .getDeployments()
                            .get(0)
                            .getBypass())
                    .isNull();
        });
    }
}
