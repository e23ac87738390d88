package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What becomes of a change before, during and after the deployment of a pipeline, request by request. */
@WithJenkins
class ChangeLifeTest {
    private static final String TEMPLATE = "Deploy to production";
    private static final String DEPLOY =
            "serviceNowDeployment(environment: 'Production', version: '1') { echo \"by ${env.SERVICENOW_CHANGE_NUMBER}\" }";

    private JenkinsRule jenkins;
    private ServiceNowSimulator simulator;
    private Environment production;

    @BeforeEach
    void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        simulator = ServiceNowSimulator.start();
        simulator.behaviour().journalShown(true);
        ControlledJenkins.configure(simulator);
        production = ControlledJenkins.environment("Production", true);
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private void standard(String transition) {
        simulator.addTemplate(TEMPLATE, true, Map.of());
        production.setStandardChangeTemplate(TEMPLATE);
        production.setAutomaticTransition(transition);
    }

    private WorkflowJob job(String script) throws Exception {
        return ControlledJenkins.controlledJob(jenkins, "shop", script);
    }

    private SimulatedChange theChange() {
        await().until(() -> !simulator.changes().isEmpty());
        assertThat(simulator.changes()).hasSize(1);
        return simulator.changes().get(0);
    }

    /** What was sent in updates, in order: the state, or the first words of the note. */
    private List<String> sent() {
        return simulator.requests().to(Endpoint.UPDATE).stream()
                .map(request -> request.json().has("state")
                        ? request.json().get("state").asString()
                        : request.json()
                                .get("work_notes")
                                .asString()
                                .replaceAll("(?s).*to \"Production\" (\\S+).*", "$1"))
                .toList();
    }

    private void settled() {
        await().untilAsserted(() -> assertThat(
                        new File(jenkins.jenkins.getRootDir(), "servicenow-gate/open-deployments").list())
                .isEmpty());
    }

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
                .contains("\"shop\", version 1, to \"Production\"", "Started by remote host build-host", run.getUrl());
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

    @Test
    void parallelBranchesTellEachFactOnce() throws Exception {
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
        assertThat(sent().stream().filter("waits"::equals)).hasSize(1);
        assertThat(sent().stream().filter("started."::equals)).hasSize(1);
        assertThat(theChange().workNotes()).last().asString().contains("ended: successful");
    }

    @Test
    void tellsThatItWasRefusedOrTimedOutAndWhy() throws Exception {
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
                .getItemByFullName("shop", WorkflowJob.class)
                .scheduleBuild2(0)
                .get();
        jenkins.assertBuildStatus(Result.FAILURE, second);
        settled();
        assertThat(theChange().workNotes()).last().asString().contains("did not take place", "was rejected");
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
        DeploymentRecord record =
                run.getAction(ChangeRequestsAction.class).getDeployments().get(0);
        await().until(() -> record.getWarning() != null);
        assertThat(record.getWarning()).contains("is not written yet", "503");
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
        DeploymentRecord record =
                run.getAction(ChangeRequestsAction.class).getDeployments().get(0);
        assertThat(record.getWarning()).contains("transition to Review", "could not be written", "no review");
        String page = jenkins.createWebClient().getPage(run).asXml();
        assertThat(page).contains("could not be written");
    }

    @Test
    void emergencyWhereItIsAllowed() throws Exception {
        WorkflowJob job = job(DEPLOY.replace("version:", "emergency: true, version:"));
        jenkins.assertLogContains(
                "does not allow Emergency changes", jenkins.buildAndAssertStatus(Result.FAILURE, job));
        assertThat(simulator.changes()).isEmpty();
        production.setAllowEmergency(true);
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        assertThat(theChange().get("type")).isEqualTo("emergency");
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    @Test
    void mergesFieldsAndListsWhatServiceNowIgnored() throws Exception {
        production.setFields(List.of(new ChangeField("category", "Software"), new ChangeField("priority", "4")));
        WorkflowRun run = job(DEPLOY.replace(
                        "version:", "fields: [priority: 2, start_date: '2030-12-01 20:00:00', u_none: 'x'], version:"))
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        assertThat(simulator.requests().to(Endpoint.CREATE_NORMAL))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.json().get("category").stringValue()).isEqualTo("Software");
                    assertThat(request.json().get("priority").stringValue()).isEqualTo("2");
                    assertThat(request.json().get("start_date").stringValue()).isEqualTo("2030-12-01 20:00:00");
                });
        jenkins.assertLogContains("[ServiceNow] ServiceNow did not take these fields: u_none", run);
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    @Test
    void reservedFieldsAreRefused() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertStatus(
                Result.FAILURE, job(DEPLOY.replace("version:", "fields: [approval: 'approved'], version:")));
        jenkins.assertLogContains("the field approval can't be set from Jenkins", run);
        assertThat(simulator.requests().count()).isZero();
    }

    @Test
    void aTransitionWithoutATemplateIsAnError() throws Exception {
        production.setAutomaticTransition("true");
        jenkins.assertLogContains(
                "Refused: automaticTransition is on, but no template of a Standard change is named",
                jenkins.buildAndAssertStatus(Result.FAILURE, job(DEPLOY)));
    }
}
