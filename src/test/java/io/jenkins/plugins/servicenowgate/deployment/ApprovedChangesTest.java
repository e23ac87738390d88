package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which changes release a deployment where administrators decide who approves, and which are moved at all. */
class ApprovedChangesTest extends ProductionPipelineTestBase {
    private static final String TEMPLATE = "Deploy to production";
    private static final String TITLE = ControlledJenkins.title("apps/shop", "1");

    private void decide() {
        production.setApprovalSettings("administrator");
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
    }

    private SimulatedChange approved(String title, String type, String template) {
        Map<String, String> fields = new HashMap<>(Map.of("short_description", title, "type", type));
        if (template != null) {
            fields.put("std_change_producer_version", template);
        }
        SimulatedChange change = simulator.addChange(fields);
        simulator.people().approve(change.number());
        return change;
    }

    private WorkflowRun refused(String parameters, String line) throws Exception {
        WorkflowJob shop = jenkins.jenkins.getItemByFullName("apps/shop", WorkflowJob.class);
        shop = shop == null ? job(DEPLOY) : shop;
        shop.setDefinition(ControlledJenkins.script(DEPLOY.replace("version: '1'", "version: '1'" + parameters)));
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, shop);
        jenkins.assertLogContains(line, run);
        jenkins.assertLogNotContains("by CHG", run);
        jenkins.assertLogNotContains("\tat ", run);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
        assertThat(simulator.requests().count(Endpoint.CREATE_STANDARD)).isZero();
        assertThat(simulator.requests().count(Endpoint.CREATE_EMERGENCY)).isZero();
        assertThat(simulator.requests().count(Endpoint.UPDATE))
                .as("nothing is moved or noted")
                .isZero();
        return run;
    }

    /** Somebody made a change of the right title that is approved by others than administrators want. */
    @ParameterizedTest
    @CsvSource({
        "false, standard, Any template",
        "false, emergency,",
        "false, model-driven,",
        "false, '',",
        "true, normal,",
        "true, emergency,",
        "true, standard, Other template",
        "true, standard, Deploy to production 2",
        "true, standard, Deploy to production - x",
        "true, standard,",
    })
    void aChangeOfAnotherTypeOrTemplateIsRefused(boolean template, String type, String from) throws Exception {
        if (template) {
            standard("true");
        }
        decide();
        SimulatedChange change = approved(TITLE, type, from);
        refused("", "Refused: the change " + change.number() + " ");
        refused(", changeRequestNumber: '" + change.number() + "'", "Refused: the change " + change.number() + " ");
        assertThat(change.state()).contains(SimulatedState.IMPLEMENT);
    }

    @ParameterizedTest
    @CsvSource({"false, normal,", "true, standard, Deploy to production", "true, standard, Deploy to production - 3"})
    void aChangeSuchAsWouldBeCreatedIsTaken(boolean template, String type, String from) throws Exception {
        if (template) {
            standard("");
        }
        decide();
        SimulatedChange change = approved(TITLE, type, from);
        jenkins.assertLogContains("by " + change.number(), jenkins.buildAndAssertSuccess(job(DEPLOY)));
        assertThat(simulator.changes()).hasSize(1);
    }

    @Test
    void anEmergencyChangeIsTakenWhereThatIsAllowed() throws Exception {
        production.setAllowEmergency(true);
        decide();
        SimulatedChange change = approved(TITLE, "emergency", null);
        jenkins.assertLogContains("by " + change.number(), jenkins.buildAndAssertSuccess(job(DEPLOY)));
    }

    /** The attack: the number of another team's approved change. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Restart the mail server",
                "jenkins: Deploy \"apps/shop\" version 1 to \"Production\"",
                "Jenkins: Deploy \"apps/shop\" version 1 to \"Production\" ",
                "Jenkins: Deploy \"apps/shop\" version 2 to \"Production\"",
                ""
            })
    void aNumberCountsWithExactlyTheTitleAlone(String title) throws Exception {
        decide();
        SimulatedChange change = approved(title, "normal", null);
        refused(", changeRequestNumber: '" + change.number() + "'", "has the title \"");
    }

    @Test
    void aNumberWithTheTitleCounts() throws Exception {
        decide();
        SimulatedChange change = approved(TITLE, "normal", null);
        WorkflowRun run = jenkins.buildAndAssertSuccess(
                job(DEPLOY.replace("version: '1'", "version: '1', changeRequestNumber: '" + change.number() + "'")));
        jenkins.assertLogContains("by " + change.number(), run);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ", fields: [assignment_group: 'Mine']",
                ", fields: [description: 'x', cmdb_ci: 'x']",
                ", project: 'other'",
                ", emergency: true",
            })
    void aStepWithOtherSettingsIsRefused(String parameters) throws Exception {
        decide();
        refused(parameters, "Refused: ");
        assertThat(simulator.requests().count()).isZero();
    }

    @Test
    void whatDescribesTheDeploymentIsSent() throws Exception {
        production.setJobFields(List.of("assignment_group"));
        decide();
        WorkflowRun run = waiting(job(DEPLOY.replace(
                        "version: '1'", "version: '1', fields: [justification: 'why', assignment_group: 'Web']"))
                .scheduleBuild2(0)
                .waitForStart());
        assertThat(theChange().get("justification")).isEqualTo("why");
        assertThat(theChange().get("assignment_group")).isEqualTo("Web");
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    /** The attack: an instance where the author of the Jenkinsfile approves, or a template whose changes approve themselves. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "connection: 'test-instance'",
                "standardChangeTemplate: 'Deploy to production', automaticTransition: 'true'",
                "project: 'apps/other'",
            })
    void aJenkinsfileChoosesNeitherInstanceNorTemplateNorProject(String mark) throws Exception {
        try (ServiceNowSimulator other = twoInstances()) {
            WorkflowJob shop = ControlledJenkins.job(jenkins, "shop", "");
            for (String script : List.of(
                    "properties([changeControl(" + mark + ")])\n" + DEPLOY,
                    "pipeline { agent none\noptions { changeControl(" + mark + ") }\nstages { stage('s') { steps { "
                            + DEPLOY + " } } } }")) {
                shop.setDefinition(ControlledJenkins.script(script));
                refusedByBoth(shop, "Refused: the job or step sets ", other);
            }
        }
    }

    /** The attack: a nearer folder declares the environment again. */
    @Test
    void aFolderChoosesNoOtherInstance() throws Exception {
        try (ServiceNowSimulator other = twoInstances()) {
            WorkflowJob shop = job(DEPLOY);
            Environment again = ControlledJenkins.environment("Production", false);
            again.setConnection("test-instance");
            ChangeControlFolderProperty nearer = new ChangeControlFolderProperty();
            nearer.setEnvironments(List.of(again));
            ((Folder) shop.getParent()).addProperty(nearer);
            refusedByBoth(shop, "Refused: the folder apps sets connection to \"test-instance\"", other);
        }
    }

    private ServiceNowSimulator twoInstances() throws Exception {
        ServiceNowSimulator other = ServiceNowSimulator.start();
        simulator.addTemplate(TEMPLATE, true, Map.of());
        other.addTemplate(TEMPLATE, true, Map.of());
        ServiceNowGateConfiguration.get()
                .setConnections(List.of(
                        ControlledJenkins.connection("corp", simulator),
                        ControlledJenkins.connection("test-instance", other)));
        production.setConnection("corp");
        decide();
        return other;
    }

    private void refusedByBoth(WorkflowJob shop, String line, ServiceNowSimulator other) throws Exception {
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, shop);
        jenkins.assertLogContains(line, run);
        jenkins.assertLogNotContains("by CHG", run);
        assertThat(simulator.requests().count()).isZero();
        assertThat(other.requests().count()).isZero();
    }

    // ---- a change that is named by its number is never moved

    @ParameterizedTest
    @ValueSource(strings = {"true", "close"})
    void aNumberIsNeverMoved(String transition) throws Exception {
        standard(transition);
        SimulatedChange change = simulator.addChange(Map.of(
                "short_description", "Another team's", "type", "standard", "std_change_producer_version", TEMPLATE));
        WorkflowRun run = waiting(
                job(DEPLOY.replace("version: '1'", "version: '1', changeRequestNumber: '" + change.number() + "'"))
                        .scheduleBuild2(0)
                        .waitForStart());
        jenkins.waitForMessage("was specified by number, so the gate does not move it automatically", run);
        int polls = simulator.requests().count(Endpoint.LIST);
        await().until(() -> simulator.requests().count(Endpoint.LIST) > polls + 2);
        assertThat(change.state()).contains(SimulatedState.NEW);

        simulator.people().approve(change.number());

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        assertThat(change.state()).contains(SimulatedState.IMPLEMENT);
        assertThat(sent()).as("notes alone").noneMatch(text -> text.matches("-?\\d+(\\.0)?"));
        assertThat(change.workNotes()).hasSize(3);
    }

    /** The attack: the number by way of the variable, also where its title is exactly the deployment's. */
    @Test
    void noMatterHowItIsNamed() throws Exception {
        standard("true");
        SimulatedChange change = simulator.addChange(
                Map.of("short_description", TITLE, "type", "standard", "std_change_producer_version", TEMPLATE));
        WorkflowRun run = waiting(
                job("withEnv(['SERVICENOW_CHANGE_REQUEST_NUMBER=" + change.number() + "']) {\n" + DEPLOY + "\n}")
                        .scheduleBuild2(0)
                        .waitForStart());
        jenkins.waitForMessage("was specified by number, so the gate does not move it automatically", run);
        assertThat(change.state()).contains(SimulatedState.NEW);
        run.doStop();
        jenkins.waitForCompletion(run);
        assertThat(sent()).noneMatch(text -> text.matches("-?\\d+(\\.0)?"));
    }

    @Test
    void aChangeThatWasFoundByItsTitleIsMoved() throws Exception {
        standard("true");
        decide();
        SimulatedChange change = simulator.addChange(
                Map.of("short_description", TITLE, "type", "standard", "std_change_producer_version", TEMPLATE));
        jenkins.buildAndAssertSuccess(job(DEPLOY));
        settled();
        assertThat(change.state()).contains(SimulatedState.REVIEW);
    }

    // ---- what the instance makes of a new change

    /** A rule of the instance makes another type of it: neither this build nor the next one takes it for what was asked. */
    @Test
    void aChangeThatIsCreatedAsAnotherTypeIsRefused() throws Exception {
        standard("true");
        simulator.addTemplate("Odd", true, Map.of("type", "normal"));
        production.setStandardChangeTemplate("Odd");
        decide();
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job(DEPLOY));
        jenkins.assertLogContains("with the type \"normal\" instead of \"standard\"", run);
        simulator.people().approve(theChange().number());
        WorkflowRun again =
                jenkins.assertBuildStatus(Result.FAILURE, run.getParent().scheduleBuild2(0));
        jenkins.assertLogContains("has the type \"normal\"", again);
        jenkins.assertLogNotContains("by CHG", again);
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();
    }

    /** The same where jobs decide, for changes that the plugin has created; people may create changes of any type. */
    @Test
    void aChangeThatWasCreatedAsAnotherTypeIsNotFoundByTheNextBuildEither() throws Exception {
        simulator.addTemplate("Odd", true, Map.of("type", "normal"));
        production.setStandardChangeTemplate("Odd");
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job(DEPLOY));
        jenkins.assertLogContains("with the type \"normal\" instead of \"standard\"", run);
        simulator.people().approve(theChange().number());
        production.setStandardChangeTemplate("");
        for (int i = 0; i < 2; i++) {
            WorkflowRun again =
                    jenkins.assertBuildStatus(Result.FAILURE, run.getParent().scheduleBuild2(0));
            jenkins.assertLogContains("with the type \"normal\" instead of \"standard\"", again);
            jenkins.assertLogNotContains("by CHG", again);
        }
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();

        theChange().set("short_description", "Canceled");
        SimulatedChange byHand = approved(TITLE, "emergency", null);
        jenkins.assertLogContains(
                "by " + byHand.number(), jenkins.buildAndAssertSuccess((WorkflowJob) run.getParent()));
    }

    @Test
    void columnsThatIdentifyOrApproveAChangeAreReserved() throws Exception {
        List<String> reserved = List.of(
                "short_description",
                "state",
                "sys_id",
                "number",
                "approval",
                "type",
                "chg_model",
                "std_change_producer_version",
                "on_hold",
                "on_hold_reason",
                "active",
                "correlation_id",
                "correlation_display",
                "phase",
                "phase_state",
                "approval_set",
                "work_start",
                "work_end",
                "close_code",
                "close_notes");
        WorkflowRun run = jenkins.buildAndAssertSuccess(job("""
                for (column in %s) {
                  for (name in [column, column.toUpperCase(), " ${column}", "${column} "]) {
                    try {
                      serviceNowGate(environment: 'Production', version: '1', fields: [(name): 'emergency'])
                      echo "OPEN ${name}"
                    } catch (e) {
                      echo "<${name}> ${e.message}"
                    }
                  }
                }
                """.formatted(
                        reserved.stream().map(column -> "'" + column + "'").toList())));
        for (String column : reserved) {
            jenkins.assertLogContains("<" + column + "> Refused: the field " + column + " can't be set", run);
            jenkins.assertLogContains("<" + column.toUpperCase(java.util.Locale.ROOT) + "> Refused: ", run);
            jenkins.assertLogContains("<" + column + " > Refused: ", run);
        }
        jenkins.assertLogNotContains("OPEN", run);
        assertThat(simulator.requests().count()).isZero();
    }
}
