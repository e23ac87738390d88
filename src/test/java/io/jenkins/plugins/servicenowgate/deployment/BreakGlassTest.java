package io.jenkins.plugins.servicenowgate.deployment;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.ExtensionList;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.InvisibleAction;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.audit.BreakGlassLog;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.pages.ChangeRequestDetails;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import jenkins.model.details.Detail;
import net.sf.json.JSONObject;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.LogRecorder;

/** A person lets one waiting deployment go without an approved change: what it leaves behind, what it never does. */
class BreakGlassTest extends BreakGlassTestBase {
    private List<String> statesSent() {
        return simulator.requests().to(Endpoint.UPDATE).stream()
                .filter(request -> request.json().has("state"))
                .map(request -> request.json().get("state").stringValue())
                .toList();
    }

    @Test
    void letsTheDeploymentGoAndLeavesItsTraces() throws Exception {
        LogRecorder log =
                new LogRecorder().record(Deployment.class, Level.WARNING).capture(10);
        WorkflowRun run = waiting(DEPLOY);
        DeploymentRecord record = deployment(run);
        String number = theChange().number();
        HtmlPage list = web(ANN).goTo("servicenow-gates/");
        HtmlPage asks = list.getAnchorByText("Release").click();
        assertThat(asks.asNormalizedText())
                .contains("This action can't be undone", run.getFullDisplayName(), "Production", number);
        assertThat(web(ANN).getPage(run).asNormalizedText()).contains("Break-glass release: deploy without");

        breakGlass(record, WHY + "\r\n\u001b[31m<i>now</i>");

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        String line = "Ann Bell (ann) released this deployment WITHOUT an approved change (break glass): " + WHY;
        jenkins.assertLogContains("[ServiceNow] " + line + " [31m<i>now</i>", run);
        jenkins.assertLogContains("deployed by " + number, run);
        assertThat(log.getMessages()).anyMatch(message -> message.contains(line) && message.contains("apps » shop #1"));
        assertThat(theChange().workNotes()).hasSize(4);
        assertThat(theChange().workNotes().get(1))
                .contains("WITHOUT an approved change", "Ann Bell (ann)", WHY + " [31m", run.getUrl());
        assertThat(theChange().workNotes().get(2)).contains("started");
        assertThat(theChange().workNotes().get(3)).contains("ended: successful");
        assertThat(statesSent()).isEmpty();
        assertThat(theChange().state()).contains(SimulatedState.NEW);

        jenkins.jenkins.reload();
        WorkflowRun reloaded = jenkins.jenkins
                .getItemByFullName("apps/shop", WorkflowJob.class)
                .getBuildByNumber(1);
        assertThat(deployment(reloaded).getOutcome()).isEqualTo(GateOutcome.BYPASSED);
        JSONObject json = JSONObject.fromObject(web(READER)
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
        HtmlPage build = web(READER).getPage(reloaded);
        assertThat(build.asNormalizedText())
                .contains("Released without approval", "Ann Bell (ann)", WHY, "<i>now</i>")
                .doesNotContain("Break-glass release: deploy");
        assertThat(web(READER).getPage(reloaded.getParent()).asNormalizedText())
                .contains(number + ": Released without approval");
        assertThat(ExtensionList.lookupSingleton(ChangeRequestDetails.class).createFor(reloaded))
                .extracting(Detail::getDisplayName)
                .containsExactly(number + ": Released without approval");
    }

    @Test
    void reportsThatThereWasNoChangeForTheNote() throws Exception {
        simulator.faults().on(Endpoint.LIST).always(Fault.unavailable());
        WorkflowRun run = build("shop", DEPLOY);
        jenkins.waitForMessage("[ServiceNow] ServiceNow is unavailable", run);
        breakGlass(deployment(run), WHY);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();

        jenkins.assertLogContains("[ServiceNow] No work note was written about the break-glass release", run);
        assertThat(deployment(run).getWarning()).contains("the deployment had no change yet");
        assertThat(web(READER).getPage(run).asNormalizedText()).contains("the deployment had no change yet");
        assertThat(ExtensionList.lookupSingleton(ChangeRequestDetails.class).createFor(run))
                .extracting(Detail::getDisplayName)
                .containsExactly("Production: Released without approval");
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
        WorkflowRun run =
                build("shop", "serviceNowDeployment(environment: 'Production', version: '1') { semaphore 'glass' }");
        jenkins.waitForMessage("[ServiceNow] ServiceNow is unavailable", run);
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
        await().until(() -> deployment(run).outbox().isEmpty());
        run.addAction(new Unstorable());
        breakGlass(deployment(run), WHY);
        jenkins.waitForCompletion(run);
        jenkins.assertBuildStatus(Result.FAILURE, run);
        jenkins.assertLogContains("Refused: the release could not be stored with the build", run);
        jenkins.assertLogNotContains("deployed by", run);
        assertThat(deployment(run).getOutcome()).isEqualTo(GateOutcome.REFUSE);
        assertThat(deployment(run).getBypass()).isNull();
        assertThat(BreakGlassLog.get().recent(Instant.now())).isEmpty();
        await().until(() -> theChange().workNotes().size() == 2);
        assertThat(theChange().workNotes().get(1))
                .contains("did not take place")
                .doesNotContain("started");
    }

    @Test
    void letsAnItemOfTheQueueGo() throws Exception {
        agent("worker", null);
        FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "shop", "7");
        var future = job.scheduleBuild2(0);
        await().until(() -> DeploymentRegistry.get().waiting().size() == 1
                && !simulator.changes().isEmpty()
                && !theChange().workNotes().isEmpty());
        DeploymentRecord record = DeploymentRegistry.get().waiting().get(0).record();
        breakGlass(record, WHY);
        FreeStyleBuild build = jenkins.assertBuildStatusSuccess(future);
        settled();

        assertThat(deployment(build).getOutcome()).isEqualTo(GateOutcome.BYPASSED);
        assertThat(deployment(build).getCloseCode()).isNotNull();
        jenkins.assertLogContains("WITHOUT an approved change (break glass): " + WHY, build);
        assertThat(theChange().workNotes()).hasSize(4);
        assertThat(theChange().workNotes().get(1)).contains("Ann Bell (ann)", job.getUrl());
        assertThat(theChange().workNotes().get(2)).contains("started", build.getUrl());
        assertThat(BreakGlassLog.get().recent(Instant.now()))
                .singleElement()
                .satisfies(notice -> assertThat(notice.getPath()).isEqualTo(build.getUrl()));
        // The next build of the same deployment waits as ever.
        job.scheduleBuild2(0);
        await().until(() -> DeploymentRegistry.get().waiting().size() == 1);
        pollsOnce();
        assertThat(job.getLastBuild()).isEqualTo(build);
        jenkins.jenkins.getQueue().cancel(job.getQueueItem());
    }

    @Test
    void administratorsAreNotifiedFor30Days() throws Exception {
        WorkflowRun run = waiting(DEPLOY);
        breakGlass(deployment(run), WHY + " <b>now</b>");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        run.delete();

        HtmlPage manage = web(ADMIN).goTo("manage/");
        assertThat(manage.asNormalizedText())
                .contains("Users released these deployments", "Ann Bell (ann)", WHY + " <b>now</b>")
                .contains(
                        theChange().number(), "\"apps/shop\", version 1, to \"Production\"", run.getFullDisplayName());
        assertThat(manage.getAnchorByText(run.getFullDisplayName()).getHrefAttribute())
                .endsWith(run.getUrl());
        assertThat(BreakGlassLog.get().recent(Instant.now().plus(Duration.ofDays(29))))
                .hasSize(1);
        assertThat(BreakGlassLog.get().recent(Instant.now().plus(Duration.ofDays(31))))
                .isEmpty();
        assertThat(new File(jenkins.jenkins.getRootDir(), "servicenow-gate/bypasses.xml"))
                .isFile();
    }
}
