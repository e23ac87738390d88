package io.jenkins.plugins.servicenowgate.pipeline;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;

/**
 * The output of a waiting step on pages, in logs and in the API: its change, untrusted text as text, and no secrets.
 */
class StepOutputTest extends WaitingPipelineTestBase {
    /** No secret and no token appears in the console, the log (all levels), a page or the API. */
    @Test
    void exposesNoSecrets() throws Exception {
        try (LogRecorder log = new LogRecorder()
                .record("io.jenkins.plugins.servicenowgate", Level.ALL)
                .record("okhttp3", Level.ALL)
                .capture(10_000)) {
            WorkflowRun run = build(GATE);
            SimulatedChange change = waitingChange(run);
            simulator.faults().on(Endpoint.LIST).times(2, Fault.garbage());
            jenkins.waitForMessage("ServiceNow is available again", run);
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
            jenkins.waitForMessage("rejected the sign-in", run);
            run.getExecutor().interrupt();
            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));

            JenkinsRule.WebClient web = web(READER);
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
        JenkinsRule.WebClient web = web(READER);

        JSONObject api = JSONObject.fromObject(web.goTo(run.getUrl() + "change-requests/api/json", "application/json")
                .getWebResponse()
                .getContentAsString());
        JSONObject shown = api.getJSONArray("changeRequests").getJSONObject(0);
        assertThat(shown.getString("number")).isEqualTo(change.number());
        assertThat(shown.getString("sysId")).isEqualTo(change.sysId());
        assertThat(shown.getString("url")).isEqualTo(link);
        assertThat(shown.getString("state")).isEqualTo("New");
        assertThat(shown.getString("project")).isEqualTo("apps/shop");
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

    /** Text from ServiceNow is escaped on pages, and printed to consoles without terminal escapes. */
    @Test
    void escapesTextFromServiceNow() throws Exception {
        SimulatedChange change = simulator.addChange(Map.of("short_description", "<b id='evil'>\u001b[31m</b>"));
        simulator.people().approve(change.number()).hold(change.number(), "<script>alert(1)</script>\u001b[2J\nnext");
        WorkflowRun run =
                build("serviceNowGate environment: 'Production', changeRequestNumber: '" + change.number() + "'");
        jenkins.waitForMessage("is on hold: <script>alert(1)</script> [2J next", run);
        await().until(() -> deployment(run).getState() != null);

        JenkinsRule.WebClient web = web(READER);
        web.getOptions().setThrowExceptionOnScriptError(false);
        for (String page : List.of("", "change-requests/", "logText/progressiveHtml")) {
            String html = web.getPage(run, page).getWebResponse().getContentAsString();
            assertThat(html).doesNotContain("<script>alert(1)", "<b id='evil'", "\u001b");
        }
        run.doStop();
        jenkins.waitForCompletion(run);
    }
}
