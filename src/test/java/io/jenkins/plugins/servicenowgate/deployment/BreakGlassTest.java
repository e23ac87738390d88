package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.ExtensionList;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.InvisibleAction;
import hudson.model.Item;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.User;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.control.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.control.Permissions;
import io.jenkins.plugins.servicenowgate.gate.Deployment;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.io.File;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import jenkins.model.Jenkins;
import jenkins.model.details.Detail;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.Page;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.replay.ReplayAction;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A person lets one waiting deployment go without an approved change: who may, what it leaves behind, what it never does. */
@WithJenkins
class BreakGlassTest {
    private static final String DEPLOY =
            "serviceNowDeployment(environment: 'Production', version: '1') { echo \"deployed by ${env.SERVICENOW_CHANGE_NUMBER}\" }";
    private static final String WHY = "The shop is down, the manager on duty agreed";

    private JenkinsRule jenkins;
    private ServiceNowSimulator simulator;

    @BeforeEach
    void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        simulator = ServiceNowSimulator.start();
        ControlledJenkins.configure(simulator);
        ServiceNowGateConfiguration.get().setBreakGlass(true);
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ)
                .everywhere()
                .to("ann", "reader", "configurer", "stranger")
                .grant(Item.READ)
                .everywhere()
                .to("ann", "reader", "configurer")
                .grant(Item.CONFIGURE, Item.BUILD, Item.CANCEL)
                .everywhere()
                .to("configurer")
                .grant(Permissions.BREAK_GLASS)
                .everywhere()
                .to("ann", "stranger"));
        User ann = User.getById("ann", true);
        ann.setFullName("Ann Bell");
        ann.save();
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private WorkflowRun waiting(String script) throws Exception {
        WorkflowRun run = ControlledJenkins.controlledJob(jenkins, "shop", script)
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        return run;
    }

    private static DeploymentRecord deployment(Run<?, ?> run) {
        return run.getAction(ChangeRequestsAction.class).getDeployments().get(0);
    }

    private SimulatedChange theChange() {
        assertThat(simulator.changes()).hasSize(1);
        return simulator.changes().get(0);
    }

    private JenkinsRule.WebClient web(String user) throws Exception {
        return jenkins.createWebClient()
                .withThrowExceptionOnFailingStatusCode(false)
                .withBasicApiToken(user);
    }

    /** Presses the button of the form, as a person would. */
    private void breakGlass(DeploymentRecord record, String reason) throws Exception {
        HtmlPage page = web("ann").goTo(BreakGlass.path(record));
        HtmlForm form = page.getFormByName("break-glass");
        form.getTextAreaByName("reason").setText(reason);
        assertThat(jenkins.submit(form).getWebResponse().getStatusCode()).isEqualTo(200);
    }

    private Page post(JenkinsRule.WebClient web, DeploymentRecord record, String reason) throws Exception {
        WebRequest request =
                new WebRequest(new URL(jenkins.getURL() + BreakGlass.path(record) + "submit"), HttpMethod.POST);
        request.setRequestBody("reason=" + java.net.URLEncoder.encode(reason, StandardCharsets.UTF_8));
        return web.getPage(request);
    }

    private int status(JenkinsRule.WebClient web, DeploymentRecord record, String reason) throws Exception {
        return post(web, record, reason).getWebResponse().getStatusCode();
    }

    private void settled() {
        await().untilAsserted(() -> assertThat(
                        new File(jenkins.jenkins.getRootDir(), "servicenow-gate/open-deployments").list())
                .isEmpty());
    }

    private List<String> statesSent() {
        return simulator.requests().to(Endpoint.UPDATE).stream()
                .filter(request -> request.json().has("state"))
                .map(request -> request.json().get("state").stringValue())
                .toList();
    }

    @Test
    void letsTheDeploymentGoAndLeavesItsTraces() throws Exception {
        LogRecorder log =
                new LogRecorder().record(DeploymentGate.class, Level.WARNING).capture(10);
        WorkflowRun run = waiting(DEPLOY);
        DeploymentRecord record = deployment(run);
        String number = theChange().number();
        HtmlPage list = web("ann").goTo("servicenow-gates/");
        HtmlPage asks = list.getAnchorByText("Break glass").click();
        assertThat(asks.asNormalizedText())
                .contains("It can't be taken back", run.getFullDisplayName(), "Production", number);
        assertThat(web("ann").getPage(run).asNormalizedText()).contains("Break glass: deploy without");

        breakGlass(record, WHY + "\r\n\u001b[31m<i>now</i>");

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        String line = "Ann Bell (ann) let this deployment go WITHOUT an approved change (break glass): " + WHY;
        jenkins.assertLogContains("[ServiceNow] " + line + " [31m<i>now</i>", run);
        jenkins.assertLogContains("deployed by " + number, run);
        assertThat(log.getMessages()).anyMatch(message -> message.contains(line) && message.contains("shop #1"));
        assertThat(theChange().workNotes()).hasSize(4);
        assertThat(theChange().workNotes().get(1))
                .contains("WITHOUT an approved change", "Ann Bell (ann)", WHY + " (31m", run.getUrl());
        assertThat(theChange().workNotes().get(2)).contains("started");
        assertThat(theChange().workNotes().get(3)).contains("ended: successful");
        assertThat(statesSent()).isEmpty();
        assertThat(theChange().state()).contains(SimulatedState.NEW);

        jenkins.jenkins.reload();
        WorkflowRun reloaded =
                jenkins.jenkins.getItemByFullName("shop", WorkflowJob.class).getBuildByNumber(1);
        assertThat(deployment(reloaded).getDecision()).isEqualTo(Outcome.BYPASSED);
        JSONObject json = JSONObject.fromObject(web("reader")
                        .goTo(run.getUrl() + "change-requests/api/json", "application/json")
                        .getWebResponse()
                        .getContentAsString())
                .getJSONArray("changeRequests")
                .getJSONObject(0);
        assertThat(json.getString("decision")).isEqualTo("BYPASSED");
        assertThat(json.getString("number")).isEqualTo(number);
        assertThat(json.getJSONObject("bypass").getString("who")).isEqualTo("ann");
        assertThat(json.getJSONObject("bypass").getString("reason")).startsWith(WHY);
        assertThat(Instant.parse(json.getJSONObject("bypass").getString("at")))
                .isBetween(Instant.now().minusSeconds(300), Instant.now());
        HtmlPage build = web("reader").getPage(reloaded);
        assertThat(build.asNormalizedText())
                .contains("Let go without approval", "Ann Bell (ann)", WHY, "<i>now</i>")
                .doesNotContain("Break glass: deploy");
        assertThat(web("reader").getPage(reloaded.getParent()).asNormalizedText())
                .contains(number + ": Let go without approval");
        assertThat(ExtensionList.lookupSingleton(ChangeRequestDetails.class).createFor(reloaded))
                .extracting(Detail::getDisplayName)
                .containsExactly(number + ": Let go without approval");
    }

    @Test
    void isOffUnlessSomebodySwitchedItOn() throws Exception {
        WorkflowRun run = waiting(DEPLOY);
        ServiceNowGateConfiguration.get().setBreakGlass(false);
        for (String user : List.of("ann", "admin")) {
            Page page = web(user).goTo(BreakGlass.path(deployment(run)));
            assertThat(page.getWebResponse().getStatusCode()).isEqualTo(404);
            assertThat(page.getWebResponse().getContentAsString()).contains("breaking the glass is switched off");
            assertThat(status(web(user), deployment(run), WHY)).isEqualTo(404);
            assertThat(web(user).goTo("servicenow-gates/").asNormalizedText()).doesNotContain("Break glass");
            assertThat(web(user).getPage(run).asNormalizedText()).doesNotContain("Break glass");
        }
        assertThat(deployment(run).getDecision()).isEqualTo(Outcome.WAIT);
        assertThat(Bypasses.get().recent(Instant.now())).isEmpty();
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    @Test
    void needsThePermissionAndAPost() throws Exception {
        WorkflowRun run = waiting(DEPLOY);
        DeploymentRecord record = deployment(run);
        for (String user : List.of("reader", "configurer")) {
            assertThat(status(web(user), record, WHY)).as(user).isEqualTo(403);
            assertThat(web(user).goTo(BreakGlass.path(record)).getWebResponse().getStatusCode())
                    .as(user)
                    .isEqualTo(403);
            assertThat(web(user).goTo("servicenow-gates/").asNormalizedText()).doesNotContain("Break glass");
            assertThat(web(user).getPage(run).asNormalizedText()).doesNotContain("Break glass");
        }
        assertThat(status(web("stranger"), record, WHY)).isEqualTo(404);
        assertThat(web("ann")
                        .goTo(BreakGlass.path(record) + "submit?reason=x", null)
                        .getWebResponse()
                        .getStatusCode())
                .isEqualTo(405);
        JenkinsRule.WebClient withoutCrumb = jenkins.createWebClient()
                .withThrowExceptionOnFailingStatusCode(false)
                .login("ann");
        assertThat(status(withoutCrumb, record, WHY)).isEqualTo(403);
        JenkinsRule.WebClient nobody = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        assertThat(status(nobody, record, WHY)).isEqualTo(403);

        assertThat(record.getDecision()).isEqualTo(Outcome.WAIT);
        assertThat(run.isBuilding()).isTrue();
        assertThat(theChange().workNotes()).noneMatch(note -> note.contains("WITHOUT"));
        assertThat(Bypasses.get().recent(Instant.now())).isEmpty();
        run.doStop();
        jenkins.waitForCompletion(run);
        assertThat(status(web("ann"), record, WHY)).as("it waits no more").isEqualTo(404);
        assertThat(record.getDecision()).isEqualTo(Outcome.ABORTED);
    }

    @Test
    void needsAReason() throws Exception {
        WorkflowRun run = waiting(DEPLOY);
        DeploymentRecord record = deployment(run);
        for (String reason : List.of("", " \r\n\t ", "\u200b\u202e", "x".repeat(501))) {
            Page page = post(web("ann"), record, reason);
            assertThat(page.getWebResponse().getStatusCode()).isEqualTo(400);
            assertThat(page.getWebResponse().getContentAsString())
                    .containsAnyOf("needs a reason", "longer than 500 characters");
        }
        assertThat(record.getDecision()).isEqualTo(Outcome.WAIT);
        breakGlass(record, "x".repeat(500));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertThat(record.getBypass().getReason()).hasSize(500);
    }

    @Test
    void holdsForNoOtherGateOfTheRun() throws Exception {
        WorkflowRun run = waiting(
                "parallel a: { serviceNowDeployment(environment: 'Production', version: '1') { echo 'a deployed' } },"
                        + " b: { serviceNowDeployment(environment: 'Production', version: '1') { echo 'b deployed' } }");
        await().until(() -> GateService.get().waiting().size() == 2);
        await().until(() -> simulator.changes().size() == 1);
        DeploymentRecord first = deployment(run);
        breakGlass(first, WHY);
        await().until(() -> first.getCloseCode() != null);

        looksOnce();
        assertThat(GateService.get().waiting())
                .singleElement()
                .satisfies(gate -> assertThat(gate.record()).isNotSameAs(first));
        assertThat(run.isBuilding()).isTrue();
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertThat(run.getAction(ChangeRequestsAction.class).getDeployments())
                .extracting(DeploymentRecord::getDecision)
                .containsExactlyInAnyOrder(Outcome.BYPASSED, Outcome.PROCEED);
    }

    private void looksOnce() {
        int looks = simulator.requests().count(Endpoint.LIST);
        await().atMost(Duration.ofSeconds(20)).until(() -> simulator.requests().count(Endpoint.LIST) > looks + 1);
    }

    @Test
    void holdsForNoOtherBuildAndNoReplay() throws Exception {
        WorkflowRun run = waiting(DEPLOY);
        breakGlass(deployment(run), WHY);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        WorkflowRun next = run.getParent().scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", next);
        WorkflowRun replay = (WorkflowRun)
                run.getAction(ReplayAction.class).run(DEPLOY, Map.of()).waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", replay);
        looksOnce();
        for (WorkflowRun waits : List.of(next, replay)) {
            assertThat(deployment(waits).getDecision()).isEqualTo(Outcome.WAIT);
            assertThat(deployment(waits).getBypass()).isNull();
            jenkins.assertLogNotContains("deployed by", waits);
            waits.doStop();
            jenkins.waitForCompletion(waits);
        }
    }

    @Test
    void saysThatThereWasNoChangeToTell() throws Exception {
        simulator.faults().on(Endpoint.LIST).always(Fault.unavailable());
        WorkflowRun run = ControlledJenkins.controlledJob(jenkins, "shop", DEPLOY)
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.waitForMessage("[ServiceNow] ServiceNow can't be asked", run);
        breakGlass(deployment(run), WHY);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();

        jenkins.assertLogContains("[ServiceNow] The deployment had no change yet", run);
        assertThat(deployment(run).getWarning()).contains("no work note tells of it");
        assertThat(web("reader").getPage(run).asNormalizedText()).contains("no work note tells of it");
        assertThat(ExtensionList.lookupSingleton(ChangeRequestDetails.class).createFor(run))
                .extracting(Detail::getDisplayName)
                .containsExactly("Production: Let go without approval");
        assertThat(simulator.changes()).isEmpty();
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();
    }

    @Test
    void neverMovesTheChange() throws Exception {
        simulator.addTemplate("Deploy shop", true, Map.of());
        Environment production = ControlledJenkins.environment("Production", true);
        production.setStandardChangeTemplate("Deploy shop");
        production.setAutomaticTransition("close");
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        simulator.faults().on(Endpoint.UPDATE).always(Fault.unavailable());
        WorkflowRun run = ControlledJenkins.controlledJob(
                        jenkins,
                        "shop",
                        "serviceNowDeployment(environment: 'Production', version: '1') { semaphore 'glass' }")
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.waitForMessage("[ServiceNow] ServiceNow can't be asked", run);
        breakGlass(deployment(run), WHY);
        SemaphoreStep.waitForStart("glass/1", run);
        simulator.faults().clear();
        await().until(() -> theChange().workNotes().size() == 2);
        List<String> sent = statesSent();
        theChange().set("state", SimulatedState.IMPLEMENT.code());
        SemaphoreStep.success("glass/1", null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();

        assertThat(statesSent()).isEqualTo(sent).containsOnly("-2");
        assertThat(theChange().state()).contains(SimulatedState.IMPLEMENT);
        assertThat(theChange().workNotes().get(0)).contains("WITHOUT an approved change");
        assertThat(theChange().workNotes()).last().asString().contains("ended: successful");
    }

    /** Part of a build that can't be stored once, as on a full disk. */
    public static final class Unstorable extends InvisibleAction {
        private final transient AtomicBoolean full = new AtomicBoolean(true);

        Object writeReplace() {
            if (full.getAndSet(false)) {
                throw new IllegalStateException("the disk is full");
            }
            return this;
        }
    }

    @Test
    void whatCannotBeStoredIsRefused() throws Exception {
        WorkflowRun run = waiting(DEPLOY);
        await().until(() -> theChange().workNotes().size() == 1);
        await().until(() -> deployment(run).bookkeeping().isEmpty());
        run.addAction(new Unstorable());
        breakGlass(deployment(run), WHY);
        jenkins.waitForCompletion(run);
        jenkins.assertBuildStatus(Result.FAILURE, run);
        jenkins.assertLogContains("Refused: the release could not be stored with the build", run);
        jenkins.assertLogNotContains("deployed by", run);
        assertThat(deployment(run).getDecision()).isEqualTo(Outcome.REFUSE);
        assertThat(deployment(run).getBypass()).isNull();
        assertThat(Bypasses.get().recent(Instant.now())).isEmpty();
        await().until(() -> theChange().workNotes().size() == 2);
        assertThat(theChange().workNotes().get(1))
                .contains("did not take place")
                .doesNotContain("started");
    }

    @Test
    void letsAnItemOfTheQueueGo() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject("shop");
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        mark.setEnvironment("Production");
        mark.setVersion("7");
        job.addProperty(mark);
        var future = job.scheduleBuild2(0);
        await().until(() -> GateService.get().waiting().size() == 1
                && !simulator.changes().isEmpty()
                && !theChange().workNotes().isEmpty());
        DeploymentRecord record = GateService.get().waiting().get(0).record();
        breakGlass(record, WHY);
        FreeStyleBuild build = jenkins.assertBuildStatusSuccess(future);
        settled();

        assertThat(deployment(build).getDecision()).isEqualTo(Outcome.BYPASSED);
        assertThat(deployment(build).getCloseCode()).isNotNull();
        jenkins.assertLogContains("WITHOUT an approved change (break glass): " + WHY, build);
        assertThat(theChange().workNotes()).hasSize(4);
        assertThat(theChange().workNotes().get(1)).contains("Ann Bell (ann)", job.getUrl());
        assertThat(theChange().workNotes().get(2)).contains("started", build.getUrl());
        assertThat(Bypasses.get().recent(Instant.now()))
                .singleElement()
                .satisfies(notice -> assertThat(notice.getPath()).isEqualTo(build.getUrl()));
        // The next build of the same deployment waits as ever.
        job.scheduleBuild2(0);
        await().until(() -> GateService.get().waiting().size() == 1);
        looksOnce();
        assertThat(job.getLastBuild()).isEqualTo(build);
        jenkins.jenkins.getQueue().cancel(job.getQueueItem());
    }

    /** Attack: somebody's plugin, or a script, hands the record of one run to the next. */
    @Test
    void aRecordOfAnotherRunOpensNothing() throws Exception {
        WorkflowRun run = waiting(DEPLOY);
        breakGlass(deployment(run), WHY);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        DeploymentRecord record = deployment(run);
        BuildHome home = new BuildHome(run, TaskListener.NULL);
        assertThat(record.isBypassedFor(home)).as("it is over").isFalse();
        WorkflowRun next = run.getParent().scheduleBuild2(0).waitForStart();
        BuildHome nextHome = new BuildHome(next, TaskListener.NULL);
        for (String key : List.of(run.getExternalizableId(), "item " + run.getQueueId())) {
            DeploymentRecord copy = new DeploymentRecord(
                    "copy", new Deployment("shop", "1", "Production"), "corp", null, Instant.now());
            copy.bypassed(new Bypass("ann", "Ann", WHY, Instant.now(), key));
            assertThat(copy.isBypassedFor(home)).isTrue();
            assertThat(copy.isBypassedFor(nextHome)).isFalse();
        }
        next.doStop();
        jenkins.waitForCompletion(next);
    }

    @Test
    void administratorsAreToldFor30Days() throws Exception {
        WorkflowRun run = waiting(DEPLOY);
        breakGlass(deployment(run), WHY + " <b>now</b>");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        run.delete();

        HtmlPage manage = web("admin").goTo("manage/");
        assertThat(manage.asNormalizedText())
                .contains("Persons let these deployments go", "Ann Bell (ann)", WHY + " <b>now</b>")
                .contains(theChange().number(), "\"shop\", version 1, to \"Production\"", run.getFullDisplayName());
        assertThat(manage.getAnchorByText(run.getFullDisplayName()).getHrefAttribute())
                .endsWith(run.getUrl());
        assertThat(Bypasses.get().recent(Instant.now().plus(Duration.ofDays(29))))
                .hasSize(1);
        assertThat(Bypasses.get().recent(Instant.now().plus(Duration.ofDays(31))))
                .isEmpty();
        assertThat(new File(jenkins.jenkins.getRootDir(), "servicenow-gate/bypasses.xml"))
                .isFile();
    }
}
