package io.jenkins.plugins.servicenowgate.deployment;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.MappedModel;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.sf.json.JSONObject;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes of a model with states of its own, and their conflicts, in a Jenkins: from the settings to the pages. */
class ChangeModelTest extends ControlledJenkinsTestBase {
    private static final String DEPLOY = "serviceNowDeployment(environment: 'Production', version: '1') {\n"
            + "  echo \"DEPLOYED by ${env.SERVICENOW_CHANGE_NUMBER}\"\n}";

    @BeforeEach
    void addTheModel() {
        Map<String, String> states = new LinkedHashMap<>();
        states.put("10", "Draft");
        states.put("20", "Ready");
        states.put("30", "Done");
        simulator.addModel("Low risk", true, "normal", states);
    }

    private Environment production(String model, String conflicts, String approvalSettings) {
        Environment production = ControlledJenkins.environment("Production", true);
        production.setConnection("corp");
        production.setChangeModel(model);
        production.setConflicts(conflicts);
        production.setApprovalSettings(approvalSettings);
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        return production;
    }

    private void map(List<String> goes) throws Exception {
        MappedModel model = new MappedModel("Low risk");
        model.setWaits(List.of("Draft"));
        model.setGoes(goes);
        ServiceNowConnection connection = ControlledJenkins.connection("corp", simulator);
        connection.setStates(List.of(model));
        ServiceNowGateConfiguration.get().setConnections(List.of(connection));
    }

    private String page(WorkflowRun run) throws Exception {
        HtmlPage page = web(READER).getPage(run.getParent(), "servicenow-change-control");
        return page.asNormalizedText();
    }

    private JSONObject json(WorkflowRun run) throws Exception {
        return web(READER)
                .getJSON(run.getUrl() + "change-requests/api/json")
                .getJSONObject()
                .getJSONArray("changeRequests")
                .getJSONObject(0);
    }

    @Test
    void aModelIsCreatedReleasedAndShown() throws Exception {
        map(List.of("Ready"));
        production("Low risk", "tell", "administrator");
        WorkflowRun run = waiting(build("shop", DEPLOY));
        String number = theChange().number();
        jenkins.assertLogContains("Created the Low risk change " + number, run);
        jenkins.assertLogContains("is in Draft (approval: not requested); the deployment is released in a state", run);
        assertThat(page(run)).contains("Change model").doesNotContain("that nobody has mapped");
        assertThat(json(run).getString("state")).isEqualTo("Draft");
        assertThat(web(READER)
                        .goTo(run.getUrl() + "change-requests/cards", "text/html")
                        .getWebResponse()
                        .getContentAsString())
                .contains("<li aria-current=\"step\">Draft</li>")
                .doesNotContain("<li>Implement</li>");

        simulator.people().moveTo(number, "20", "approved");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("DEPLOYED by " + number, run);
        // The instance names Done only as the state after Ready.
        assertThat(page(run))
                .contains(
                        "States of the change model \"Low risk\" that nobody has mapped (connection corp): Done (30).");
    }

    @Test
    void aModelThatNobodyMappedIsRefusedAndNamedOnThePage() throws Exception {
        production("Low risk", "tell", "job");
        WorkflowRun run = build("shop", DEPLOY);
        assertThat(page(run))
                .containsAnyOf("Nobody has mapped the states of the change model \"Low risk\"", "Draft (10)");
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains(
                "is in the state \"Draft\" of the change model \"Low risk\", which nobody has mapped. A Jenkins"
                        + " administrator maps the states",
                run);
        jenkins.assertLogNotContains("DEPLOYED", run);
        assertThat(page(run)).contains("Draft (10)");
    }

    /** What administrators map while a deployment waits counts at the next poll, and again before the release. */
    @Test
    void aStateThatIsTakenAwayMeanwhileReleasesNothing() throws Exception {
        map(List.of("Ready"));
        production("Low risk", "tell", "administrator");
        WorkflowRun run = waiting(build("shop", DEPLOY));
        map(List.of("Done"));
        simulator.people().moveTo(theChange().number(), "20", "approved");
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("is in the state \"Ready\" of the change model \"Low risk\"", run);
        jenkins.assertLogNotContains("DEPLOYED", run);
    }

    @Test
    void anotherModelThatAdministratorsDecidedMeanwhileIsRefused() throws Exception {
        map(List.of("Ready"));
        production("Low risk", "tell", "administrator");
        WorkflowRun run = waiting(build("shop", DEPLOY));
        production("Other", "tell", "administrator");
        simulator.people().moveTo(theChange().number(), "20", "approved");
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("the settings that decide who approves deployments to Production were changed", run);
    }

    @Test
    void conflictsAreShownAndRefused() throws Exception {
        production(null, "refuse", "administrator");
        WorkflowRun run = waiting(build("shop", DEPLOY));
        String number = theChange().number();
        theChange().set("risk", "2").set("cab_required", "true").set("outside_maintenance_schedule", "true");
        await().untilAsserted(() -> {
            assertThat(json(run).getString("conflictStatus")).isEqualTo("Not Run");
            assertThat(json(run).getString("risk")).isEqualTo("High");
            assertThat(json(run).getBoolean("outsideMaintenanceSchedule")).isTrue();
            assertThat(json(run).getBoolean("cabRequired")).isTrue();
        });
        String card = web(READER)
                .goTo(run.getUrl() + "change-requests/cards", "text/html")
                .getWebResponse()
                .getContentAsString();
        assertThat(card)
                .contains("<dt>Conflict status</dt><dd>Not Run</dd>", "<dt>Risk</dt><dd>High</dd>")
                .contains("<dt>Maintenance schedule</dt><dd>planned outside it</dd>")
                .contains("<dt>Change Advisory Board</dt><dd>required</dd>");
        assertThat(page(run)).contains("Conflicts of the change", "refuse the deployment");

        simulator.people().addConflict(number, "Blackout", "<b>Quarter end</b>").approve(number);
        jenkins.waitForMessage("was not checked for conflicts yet (Not Run)", run);
        simulator.people().checkConflicts(number);
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("has conflicts: Blackout: <b>Quarter end</b>. The environment refuses", run);
        jenkins.assertLogNotContains("DEPLOYED", run);
        settled();
        assertThat(web(READER)
                        .goTo("servicenow-gates/audit/csv", "text/csv")
                        .getWebResponse()
                        .getContentAsString())
                .contains(",\"risk\",\"conflictStatus\"", ",\"High\",\"Conflict\"");
    }

    /** Administrators may become stricter while a deployment waits. */
    @Test
    void conflictsAreJudgedByTheSettingsOfTheRelease() throws Exception {
        production(null, "tell", "job");
        WorkflowRun run = waiting(build("shop", DEPLOY));
        theChange().set("outside_maintenance_schedule", "true");
        simulator.people().checkConflicts(theChange().number());
        production(null, "refuse", "job");
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("is planned outside its maintenance schedule", run);
    }
}
