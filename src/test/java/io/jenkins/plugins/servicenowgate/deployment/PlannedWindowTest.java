package io.jenkins.plugins.servicenowgate.deployment;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.config.WindowSettings;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;

/** Changes that builds create in a window, and move on to the next while they are not approved. */
@Timeout(180)
class PlannedWindowTest extends ControlledJenkinsTestBase {
    private static final String DEPLOY =
            "serviceNowDeployment(environment: 'Production', version: '1'%s) { echo 'DEPLOYED' }";

    /** In three hours, so that it does not begin during a test. */
    private final LocalTime start =
            LocalTime.now(ZoneOffset.UTC).plusHours(3).withSecond(0).withNano(0);

    private Environment production;

    @BeforeEach
    void findProduction() {
        production = ServiceNowGateConfiguration.get().getEnvironments().get(0);
    }

    private WindowSettings window() {
        WindowSettings settings = new WindowSettings();
        settings.setStart(start.toString());
        settings.setHours("2");
        settings.setZone("UTC");
        return settings;
    }

    private String parameter() {
        return ", window: [start: '" + start + "', hours: 2, zone: 'UTC']";
    }

    private static boolean isPlanned(SimulatedChange change, DeploymentWindow window) {
        return window.contains(
                change.instant("start_date").orElseThrow(),
                change.instant("end_date").orElseThrow());
    }

    private DeploymentWindow.Planned next() {
        return window().window().at(Instant.now());
    }

    private Instant plannedStart() {
        return theChange().instant("start_date").orElse(null);
    }

    private WorkflowRun refused(String script) throws Exception {
        WorkflowRun run = jenkins.waitForCompletion(build("shop", script));
        jenkins.assertBuildStatus(Result.FAILURE, run);
        jenkins.assertLogNotContains("DEPLOYED", run);
        jenkins.assertLogNotContains("\tat ", run);
        assertThat(simulator.changes()).isEmpty();
        return run;
    }

    @Test
    void aStepPlansItsChangeAndMovesItOnUntilItIsApproved() throws Exception {
        WorkflowRun run = waiting(build("shop", DEPLOY.formatted(parameter())));
        SimulatedChange change = theChange();
        Instant first = next().start();
        assertThat(plannedStart()).isEqualTo(first);
        assertThat(change.instant("end_date")).contains(first.plus(Duration.ofHours(2)));

        // By the clock of the instance, the window is about to begin.
        simulator.behaviour().dateSkew(Duration.between(Instant.now(), first).minusSeconds(30));
        await().until(() -> !first.equals(plannedStart()));
        Instant second = first.plus(Duration.ofDays(1));
        assertThat(plannedStart()).isEqualTo(second);
        jenkins.waitForMessage("[ServiceNow] Moved the planned window of " + change.number(), run);
        assertThat(simulator.requests().to(Endpoint.UPDATE))
                .filteredOn(request -> request.json().has("start_date"))
                .hasSize(1);
        JenkinsRule.WebClient web = web(READER);
        await().until(() -> second.toString().equals(shown(web, run).optString("plannedStart")));
        assertThat(shown(web, run).getString("plannedEnd"))
                .isEqualTo(second.plus(Duration.ofHours(2)).toString());

        simulator.people().approve(change.number());
        jenkins.waitForMessage("its planned start is", run);
        // The second window is about to begin, and nothing moves any more.
        simulator.behaviour().dateSkew(Duration.between(Instant.now(), second).minusSeconds(30));
        jenkins.assertLogNotContains("DEPLOYED", run);
        simulator.behaviour().dateSkew(Duration.between(Instant.now(), second).plusSeconds(5));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("DEPLOYED", run);
        assertThat(plannedStart()).isEqualTo(second);
        settled();
        JSONObject audit = JSONObject.fromObject(web.goTo("servicenow-gates/audit/api/json", "application/json")
                        .getWebResponse()
                        .getContentAsString())
                .getJSONArray("deployments")
                .getJSONObject(0);
        assertThat(audit.getString("plannedStart")).isEqualTo(second.toString());
        assertThat(web.goTo("servicenow-gates/audit/csv", "text/csv")
                        .getWebResponse()
                        .getContentAsString())
                .contains("\"plannedStart\",\"plannedEnd\"", "\"" + second + "\"");
    }

    private static JSONObject shown(JenkinsRule.WebClient web, WorkflowRun run) throws Exception {
        return JSONObject.fromObject(web.goTo(run.getUrl() + "change-requests/api/json", "application/json")
                        .getWebResponse()
                        .getContentAsString())
                .getJSONArray("changeRequests")
                .getJSONObject(0);
    }

    @Test
    void theStepPrecedesTheEnvironment() throws Exception {
        WindowSettings other = window();
        other.setStart(start.plusMinutes(30).toString());
        production.setWindow(other);
        waiting(build("shop", DEPLOY.formatted(parameter())));
        assertThat(isPlanned(theChange(), window().window())).isTrue();
    }

    @Test
    void theEnvironmentPlansTheChangesOfAllSteps() throws Exception {
        production.setWindow(window());
        waiting(build("shop", DEPLOY.formatted("")));
        assertThat(isPlanned(theChange(), window().window())).isTrue();
    }

    @Test
    void declarativeTakesItInStepAndMark() throws Exception {
        WorkflowJob job = ControlledJenkins.job(jenkins, "shop", """
                pipeline {
                  agent none
                  options { changeControl(window: [start: '%s', hours: 2, zone: 'UTC']) }
                  stages { stage('Deploy') { steps { %s } } }
                }""".formatted(start, DEPLOY.formatted("")));
        waiting(job.scheduleBuild2(0).waitForStart());
        assertThat(isPlanned(theChange(), window().window())).isTrue();
        assertThat(job.getProperty(ChangeControlJobProperty.class).getWindow().window())
                .isEqualTo(window().window());
    }

    @Test
    void aBuildStepExpandsVariables() throws Exception {
        agent("worker", null);
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        job.addProperty(new ChangeControlJobProperty());
        job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("START", start.toString())));
        job.setAssignedLabel(null);
        ServiceNowGateBuilder builder = new ServiceNowGateBuilder("Production");
        WindowSettings settings = window();
        settings.setStart("${START}");
        builder.setWindow(settings);
        job.getBuildersList().add(builder);
        FreeStyleBuild build = waiting(job.scheduleBuild2(0).waitForStart());
        assertThat(isPlanned(theChange(), window().window())).isTrue();
        build.getExecutor().interrupt();
        jenkins.waitForCompletion(build);

        settings.setZone("${NONE_SUCH}");
        FreeStyleBuild refused = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        jenkins.assertLogContains("\"${NONE_SUCH}\" is not a valid value of zone in the window", refused);
    }

    @Test
    void aJobThatWaitsInTheQueueTakesItFromItsMark() throws Exception {
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        ChangeControlJobProperty mark = ControlledJenkins.queuedMark("1");
        mark.setWindow(window());
        job.addProperty(mark);
        job.scheduleBuild2(0);
        assertThat(isPlanned(theChange(), window().window())).isTrue();
    }

    @Test
    void aWindowAndADateInTheFieldsAreAnError() throws Exception {
        WorkflowRun run = refused(DEPLOY.formatted(parameter() + ", fields: [end_date: '2035-12-01 22:00:00']"));
        jenkins.assertLogContains(
                "Refused: the new change has a window, so end_date can't be set by the fields. Keep one of them.", run);
    }

    @Test
    void aDateOfTheEnvironmentIsOneToo() throws Exception {
        production.setFields(List.of(new ChangeField("start_date", "2035-12-01 22:00:00")));
        jenkins.assertLogContains("so start_date can't be set by the fields", refused(DEPLOY.formatted(parameter())));
    }

    @Test
    void whereAdministratorsDecideAStepMayOnlyRepeatIt() throws Exception {
        production.setApprovalSettings("administrator");
        production.setConnection("corp");
        WorkflowRun run = refused(DEPLOY.formatted(parameter()));
        jenkins.assertLogContains(
                "Refused: the window \"" + window().window().text()
                        + "\" can't be set by a job or step for the environment Production, where administrators decide"
                        + " who approves; their window: none.",
                run);

        production.setWindow(window());
        waiting(build("same", DEPLOY.formatted(parameter())));
        assertThat(isPlanned(theChange(), window().window())).isTrue();
    }
}
