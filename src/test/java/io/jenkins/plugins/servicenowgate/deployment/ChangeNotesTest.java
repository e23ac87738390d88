package io.jenkins.plugins.servicenowgate.deployment;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a change is told of a deployment, once each, and what becomes of what can't be written. */
class ChangeNotesTest extends ProductionPipelineTestBase {
    @Test
    void parallelBranchesHaveTheirOwnNotes() throws Exception {
        String branch = "{ " + DEPLOY + " }";
        WorkflowRun run = job("parallel a: " + branch + ", b: " + branch)
                .scheduleBuild2(0)
                .waitForStart();
        await().until(() -> simulator.changes().size() == 1
                && run.getAction(ChangeRequestsAction.class).getDeployments().stream()
                                .filter(deployment -> deployment.getNumber() != null)
                                .count()
                        == 2);
        await().until(() -> sent().contains("waits"));
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        assertThat(sent().stream().filter("waits"::equals)).hasSize(2);
        assertThat(sent().stream().filter("started."::equals)).hasSize(2);
        assertThat(theChange().workNotes()).last().asString().contains("ended: successful");
    }

    private List<String> lastNotes(String script, Result result) throws Exception {
        standard("true");
        WorkflowRun run = job(script).scheduleBuild2(0).get();
        jenkins.assertBuildStatus(result, run);
        settled();
        return simulator.changes().get(simulator.changes().size() - 1).workNotes();
    }

    @Test
    void whatAnEarlierStageDidIsNotTheResultOfTheDeployment() throws Exception {
        assertThat(lastNotes(
                        "catchError(buildResult: 'FAILURE', stageResult: 'FAILURE') { error 'tests' }\n" + DEPLOY,
                        Result.FAILURE))
                .last()
                .asString()
                .contains("ended: successful");
        assertThat(theChange().get("close_code")).isEqualTo("successful");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unstable 'slow' | UNSTABLE | successful with issues",
                "catchError(buildResult: 'SUCCESS', stageResult: 'FAILURE') { error 'x' } | SUCCESS | unsuccessful",
                "currentBuild.result = 'FAILURE' | FAILURE | unsuccessful"
            })
    void whatTheBodyDidIs(String body, String result, String told) throws Exception {
        assertThat(lastNotes(
                        "serviceNowDeployment(environment: 'Production') { " + body + " }", Result.fromString(result)))
                .last()
                .asString()
                .contains("ended: " + told.replace("successful with issues", "successful issues"));
    }

    @Test
    void aSecondAttemptHasItsOwnNotes() throws Exception {
        WorkflowRun run = waiting(job("int n = 0\nretry(2) { serviceNowDeployment(environment: 'Production') {\n"
                        + "n++\nif (n == 1) { error 'once' }\n} }")
                .scheduleBuild2(0)
                .waitForStart());
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        assertThat(sent().stream().filter("started."::equals)).hasSize(2);
        assertThat(theChange().workNotes()).last().asString().contains("ended: successful");
        assertThat(theChange().workNotes()).anyMatch(note -> note.contains("ended: unsuccessful"));
    }

    /** After the check that runs each minute, and after the build was read once more. */
    @Test
    void aWarningReachesTheConsoleLaterToo() throws Exception {
        WorkflowRun run = waiting(job("serviceNowDeployment(environment: 'Production') { semaphore 'running' }")
                .scheduleBuild2(0)
                .waitForStart());
        await().until(() -> theChange().workNotes().size() == 1);
        simulator.faults().on(Endpoint.UPDATE).always(Fault.unavailable());
        simulator.people().approve(theChange().number());
        SemaphoreStep.waitForStart("running/1", run);
        new DeploymentRegistry.OrphanedDeploymentCheck().doRun();
        simulator.faults().clear();
        simulator.faults().on(Endpoint.UPDATE).always(Fault.forbidden());

        jenkins.waitForMessage("Do it manually in ServiceNow", run);
        assertThat(deployment(run).getWarning()).isNotNull();
        simulator.faults().clear();
        SemaphoreStep.success("running/1", null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    @Test
    void reportsThatItWasRefusedOrTimedOutAndWhy() throws Exception {
        WorkflowRun run = job("timeout(time: 1500, unit: 'MILLISECONDS') { " + DEPLOY + " }")
                .scheduleBuild2(0)
                .get();
        jenkins.assertBuildStatus(Result.ABORTED, run);
        settled();
        assertThat(theChange().workNotes())
                .last()
                .asString()
                .contains("did not take place", "Timeout has been exceeded");
        simulator
                .people()
                .reject(
                        simulator.people().advance(theChange().number()) == null
                                ? ""
                                : theChange().number());
        WorkflowRun second = jenkins.jenkins
                .getItemByFullName("apps/shop", WorkflowJob.class)
                .scheduleBuild2(0)
                .get();
        jenkins.assertBuildStatus(Result.FAILURE, second);
        settled();
        assertThat(theChange().workNotes()).last().asString().contains("did not take place", "was rejected");
    }

    @Test
    void aBodyThatIsAbortedEndsItsDeployment() throws Exception {
        WorkflowRun run = waiting(job("serviceNowDeployment(environment: 'Production') {\n"
                        + "try { echo 'BODY'\n sleep 600 } finally { echo 'CLEANED UP' }\n}\necho 'WENT ON'")
                .scheduleBuild2(0)
                .waitForStart());
        simulator.people().approve(theChange().number());
        jenkins.waitForMessage("Sleeping for", run);
        run.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("CLEANED UP", run);
        jenkins.assertLogNotContains("WENT ON", run);
        settled();
        assertThat(theChange().workNotes()).hasSize(3).last().asString().contains("ended: unsuccessful");
    }

    @Test
    void writesNothingWhereNotesAreSwitchedOff() throws Exception {
        standard("true");
        ServiceNowGateConfiguration.get().setWorkNotesEnabled(false);
        jenkins.buildAndAssertSuccess(job(DEPLOY));
        settled();
        assertThat(sent()).containsExactly("-2", "-1", "0");
    }

    @Test
    void whatCannotBeWrittenNeverTouchesTheDeployment() throws Exception {
        WorkflowJob job = job(DEPLOY);
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        simulator.faults().on(Endpoint.UPDATE).always(Fault.unavailable());
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertThat(theChange().workNotes()).isEmpty();
        DeploymentRecord record = deployment(run);
        await().until(() -> record.getWarning() != null);
        assertThat(record.getWarning()).contains("is pending", "503");
        simulator.faults().clear();
        settled();
        assertThat(theChange().workNotes()).hasSize(3);
        assertThat(record.getWarning()).isNull();
    }

    @Test
    void warnsOnTheBuildAboutWhatWillNeverBeWritten() throws Exception {
        standard("true");
        simulator.behaviour().businessRule("no review", 400, fields -> "0".equals(fields.get("state")));
        WorkflowRun run = jenkins.buildAndAssertSuccess(job(DEPLOY));
        settled();
        DeploymentRecord record = deployment(run);
        assertThat(record.getWarning()).contains("transition to Review", "failed: ", "no review");
        String page = web(READER).getPage(run).asXml();
        assertThat(page).contains("failed: ");
    }
}
