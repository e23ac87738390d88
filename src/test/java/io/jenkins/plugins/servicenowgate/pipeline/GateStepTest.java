package io.jenkins.plugins.servicenowgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Computer;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.Outcome;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.actions.PauseAction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The steps in a real Jenkins against the simulator. */
@WithJenkins
class GateStepTest {
    private static final String GATE = "def c = serviceNowGate(environment: 'Production', version: '1.0.1')\n"
            + "echo \"released by ${c.number} required=${c.required} state=${c.state} id=${c.sysId} at ${c.url}\"";
    private static final String TITLE = "Jenkins: Deploy \"shop\" version 1.0.1 to \"Production\"";

    private JenkinsRule jenkins;
    private ServiceNowSimulator simulator;

    @BeforeEach
    void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        simulator = ServiceNowSimulator.start();
        ControlledJenkins.configure(simulator);
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private WorkflowRun build(String script) throws Exception {
        return ControlledJenkins.controlledJob(jenkins, "shop", script)
                .scheduleBuild2(0)
                .waitForStart();
    }

    private static DeploymentRecord deployment(WorkflowRun run) {
        return run.getAction(ChangeRequestsAction.class).getDeployments().get(0);
    }

    private SimulatedChange waitingChange(WorkflowRun run) throws Exception {
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        return simulator.changes().get(0);
    }

    private void refused(WorkflowRun run, String line) throws Exception {
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains(line, run);
        jenkins.assertLogNotContains("\tat ", run);
        jenkins.assertLogNotContains("released by", run);
        jenkins.assertLogNotContains("in the body", run);
    }

    @Test
    void createsWaitsAndIsReleasedByApproval() throws Exception {
        WorkflowRun run = build(GATE);
        SimulatedChange change = waitingChange(run);
        assertThat(change.get("short_description")).isEqualTo(TITLE);
        assertThat(change.get("description")).contains("shop", "1.0.1", "Production", run.getUrl());
        assertThat(run.isBuilding()).isTrue();
        FlowNode node = new DepthFirstScanner().findFirstMatch(run.getExecution(), PauseAction::isPaused);
        assertThat(node).as("a paused step while it waits").isNotNull();
        for (Computer computer : jenkins.jenkins.getComputers()) {
            assertThat(computer.countBusy()).as("executors held").isZero();
        }

        simulator.people().approve(change.number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        jenkins.assertLogContains(
                "released by " + change.number() + " required=true state=Implement id=" + change.sysId() + " at "
                        + simulator.baseUrl() + "/nav_to.do?uri=change_request.do%3Fsys_id%3D" + change.sysId(),
                run);
        assertThat(PauseAction.isPaused(node)).isFalse();
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        assertThat(simulator.requests().to(Endpoint.UPDATE))
                .as("a Normal change is told, never moved")
                .allSatisfy(
                        request -> assertThat(request.json().propertyNames()).containsExactly("work_notes"));
    }

    @Test
    void runsTheBodyWithItsChangeAndReturnsItsValue() throws Exception {
        WorkflowRun run = build("def r = serviceNowDeployment(environment: 'Production', version: '1.0.1') {\n"
                + "  echo \"in the body: $SERVICENOW_CHANGE_NUMBER $SERVICENOW_CHANGE_SYS_ID $SERVICENOW_CHANGE_URL\"\n"
                + "  'deployed'\n"
                + "}\n"
                + "echo \"returned $r, then ${env.SERVICENOW_CHANGE_NUMBER}\"");
        SimulatedChange change = waitingChange(run);
        jenkins.assertLogNotContains("in the body", run);
        simulator.people().approve(change.number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        jenkins.assertLogContains(
                "in the body: " + change.number() + " " + change.sysId() + " " + simulator.baseUrl(), run);
        jenkins.assertLogContains("returned deployed, then null", run);
    }

    @Test
    void takesTheVersionFromTheDisplayName() throws Exception {
        WorkflowRun run = build("serviceNowGate environment: 'Production'");
        assertThat(waitingChange(run).get("short_description"))
                .isEqualTo("Jenkins: Deploy \"shop\" version 1 to \"Production\"");
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    /** The table of the contract; the row "controlled, controlled" is the rest of this class. */
    @Test
    void requiresAChangeOnlyWhereBothCarryTheMark() throws Exception {
        String script = "def c = serviceNowGate(environment: '%s')\necho \"required=${c.required} number=${c.number}\"";
        WorkflowRun dev = build(String.format(script, "Dev"));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(dev));
        jenkins.assertLogContains("[ServiceNow] No approved change required: the environment Dev is not", dev);
        jenkins.assertLogContains("required=false number=null", dev);
        for (String environment : List.of("Production", "Dev")) {
            WorkflowRun free = jenkins.buildAndAssertSuccess(
                    ControlledJenkins.job(jenkins, "free-" + environment, String.format(script, environment)));
            jenkins.assertLogContains("No approved change required: the project free-" + environment, free);
            jenkins.assertLogContains("required=false number=null", free);
        }
        assertThat(simulator.requests().all()).isEmpty();
    }

    @Test
    void refusesAnEnvironmentThatIsDeclaredNowhere() throws Exception {
        WorkflowRun run = build("serviceNowGate environment: 'Prodution'\necho 'released by'");

        refused(run, "ERROR: Refused: the environment \"Prodution\" is declared nowhere. Declared: Dev, Production");
        assertThat(simulator.requests().all()).isEmpty();
    }

    @Test
    void refusesEveryFinishedAndForeignState() throws Exception {
        for (String state : List.of("0", "3", "4", "42")) {
            SimulatedChange change = simulator.addChange(Map.of("short_description", "x"));
            change.set("state", state);
            WorkflowRun run = ControlledJenkins.controlledJob(
                            jenkins,
                            "job" + state,
                            "serviceNowGate environment: 'Production', changeRequestNumber: '" + change.number() + "'\n"
                                    + "echo 'released by'")
                    .scheduleBuild2(0)
                    .waitForStart();
            refused(run, "ERROR: Refused: " + change.number() + " is in ");
            assertThat(deployment(run).getDecision()).isEqualTo(Outcome.REFUSE);
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

        refused(run, "ERROR: Refused: the approval of " + change.number() + " was rejected.");
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
    void goesByTheNumberOfStepParameterAndVariable() throws Exception {
        SimulatedChange change = simulator.addChange(Map.of("short_description", "by hand"));
        simulator.people().approve(change.number());
        WorkflowRun step = ControlledJenkins.controlledJob(
                        jenkins,
                        "step",
                        "serviceNowGate environment: 'Production', changeRequestNumber: '" + change.number() + "'")
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(step));
        WorkflowRun variable = ControlledJenkins.controlledJob(
                        jenkins,
                        "variable",
                        "withEnv(['SERVICENOW_CHANGE_REQUEST_NUMBER=" + change.number()
                                + "']) { serviceNowGate environment: 'Production' }")
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(variable));
        WorkflowJob job =
                ControlledJenkins.controlledJob(jenkins, "parameter", "serviceNowGate environment: 'Production'");
        job.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition("SERVICENOW_CHANGE_REQUEST_NUMBER", "")));
        WorkflowRun parameter = job.scheduleBuild2(
                        0,
                        new ParametersAction(
                                new StringParameterValue("SERVICENOW_CHANGE_REQUEST_NUMBER", change.number())))
                .waitForStart();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(parameter));

        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
        for (WorkflowRun run : List.of(step, variable, parameter)) {
            jenkins.assertLogContains("Linked to " + change.number() + ", the change named by its number", run);
        }
        WorkflowRun wrong = job.scheduleBuild2(
                        0, new ParametersAction(new StringParameterValue("SERVICENOW_CHANGE_REQUEST_NUMBER", "CHG404")))
                .waitForStart();
        refused(wrong, "ERROR: Refused: there is no change CHG404");
        assertThat(simulator.changes()).hasSize(1);
    }

    @Test
    void runsTheSameDeploymentAgainWithTheSameChange() throws Exception {
        WorkflowRun first = build(GATE);
        SimulatedChange change = waitingChange(first);
        first.doStop();
        jenkins.waitForCompletion(first);
        WorkflowRun second = first.getParent().scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("Linked to " + change.number() + ", the open change with the title", second);
        simulator.people().approve(change.number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(second));
        assertThat(simulator.changes()).hasSize(1);
    }

    @Test
    void endsAtOnceAndCleanlyWhenAborted() throws Exception {
        WorkflowRun run = build(GATE);
        SimulatedChange change = waitingChange(run);
        run.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        simulator.people().approve(change.number());

        await().until(() -> deployment(run).getDecision() == Outcome.ABORTED);
        await().until(() -> new DepthFirstScanner().findFirstMatch(run.getExecution(), PauseAction::isPaused) == null);
        jenkins.assertLogNotContains("released by", run);
        int looks = simulator.requests().count(Endpoint.LIST);
        await().during(java.time.Duration.ofMillis(500))
                .until(() -> simulator.requests().count(Endpoint.LIST) == looks);
    }

    @Test
    void obeysTimeout() throws Exception {
        WorkflowRun run = build("timeout(time: 2, unit: 'SECONDS') {\n" + GATE + "\n}");

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("Timeout has been exceeded", run);
        jenkins.assertLogNotContains("released by", run);
    }

    @Test
    void ridesOutAnUnreachableInstance() throws Exception {
        WorkflowRun run = build(GATE);
        SimulatedChange change = waitingChange(run);
        simulator.faults().on(Endpoint.LIST).always(Fault.unavailable());
        jenkins.waitForMessage("[ServiceNow] ServiceNow can't be asked at the moment", run);
        simulator.people().approve(change.number());
        simulator.faults().on(Endpoint.LIST).clear();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        assertThat(JenkinsRule.getLog(run))
                .containsOnlyOnce("ServiceNow can't be asked")
                .containsOnlyOnce("[ServiceNow] ServiceNow answers again.");
    }

    @Test
    void failsWhenItsConnectionIsRemovedWhileItWaits() throws Exception {
        WorkflowRun run = build(GATE);
        waitingChange(run);
        ServiceNowGateConfiguration.get().setConnections(List.of());

        refused(run, "there is no ServiceNow connection \"corp\" any more");
    }

    @Test
    void usesCredentialsAsTheyAreNowWhileItWaits() throws Exception {
        WorkflowRun run = build(GATE);
        SimulatedChange change = waitingChange(run);
        ControlledJenkins.secrets("another-secret", "another-password");

        refused(run, "refused to sign in");
        jenkins.assertLogNotContains("another-", run);
        ControlledJenkins.secrets(ServiceNowSimulator.CLIENT_SECRET, ServiceNowSimulator.PASSWORD);
        simulator.people().approve(change.number());
        jenkins.assertBuildStatusSuccess(
                jenkins.waitForCompletion(run.getParent().scheduleBuild2(0).waitForStart()));
    }

    @Test
    void letsGoAndSaysSoWhileSwitchedOff() throws Exception {
        ServiceNowGateConfiguration.get().setEnabled(false);
        WorkflowRun run = build(GATE);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        jenkins.assertLogContains("[ServiceNow] ServiceNow change control is SWITCHED OFF", run);
        assertThat(deployment(run).getDecision()).isEqualTo(Outcome.SWITCHED_OFF);
        assertThat(simulator.requests().all()).isEmpty();
    }

    @Test
    void letsAWaitingBuildGoWhenItIsSwitchedOff() throws Exception {
        WorkflowRun run = build(GATE);
        waitingChange(run);
        ServiceNowGateConfiguration.get().setEnabled(false);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        jenkins.assertLogContains("[ServiceNow] ServiceNow change control is SWITCHED OFF", run);
        assertThat(deployment(run).getDecision()).isEqualTo(Outcome.SWITCHED_OFF);
    }

    /** Every way out of this plugin at its most talkative: no secret and no token in console, log, page or answer. */
    @Test
    void keepsSecretsToItself() throws Exception {
        try (LogRecorder log = new LogRecorder()
                .record("io.jenkins.plugins.servicenowgate", Level.ALL)
                .record("okhttp3", Level.ALL)
                .capture(10_000)) {
            WorkflowRun run = build(GATE);
            SimulatedChange change = waitingChange(run);
            simulator.faults().on(Endpoint.LIST).times(2, Fault.garbage());
            jenkins.waitForMessage("ServiceNow answers again", run);
            String token = simulator
                    .requests()
                    .to(Endpoint.LIST)
                    .get(0)
                    .header("Authorization")
                    .substring("Bearer ".length());
            simulator
                    .faults()
                    .on(Endpoint.TOKEN)
                    .always(Fault.error(401, ServiceNowSimulator.PASSWORD, ServiceNowSimulator.CLIENT_SECRET));
            simulator.revokeTokens();
            jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));

            JenkinsRule.WebClient web = jenkins.createWebClient();
            web.getOptions().setThrowExceptionOnScriptError(false);
            List<String> told = new ArrayList<>(log.getMessages());
            told.add(JenkinsRule.getLog(run));
            told.add(Files.readString(run.getRootDir().toPath().resolve("build.xml")));
            told.add(Files.readString(run.getParent().getConfigFile().getFile().toPath()));
            told.add(Files.readString(jenkins.jenkins
                    .getRootDir()
                    .toPath()
                    .resolve(ServiceNowGateConfiguration.get().getId() + ".xml")));
            for (String page : List.of("", "change-requests/", "logText/progressiveHtml")) {
                told.add(web.getPage(run, page).getWebResponse().getContentAsString());
            }
            told.add(web.goTo(run.getUrl() + "change-requests/api/json?depth=9", "application/json")
                    .getWebResponse()
                    .getContentAsString());
            assertThat(told.toString())
                    .contains(change.number())
                    .doesNotContain(ServiceNowSimulator.PASSWORD, ServiceNowSimulator.CLIENT_SECRET, token);
        }
    }

    @Test
    void showsTheChangeOnTheBuildPageAndInItsApi() throws Exception {
        WorkflowRun run = build(GATE);
        SimulatedChange change = waitingChange(run);
        String link = simulator.baseUrl() + "/nav_to.do?uri=change_request.do%3Fsys_id%3D" + change.sysId();
        await().until(() -> deployment(run).getState() != null);
        JenkinsRule.WebClient web = jenkins.createWebClient();

        JSONObject api = JSONObject.fromObject(web.goTo(run.getUrl() + "change-requests/api/json", "application/json")
                .getWebResponse()
                .getContentAsString());
        JSONObject shown = api.getJSONArray("changeRequests").getJSONObject(0);
        assertThat(shown.getString("number")).isEqualTo(change.number());
        assertThat(shown.getString("sysId")).isEqualTo(change.sysId());
        assertThat(shown.getString("url")).isEqualTo(link);
        assertThat(shown.getString("state")).isEqualTo("New");
        assertThat(shown.getString("project")).isEqualTo("shop");
        assertThat(shown.getString("version")).isEqualTo("1.0.1");
        assertThat(shown.getString("environment")).isEqualTo("Production");
        assertThat(shown.getString("decision")).isEqualTo("WAIT");
        assertThat(shown.getString("reason")).startsWith("Waiting: " + change.number());

        web.getOptions().setThrowExceptionOnScriptError(false);
        for (String page : List.of("", "change-requests/")) {
            String html = web.getPage(run, page).getWebResponse().getContentAsString();
            assertThat(html).contains(change.number(), link.replace("&", "&amp;"), "Waiting: ");
        }
        assertThat(web.getPage(run, "logText/progressiveHtml").getWebResponse().getContentAsString())
                .contains("<a href='" + link + "'>" + change.number() + "</a>");
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    /** Text that others write in ServiceNow reaches pages escaped, and consoles without terminal escapes. */
    @Test
    void showsForeignTextAsText() throws Exception {
        SimulatedChange change = simulator.addChange(Map.of("short_description", "<b id='evil'>\u001b[31m</b>"));
        simulator.people().approve(change.number()).hold(change.number(), "<script>alert(1)</script>\u001b[2J\nnext");
        WorkflowRun run =
                build("serviceNowGate environment: 'Production', changeRequestNumber: '" + change.number() + "'");
        jenkins.waitForMessage("is on hold: <script>alert(1)</script> [2J next", run);
        await().until(() -> deployment(run).getState() != null);

        JenkinsRule.WebClient web = jenkins.createWebClient();
        web.getOptions().setThrowExceptionOnScriptError(false);
        for (String page : List.of("", "change-requests/", "logText/progressiveHtml")) {
            String html = web.getPage(run, page).getWebResponse().getContentAsString();
            assertThat(html).doesNotContain("<script>alert(1)", "<b id='evil'", "\u001b");
        }
        run.doStop();
        jenkins.waitForCompletion(run);
    }
}
