package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedTask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.Test;

/** What becomes of Normal changes after a build, after a rejection, and if the build does not deploy. */
class AfterDeploymentOfBuildsTest extends ProductionPipelineTestBase {
    private static final String BODY =
            "serviceNowDeployment(environment: 'Production', version: '1') { semaphore 'body' }";

    private WorkflowRun approved(WorkflowJob job) throws Exception {
        WorkflowRun run = waiting(job.scheduleBuild2(0).waitForStart());
        simulator.people().approve(theChange().number());
        return run;
    }

    @Test
    void aNormalChangeIsClosedWithItsTasksAndTheTimes() throws Exception {
        production.setAfterDeployment("close");
        production.setChangeTasks("close");
        WorkflowRun run = waiting(job(DEPLOY).scheduleBuild2(0).waitForStart());
        SimulatedTask task = simulator.addTask(theChange().number(), "Smoke test");
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();

        assertThat(theChange().state()).contains(SimulatedState.CLOSED);
        assertThat(task.get("close_code")).isEqualTo("successful");
        assertThat(sent()).containsExactly("waits", "started.", "ended:", "0", "3");
        DeploymentRecord record = deployment(run);
        assertThat(theChange().instant("work_start").orElseThrow().getEpochSecond())
                .isEqualTo(record.getStartedAt() / 1000);
        assertThat(theChange().instant("work_end").orElseThrow().getEpochSecond())
                .isEqualTo(record.getEndedAt() / 1000);
        assertThat(record.getWarning()).isNull();
        assertThat(record.getChangeLeftIn()).isEqualTo("Closed");
        assertThat(web(SecuredJenkins.ADMIN).getPage(run).asNormalizedText()).contains("Change left in", "Closed");
        assertThat(web(SecuredJenkins.ADMIN)
                        .goTo("servicenow-gates/audit/csv", "text/csv")
                        .getWebResponse()
                        .getContentAsString())
                .contains("\"changeLeftIn\"", "\"Closed\"");
    }

    @Test
    void openTasksAreAWarningAndNoFailure() throws Exception {
        production.setAfterDeployment("close");
        WorkflowRun run = waiting(job(DEPLOY).scheduleBuild2(0).waitForStart());
        simulator.addTask(theChange().number(), "Smoke test");
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        await().untilAsserted(() -> assertThat(deployment(run).getWarning())
                .contains(
                        "The transition to Closed of " + theChange().number(),
                        "open change tasks (1): CTASK0010001 (Smoke test)",
                        "conditions that are not met: No active Change Tasks"));

        assertThat(theChange().state()).contains(SimulatedState.REVIEW);
        assertThat(run.getResult()).isEqualTo(Result.SUCCESS);
    }

    @Test
    void theSettingOfTheEnvironmentWinsOverTheAutomaticTransition() throws Exception {
        standard("close");
        production.setAfterDeployment("review");
        jenkins.buildAndAssertSuccess(job(DEPLOY));
        settled();
        assertThat(theChange().state()).contains(SimulatedState.REVIEW);
    }

    @Test
    void aChangeGivenByItsNumberGetsNotesAlone() throws Exception {
        production.setAfterDeployment("close");
        production.setAbandonedChange("cancel");
        SimulatedChange given = simulator.addChange(Map.of("short_description", "By hand"));
        simulator.people().approve(given.number());
        WorkflowJob job = job("serviceNowDeployment(environment: 'Production', version: '1',"
                + " changeRequestNumber: params.CHANGE) { echo 'deploys' }");
        job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("CHANGE")));
        jenkins.assertBuildStatusSuccess(
                job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("CHANGE", given.number()))));
        settled();

        assertThat(given.state()).contains(SimulatedState.IMPLEMENT);
        assertThat(sent()).containsExactly("started.", "ended:");
    }

    /** The first one failed; whatever the others do, the change tells it. */
    @Test
    void theLastOfSeveralBuildsMovesTheChangeWithTheWorstResult() throws Exception {
        production.setAfterDeployment("review");
        WorkflowJob job = job(BODY);
        WorkflowRun first = approved(job);
        SemaphoreStep.waitForStart("body/1", first);
        WorkflowRun second = job.scheduleBuild2(0).waitForStart();
        SemaphoreStep.waitForStart("body/2", second);
        SemaphoreStep.failure("body/1", new IllegalStateException("broken"));
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(first));
        await().until(() -> sent().contains("ended:"));
        assertThat(theChange().state()).contains(SimulatedState.IMPLEMENT);
        SemaphoreStep.success("body/2", null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(second));
        settled();

        assertThat(theChange().state()).contains(SimulatedState.REVIEW);
        assertThat(theChange().get("close_code")).isEqualTo("unsuccessful");
        assertThat(sent().stream().filter("0"::equals)).hasSize(1);
        assertThat(theChange().instant("work_start").orElseThrow().getEpochSecond())
                .isEqualTo(deployment(first).getStartedAt() / 1000);
    }

    /** The second one waits, because people hold the change meanwhile, and is aborted. */
    @Test
    void aBuildThatIsOverMovesTheChangeWhenTheOtherOneGivesUp() throws Exception {
        production.setAfterDeployment("review");
        WorkflowJob job = job(BODY);
        WorkflowRun first = approved(job);
        SemaphoreStep.waitForStart("body/1", first);
        simulator.people().hold(theChange().number(), "lunch");
        WorkflowRun second = waiting(job.scheduleBuild2(0).waitForStart());
        SemaphoreStep.success("body/1", null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(first));
        await().until(() -> sent().contains("ended:"));
        assertThat(sent()).doesNotContain("0");
        // The window has not begun yet, so that the second one goes on waiting.
        Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
        simulator
                .people()
                .window(theChange().number(), tomorrow, null)
                .resume(theChange().number());
        second.doStop();
        jenkins.waitForCompletion(second);
        settled();

        assertThat(sent().stream().filter("0"::equals)).hasSize(1);
        assertThat(theChange().state()).contains(SimulatedState.REVIEW);
    }

    // ---- after a rejection

    @Test
    void aBuildWaitsWhilePeopleAnswerARejection() throws Exception {
        production.setRejected("wait");
        WorkflowRun run = waiting(job(DEPLOY).scheduleBuild2(0).waitForStart());
        simulator.people().reject(theChange().number());
        jenkins.waitForMessage("was rejected by Ann Approver (ann.approver) of group CAB at ", run);
        assertThat(run.isBuilding()).isTrue();
        simulator.people().advance(theChange().number());
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
    }

    // ---- abandoned

    @Test
    void anAbortedBuildCancelsTheChangeThatItCreated() throws Exception {
        production.setAbandonedChange("cancel");
        WorkflowRun run = waiting(job(DEPLOY).scheduleBuild2(0).waitForStart());
        run.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        settled();

        assertThat(theChange().state()).contains(SimulatedState.CANCELED);
        assertThat(theChange().get("reason")).contains("did not take place", run.getUrl());
        assertThat(sent()).containsExactly("waits", "did", "4");
        assertThat(deployment(run).getChangeLeftIn()).isEqualTo("Canceled");
    }

    @Test
    void aChangeThatIsCreatedWhileItsBuildIsAbortedIsCanceledToo() throws Exception {
        production.setAbandonedChange("cancel");
        simulator.faults().on(Endpoint.CREATE_NORMAL).times(1, Fault.slow(Duration.ofSeconds(2)));
        WorkflowRun run = job(DEPLOY).scheduleBuild2(0).waitForStart();
        await().until(() -> simulator.requests().count(Endpoint.CREATE_NORMAL) == 1);
        run.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        assertThat(deployment(run).getNumber()).as("not known yet").isNull();

        await().untilAsserted(() -> assertThat(theChange().state()).contains(SimulatedState.CANCELED));
        settled();
        assertThat(theChange().get("reason")).contains("did not take place", run.getUrl());
    }

    @Test
    void aRefusedBuildCancelsTheRejectedChange() throws Exception {
        production.setAbandonedChange("cancel");
        WorkflowRun run = waiting(job(DEPLOY).scheduleBuild2(0).waitForStart());
        simulator.people().reject(theChange().number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        settled();

        assertThat(theChange().state()).contains(SimulatedState.CANCELED);
        assertThat(theChange().get("reason")).contains("was rejected");
    }

    @Test
    void aChangeThatMayBeApprovedIsKept() throws Exception {
        production.setAbandonedChange("cancel");
        WorkflowRun run = waiting(job(DEPLOY).scheduleBuild2(0).waitForStart());
        theChange().set("approval", "approved");
        run.doStop();
        jenkins.waitForCompletion(run);
        settled();

        assertThat(theChange().state()).contains(SimulatedState.NEW);
        assertThat(sent()).doesNotContain("4");
        assertThat(deployment(run).getWarning())
                .contains("Kept " + theChange().number() + ": it may hold an approval.");
    }

    /** Nobody's change is taken from under a build that still waits for it. */
    @Test
    void aChangeForWhichAnotherBuildWaitsIsCanceledAfterThatOne() throws Exception {
        production.setAbandonedChange("cancel");
        WorkflowJob job = job(DEPLOY);
        WorkflowRun first = waiting(job.scheduleBuild2(0).waitForStart());
        WorkflowRun second = waiting(job.scheduleBuild2(0).waitForStart());
        first.doStop();
        jenkins.waitForCompletion(first);
        await().until(() -> sent().contains("did"));
        assertThat(theChange().state()).contains(SimulatedState.NEW);
        second.doStop();
        jenkins.waitForCompletion(second);
        settled();

        assertThat(theChange().state()).contains(SimulatedState.CANCELED);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        assertThat(sent().stream().filter("4"::equals)).hasSize(1);
    }

    /** The first build left its change open; the second one finds it by its title, and is the last that uses it. */
    @Test
    void aChangeThatAnEarlierBuildCreatedIsCanceledToo() throws Exception {
        WorkflowJob job = job(DEPLOY);
        WorkflowRun first = waiting(job.scheduleBuild2(0).waitForStart());
        first.doStop();
        jenkins.waitForCompletion(first);
        settled();
        assertThat(theChange().state()).contains(SimulatedState.NEW);
        String creator = deployment(first).getId();
        first.delete();
        production.setAbandonedChange("cancel");

        WorkflowRun second = waiting(job.scheduleBuild2(0).waitForStart());
        assertThat(theChange().get("correlation_id")).isEqualTo(creator);
        second.doStop();
        jenkins.waitForCompletion(second);
        settled();

        assertThat(theChange().state()).contains(SimulatedState.CANCELED);
        assertThat(theChange().get("reason")).contains("did not take place", second.getUrl());
        assertThat(sent()).containsExactly("waits", "did", "waits", "did", "4");
        assertThat(deployment(second).getChangeLeftIn()).isEqualTo("Canceled");
        assertThat(deployment(second).getWarning()).isNull();
    }

    /** It records a deployment that took place, whatever another build does later. */
    @Test
    void aChangeOfABreakGlassReleaseIsKept() throws Exception {
        production.setAbandonedChange("cancel");
        WorkflowJob job = job(DEPLOY);
        WorkflowRun first = waiting(job.scheduleBuild2(0).waitForStart());
        assertThat(DeploymentRegistry.get()
                        .waiting(deployment(first).getId())
                        .bypass("ann", "Ann Bell", "The shop is down"))
                .isTrue();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(first));
        WorkflowRun second = waiting(job.scheduleBuild2(0).waitForStart());
        second.doStop();
        jenkins.waitForCompletion(second);
        settled();

        assertThat(simulator.changes()).hasSize(1);
        assertThat(theChange().state()).contains(SimulatedState.NEW);
        assertThat(sent()).doesNotContain("4");
        assertThat(deployment(second).getWarning())
                .contains("Kept " + theChange().number()
                        + ": a deployment took place with it without an approval, or that is not known.");
    }

    /** What is damaged may have named the change. */
    @Test
    void aChangeIsKeptIfItIsNotKnownWhetherItWasDeployedWithoutApproval() throws Exception {
        Path file = jenkins.jenkins.getRootDir().toPath().resolve("servicenow-gate/unapproved-deployments.txt");
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[] {(byte) 0xff, '\n'});
        CreatedChanges.get().reloadForTests();
        try {
            production.setAbandonedChange("cancel");
            WorkflowRun run = waiting(job(DEPLOY).scheduleBuild2(0).waitForStart());
            run.doStop();
            jenkins.waitForCompletion(run);
            settled();
            assertThat(theChange().state()).contains(SimulatedState.NEW);
            assertThat(sent()).containsExactly("waits", "did");
            assertThat(deployment(run).getWarning()).contains("or that is not known.");
        } finally {
            Files.delete(file);
            CreatedChanges.get().reloadForTests();
        }
    }

    /** Its columns look as if the gate had created it; this controller knows of no such deployment. */
    @Test
    void aChangeThatOnlyClaimsToBeOfTheGateIsKept() throws Exception {
        production.setAbandonedChange("cancel");
        SimulatedChange other = simulator.addChange(Map.of(
                "short_description", ControlledJenkins.title("apps/shop", "1"),
                "correlation_id", "00000000-0000-4000-8000-000000000001",
                "correlation_display", "Jenkins, requested type: normal"));
        WorkflowRun run = waiting(job(DEPLOY).scheduleBuild2(0).waitForStart());
        assertThat(deployment(run).getNumber()).isEqualTo(other.number());
        run.doStop();
        jenkins.waitForCompletion(run);
        settled();

        assertThat(other.state()).contains(SimulatedState.NEW);
        assertThat(sent()).containsExactly("waits", "did");
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
    }

    /** It is listed for those who may read its job, until somebody uses it again or closes it. */
    @Test
    void withoutTheSettingTheChangeIsKeptAndListed() throws Exception {
        WorkflowJob job = job(DEPLOY);
        WorkflowRun run = waiting(job.scheduleBuild2(0).waitForStart());
        run.doStop();
        jenkins.waitForCompletion(run);
        settled();
        assertThat(theChange().state()).contains(SimulatedState.NEW);
        assertThat(UnusedChanges.get().open()).as("not checked yet").isEmpty();
        int reads = simulator.requests().count(Endpoint.LIST);
        UnusedChanges.get().doRun();
        UnusedChanges.get().check(Duration.ZERO);
        await().until(() -> !UnusedChanges.get().open().isEmpty());
        assertThat(simulator.requests().count(Endpoint.LIST))
                .as("regularly only later")
                .isEqualTo(reads + 1);
        UnusedChanges.get().reloadForTests();
        assertThat(web(SecuredJenkins.ADMIN).goTo("servicenow-gates/").getBody().asNormalizedText())
                .contains(
                        "Open changes that no deployment waits for: 1",
                        theChange().number(),
                        run.getFullDisplayName());

        WorkflowRun again = waiting(job.scheduleBuild2(0).waitForStart());
        assertThat(UnusedChanges.get().open()).as("in use").isEmpty();
        again.doStop();
        jenkins.waitForCompletion(again);
        settled();
        assertThat(UnusedChanges.get().open()).hasSize(1);
        simulator.people().cancel(theChange().number());
        UnusedChanges.get().check(Duration.ZERO);
        await().until(() -> UnusedChanges.get().open().isEmpty());
    }
}
