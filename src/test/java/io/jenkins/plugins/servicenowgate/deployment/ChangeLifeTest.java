package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.Test;

/** What becomes of a change before, during and after the deployment of a pipeline, request by request. */
class ChangeLifeTest extends ProductionPipelineTestBase {
    @Test
    void movesAStandardChangeBeforeAndAfter() throws Exception {
        standard("true");
        WorkflowRun run = jenkins.assertBuildStatusSuccess(
                job(DEPLOY).scheduleBuild2(0, new CauseAction(new Cause.RemoteCause("build-host", "nightly"))));
        settled();

        SimulatedChange change = theChange();
        assertThat(change.get("type")).isEqualTo("standard");
        assertThat(sent()).containsExactly("-2", "-1", "started.", "ended:", "0");
        assertThat(change.state()).contains(SimulatedState.REVIEW);
        assertThat(change.get("close_code")).isEqualTo("successful");
        assertThat(change.workNotes().get(0))
                .contains(
                        "\"apps/shop\", version 1, to \"Production\"",
                        "Started by remote host build-host",
                        run.getUrl());
        assertThat(change.workNotes().get(1)).contains("ended: successful, after");
        jenkins.assertLogContains("by " + change.number(), run);
        jenkins.assertLogContains("[ServiceNow] Moved " /* the number is a link */, run);
    }

    @Test
    void aFailedDeploymentGoesToReviewAsUnsuccessful() throws Exception {
        standard("true");
        WorkflowRun run = job(DEPLOY.replace("echo", "error")).scheduleBuild2(0).get();
        jenkins.assertBuildStatus(Result.FAILURE, run);
        settled();

        assertThat(theChange().state()).contains(SimulatedState.REVIEW);
        assertThat(theChange().get("close_code")).isEqualTo("unsuccessful");
        assertThat(theChange().workNotes().get(1)).contains("ended: unsuccessful");
    }

    @Test
    void anUnstableDeploymentIsSuccessfulWithIssues() throws Exception {
        standard("true");
        jenkins.buildAndAssertStatus(Result.UNSTABLE, job(DEPLOY.replace("{ echo", "{ unstable('tests'); echo")));
        settled();
        assertThat(theChange().get("close_code")).isEqualTo("successful_issues");
    }

    @Test
    void closesWhereTheEnvironmentSaysSo() throws Exception {
        standard("close");
        jenkins.buildAndAssertSuccess(job(DEPLOY));
        settled();
        assertThat(theChange().state()).contains(SimulatedState.CLOSED);
        assertThat(sent()).containsExactly("-2", "-1", "started.", "ended:", "0", "3");
    }

    @Test
    void leavesTheTransitionsToPeopleWhereNobodyAskedForThem() throws Exception {
        standard("");
        WorkflowRun run = job(DEPLOY).scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        assertThat(sent()).containsExactly("waits", "started.", "ended:");
        assertThat(theChange().state()).contains(SimulatedState.IMPLEMENT);
    }

    @Test
    void theDeploymentOfAGateEndsWithTheBuild() throws Exception {
        standard("true");
        WorkflowJob job = job("serviceNowGate(environment: 'Production', version: '1')\nsemaphore 'deploying'");
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        SemaphoreStep.waitForStart("deploying/1", run);
        await().until(() -> sent().contains("started."));
        assertThat(theChange().state()).contains(SimulatedState.IMPLEMENT);
        SemaphoreStep.success("deploying/1", null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        assertThat(theChange().state()).contains(SimulatedState.REVIEW);
    }

    @Test
    void aFinishedChangeIsFollowedByANewOne() throws Exception {
        standard("true");
        WorkflowJob job = job(DEPLOY);
        jenkins.buildAndAssertSuccess(job);
        settled();
        // Even where the instance keeps no close notes in Review.
        theChange().set("close_notes", "");
        jenkins.buildAndAssertSuccess(job);
        settled();
        assertThat(simulator.changes())
                .hasSize(2)
                .allMatch(change -> change.state().equals(Optional.of(SimulatedState.REVIEW)));
    }

    @Test
    void anotherBuildUsesTheSameOpenChange() throws Exception {
        WorkflowJob job = job(DEPLOY);
        WorkflowRun first = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", first);
        first.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(first));
        assertThat(theChange().state()).as("the change stays").contains(SimulatedState.NEW);
        simulator.people().approve(theChange().number());
        jenkins.buildAndAssertSuccess(job);
        jenkins.buildAndAssertSuccess(job);
        settled();

        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        assertThat(sent()).containsExactly("waits", "did", "started.", "ended:", "started.", "ended:");
        assertThat(theChange().workNotes().get(1)).contains("did not take place");
    }

    /** Both are let go by one change; whoever ends last puts an end to it. */
    @Test
    void twoAtTheSameTimeShareTheirChangeUntilTheLastIsOver() throws Exception {
        standard("true");
        WorkflowJob job = job("serviceNowDeployment(environment: 'Production', version: '1') { semaphore 'body' }");
        WorkflowRun first = job.scheduleBuild2(0).waitForStart();
        SemaphoreStep.waitForStart("body/1", first);
        WorkflowRun second = job.scheduleBuild2(0).waitForStart();
        SemaphoreStep.waitForStart("body/2", second);
        SemaphoreStep.success("body/1", null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(first));
        await().until(() -> theChange().workNotes().size() == 3);
        assertThat(theChange().state()).contains(SimulatedState.IMPLEMENT);
        SemaphoreStep.success("body/2", null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(second));
        settled();
        assertThat(theChange().state()).contains(SimulatedState.REVIEW);
        assertThat(sent()).containsExactly("-2", "-1", "started.", "started.", "ended:", "ended:", "0");
    }
}
