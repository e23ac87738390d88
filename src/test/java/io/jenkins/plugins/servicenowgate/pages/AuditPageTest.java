package io.jenkins.plugins.servicenowgate.pages;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.audit.AuditLog;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRegistry;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import java.io.StringReader;
import java.net.URL;
import java.time.Instant;
import java.util.List;
import jenkins.model.Jenkins;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** The audit: its entries and their visibility, as a page, as JSON and as CSV. */
class AuditPageTest extends ControlledJenkinsTestBase {
    private JenkinsRule.WebClient reader;

    @BeforeEach
    void signIn() {
        reader = web(READER);
    }

    private WorkflowRun waiting(String job, String version) throws Exception {
        return waitingWith(job, "version: '" + version + "'");
    }

    private WorkflowRun waitingWith(String job, String parameters) throws Exception {
        WorkflowJob created = ControlledJenkins.controlledJob(
                jenkins,
                job,
                "serviceNowDeployment(environment: 'Production', " + parameters + ") { echo 'deployed' }");
        return waiting(created.scheduleBuild2(0, new CauseAction(new Cause.RemoteCause("host", job + " nightly")))
                .waitForStart());
    }

    private String number(String version) {
        return simulator.changes().stream()
                .filter(change -> change.get("short_description").contains("version " + version + " to"))
                .findFirst()
                .orElseThrow()
                .number();
    }

    private WorkflowRun released(String job, String version) throws Exception {
        WorkflowRun run = waiting(job, version);
        simulator.people().approve(number(version));
        return jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    private WorkflowRun refused(String job, String version) throws Exception {
        return refused(waiting(job, version), version);
    }

    private WorkflowRun refused(WorkflowRun run, String version) throws Exception {
        simulator.people().reject(number(version));
        return jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
    }

    private JSONObject json(JenkinsRule.WebClient web, String parameters) throws Exception {
        return JSONObject.fromObject(
                web.getPage(new URL(jenkins.getURL() + "servicenow-gates/audit/api/json" + parameters))
                        .getWebResponse()
                        .getContentAsString());
    }

    private List<String> versions(String parameters) throws Exception {
        JSONArray rows = json(reader, parameters).getJSONArray("deployments");
        return rows.stream().map(row -> ((JSONObject) row).getString("version")).toList();
    }

    private JSONObject row(String version) throws Exception {
        return json(reader, "?q=" + version).getJSONArray("deployments").getJSONObject(0);
    }

    @Test
    void listsTheOutcomesOfDeployments() throws Exception {
        ServiceNowGateConfiguration.get().setBreakGlass(true);
        WorkflowRun good = released("shop", "v-good");
        refused("bank", "v-bad");
        WorkflowRun stopped = waiting("mail", "v-stopped");
        stopped.doStop();
        jenkins.waitForCompletion(stopped);
        WorkflowRun glass = waiting("news", "v-glass");
        HtmlPage asks =
                web(ADMIN).goTo("servicenow-gates/").getAnchorByText("Release").click();
        HtmlForm form = asks.getFormByName("break-glass");
        form.getTextAreaByName("reason").setText("fire");
        jenkins.submit(form);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(glass));
        WorkflowRun off = waiting("fare", "v-off");
        ServiceNowGateConfiguration.get().setEnabled(false);
        ServiceNowGateConfiguration.get().save();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(off));
        ServiceNowGateConfiguration.get().setEnabled(true);
        // Waiting deployments are not listed. Deployments that need no change are listed, because auditors ask for all
        // deployments.
        waiting("wait", "v-waits");
        jenkins.buildAndAssertSuccess(
                ControlledJenkins.controlledJob(jenkins, "dev", "serviceNowGate environment: 'Dev', version: 'v-dev'"));

        await().untilAsserted(() ->
                assertThat(versions("")).containsExactly("v-dev", "v-off", "v-glass", "v-stopped", "v-bad", "v-good"));
        assertThat(row("v-dev").getString("decision")).isEqualTo("NOT_REQUIRED");
        assertThat(versions("?decision=NOT_REQUIRED")).containsExactly("v-dev");
        await().until(() -> !row("v-good").getString("ended").equals("null"));
        JSONObject row = row("v-good");
        assertThat(row.getString("decision")).isEqualTo("PROCEED");
        assertThat(row.getString("result")).isEqualTo("SUCCESSFUL");
        assertThat(row.getString("number")).isEqualTo(number("v-good"));
        assertThat(row.getString("url")).startsWith(simulator.baseUrl());
        assertThat(row.getString("project")).isEqualTo("apps/shop");
        assertThat(row.getString("environment")).isEqualTo("Production");
        assertThat(row.getString("build")).isEqualTo(good.getFullDisplayName());
        assertThat(row.getString("path")).isEqualTo(good.getUrl());
        assertThat(row.getString("startedBy")).contains("shop nightly");
        assertThat(List.of(row.getString("requested"), row.getString("released"), row.getString("ended")))
                .isSorted()
                .allSatisfy(time -> assertThat(Instant.parse(time)).isBefore(Instant.now()));
        assertThat(row("v-bad").getString("decision")).isEqualTo("REFUSE");
        assertThat(row("v-bad").getString("reason")).contains("was rejected");
        assertThat(row("v-bad").getString("released")).isEqualTo("null");
        assertThat(row("v-stopped").getString("decision")).isEqualTo("ABORTED");
        assertThat(row("v-off").getString("decision")).isEqualTo("SWITCHED_OFF");
        assertThat(row("v-glass").getString("decision")).isEqualTo("BYPASSED");
        assertThat(row("v-glass").getJSONObject("bypass").getString("reason")).isEqualTo("fire");

        assertThat(versions("?decision=REFUSE")).containsExactly("v-bad");
        assertThat(versions("?q=FIRE")).containsExactly("v-glass");
        assertThat(versions("?decision=BYPASSED&q=shop")).isEmpty();
        assertThat(versions("?size=2&page=2")).containsExactly("v-glass", "v-stopped");
        assertThat(json(reader, "?size=2").getInt("pages")).isEqualTo(3);
        HtmlPage list = reader.goTo("servicenow-gates/audit/?size=2&decision=");
        assertThat(list.asNormalizedText()).contains("1 to 2 of 6", "No change required", "Not checked");
        HtmlPage next = list.getAnchorByText("Next page").click();
        assertThat(next.asNormalizedText())
                .contains("3 to 4 of 6", "Released without approval", "Aborted", "Previous page");
        HtmlPage chosen = reader.goTo("servicenow-gates/audit/?decision=REFUSE");
        assertThat(((org.htmlunit.html.HtmlSelect) chosen.getElementById("servicenow-gate-decision"))
                        .getSelectedOptions()
                        .get(0)
                        .getValueAttribute())
                .isEqualTo("REFUSE");
        assertThat(chosen.getWebResponse().getContentAsString()).doesNotContain("onclick=", "style=\"");
        assertThat(reader.goTo("servicenow-gates/audit/?q=%22%3E%3Cb%3Ex")
                        .getWebResponse()
                        .getContentAsString())
                .contains("No deployment matches")
                .doesNotContain("<b>x");
    }

    @Test
    void anItemOfTheQueueBecomesItsBuild() throws Exception {
        agent("worker", null);
        FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "shop", "7");
        var future = job.scheduleBuild2(0);
        await().until(() -> DeploymentRegistry.get().waiting().size() == 1
                && !simulator.changes().isEmpty());
        simulator.people().approve(number("7"));
        var build = jenkins.assertBuildStatusSuccess(future);
        await().until(() -> !row("7").getString("ended").equals("null"));
        assertThat(versions("")).containsExactly("7");
        assertThat(row("7").getString("path")).isEqualTo(build.getUrl());

        job.getProperty(ChangeControlJobProperty.class).setVersion("8");
        job.scheduleBuild2(0);
        await().until(() -> DeploymentRegistry.get().waiting().size() == 1);
        jenkins.jenkins.getQueue().cancel(job.getQueueItem());
        await().untilAsserted(() -> assertThat(versions("")).containsExactly("8", "7"));
        assertThat(row("8").getString("decision")).isEqualTo("ABORTED");
        assertThat(row("8").getString("path")).isEqualTo(job.getUrl());
    }

    @Test
    void keepsEntriesOfDeletedBuildsAndJobs() throws Exception {
        WorkflowRun first = released("shop", "v1");
        released("bank", "v2");
        released("mail", "v3");
        await().untilAsserted(() -> assertThat(row("v3").getString("ended")).isNotEqualTo("null"));
        first.getParent().renameTo("store");
        assertThat(row("v1").getString("path")).isEqualTo("job/apps/job/store/1/");
        first.delete();
        assertThat(versions("")).containsExactly("v3", "v2", "v1");
        assertThat(row("v1").getString("path")).as("the job of a deleted build").isEqualTo("job/apps/job/store/");
        jenkins.jenkins.getItemByFullName("apps/bank", WorkflowJob.class).delete();
        assertThat(versions("")).as("nobody but administrators").containsExactly("v3", "v1");
        // A new job of the same name has its own history.
        ControlledJenkins.create(jenkins, WorkflowJob.class, "bank");
        assertThat(versions("")).containsExactly("v3", "v1");

        JSONObject all = json(web(ADMIN), "");
        assertThat(all.getInt("total")).isEqualTo(3);
        assertThat(json(web(ADMIN), "?q=v2")
                        .getJSONArray("deployments")
                        .getJSONObject(0)
                        .getString("path"))
                .isEqualTo("null");
        assertThat(web(ADMIN).goTo("servicenow-gates/audit/").asNormalizedText())
                .contains("bank #1");
        AuditLog.get().reloadForTests();
        assertThat(versions("")).as("read from the disk again").containsExactly("v3", "v1");
        assertThat(row("v1").getString("path")).isEqualTo("job/apps/job/store/");
        assertThat(json(web(ADMIN), "").getInt("total")).isEqualTo(3);
    }

    @Test
    void showsOnlyWhatTheViewerMayRead() throws Exception {
        WorkflowRun shop = refused("shop", "1");
        refused("secret", "2");
        authorization
                .grant(Jenkins.READ)
                .everywhere()
                .to("teammate", "discoverer")
                .grant(Item.READ)
                .onItems((Item) shop.getParent().getParent(), shop.getParent())
                .to("teammate")
                .grant(Item.DISCOVER)
                .everywhere()
                .to("discoverer");
        JenkinsRule.WebClient teammate = web("teammate");
        assertThat(json(teammate, "").getInt("total")).isEqualTo(1);
        assertThat(json(teammate, "?q=secret").getInt("total")).isZero();
        assertThat(teammate.goTo("servicenow-gates/audit/").asNormalizedText())
                .contains("shop #1")
                .doesNotContain("secret");
        assertThat(teammate.goTo("servicenow-gates/audit/csv", "text/csv")
                        .getWebResponse()
                        .getContentAsString())
                .contains("shop")
                .doesNotContain("secret");
        assertThat(json(web("discoverer"), "").getInt("total")).isZero();
    }

    @Test
    void spreadsheetsEvaluateNoCellOfTheTable() throws Exception {
        refused(waitingWith("cmd", "version: '1,\"x\"', project: '=cmd'"), "1,\"x\"");
        refused("shop", "-2+3");
        WebResponse table = reader.goTo("servicenow-gates/audit/csv?q=Production&size=1", "text/csv")
                .getWebResponse();
        assertThat(table.getResponseHeaderValue("Content-Type")).isEqualToIgnoringCase("text/csv;charset=UTF-8");
        assertThat(table.getResponseHeaderValue("Content-Disposition"))
                .isEqualTo("attachment; filename=\"servicenow-gates-audit.csv\"");
        List<CSVRecord> rows = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get()
                .parse(new StringReader(table.getContentAsString()))
                .getRecords();
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).get("version")).isEqualTo("'-2+3");
        assertThat(rows.get(1).get("version")).isEqualTo("1,\"x\"");
        assertThat(rows.get(1).get("project")).isEqualTo("'=cmd");
        assertThat(rows.get(1).get("decision")).isEqualTo("REFUSE");
        assertThat(Instant.parse(rows.get(1).get("ended"))).isBefore(Instant.now());
        assertThat(rows.get(1).get("released")).isEmpty();
        for (String begins : List.of("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d")) {
            assertThat(AuditTable.escapeFormula(begins + "1")).isEqualTo("'" + begins + "1");
        }
        assertThat(AuditTable.escapeFormula("a=1")).isEqualTo("a=1");
        assertThat(webWithErrors(READER)
                        .getPage(new WebRequest(
                                new URL(jenkins.getURL() + "servicenow-gates/audit/csv"), HttpMethod.POST))
                        .getWebResponse()
                        .getStatusCode())
                .isEqualTo(404);
    }
}
