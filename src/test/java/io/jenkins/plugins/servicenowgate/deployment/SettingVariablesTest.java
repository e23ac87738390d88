package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Cause;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.ParameterDefinition;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.PasswordParameterDefinition;
import hudson.model.Result;
import hudson.model.SimpleParameterDefinition;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.policy.ChangeControl;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.policy.PolicyDecision;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Variables of a build in the name of the template and in fields: of jobs, steps and environments, but not of administrators. */
@Timeout(180)
class SettingVariablesTest extends ControlledJenkinsTestBase {
    private Environment production;

    @BeforeEach
    void addTemplates() {
        production = ServiceNowGateConfiguration.get().getEnvironments().get(0);
        simulator.addTemplate("Deploy Europe", true, Map.of());
        simulator.addTemplate("Deploy Asia", true, Map.of());
    }

    /** A pipeline with a step in the variable REGION, and a mark with a template. */
    private WorkflowJob job(String name, String template, String region, String parameters) throws Exception {
        WorkflowJob job = ControlledJenkins.job(
                jenkins,
                name,
                "withEnv([" + region + "]) { serviceNowDeployment(environment: 'Production', version: '1'" + parameters
                        + ") { echo 'DEPLOYED' } }");
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        mark.setStandardChangeTemplate(template);
        job.addProperty(mark);
        return job;
    }

    private WorkflowRun refused(WorkflowJob job) throws Exception {
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        jenkins.assertLogNotContains("DEPLOYED", run);
        jenkins.assertLogNotContains("\tat ", run);
        assertThat(simulator.changes()).isEmpty();
        return run;
    }

    private String template() {
        return theChange().get("std_change_producer_version");
    }

    @Test
    void aJobNamesItsTemplateByAVariable() throws Exception {
        WorkflowRun run = waiting(job("shop", "Deploy ${REGION}", "'REGION=Asia'", "")
                .scheduleBuild2(0)
                .waitForStart());
        assertThat(template()).isEqualTo("Deploy Asia");
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Deploy ${REGIO}", "Deploy $REGIO", "Deploy ${}"})
    void aVariableThatIsNotSetIsAnError(String template) throws Exception {
        WorkflowRun run = refused(job("shop", template, "'REGION=Asia'", ""));
        jenkins.assertLogContains("Refused: standardChangeTemplate is \"" + template + "\", but the variable ", run);
        assertThat(simulator.requests().count()).isZero();
    }

    /** Otherwise it would be a Normal change, whose approvers are others. */
    @Test
    void aTemplateThatBecomesEmptyIsAnError() throws Exception {
        WorkflowRun run = refused(job("shop", "$REGION", "'REGION=null'", ""));
        jenkins.assertLogContains("Refused: standardChangeTemplate is \"$REGION\", which is empty or null", run);
    }

    @Test
    void theEnvironmentOfAJobThatDecidesMayHaveThem() throws Exception {
        production.setStandardChangeTemplate("Deploy ${REGION}");
        production.setFields(List.of(new ChangeField("category", "Region $REGION, $$5")));
        waiting(job("shop", "", "'REGION=Europe'", "").scheduleBuild2(0).waitForStart());
        assertThat(template()).isEqualTo("Deploy Europe");
        assertThat(theChange().get("category")).isEqualTo("Region Europe, $5");
    }

    @Test
    void aStepHasThemInItsFields() throws Exception {
        waiting(job("shop", "", "'TENANT=acme'", ", fields: [justification: 'For ${TENANT} and $TENANT']")
                .scheduleBuild2(0)
                .waitForStart());
        assertThat(theChange().get("justification")).isEqualTo("For acme and acme");
    }

    @Test
    void aFieldWithAVariableThatIsNotSetIsAnError() throws Exception {
        WorkflowRun run = refused(job("shop", "", "'A=b'", ", fields: [justification: 'For ${TENANT}']"));
        jenkins.assertLogContains(
                "Refused: fields: justification is \"For ${TENANT}\", but the variable ${TENANT} is not set in this build."
                        + " Set it, or write $${TENANT} for the text ${TENANT}.",
                run);
    }

    /** A build that refers to a variable which one of its parameters would set to "hunter2". */
    private void isNoVariable(String name, ParameterDefinition... parameters) throws Exception {
        WorkflowJob job = job("shop", "", "'A=b'", ", fields: [justification: 'It is ${" + name + "}']");
        job.addProperty(new ParametersDefinitionProperty(parameters));
        WorkflowRun run = refused(job);
        jenkins.assertLogContains("the variable ${" + name + "} is not set in this build", run);
        jenkins.assertLogNotContains("hunter2", run);
    }

    @Test
    void aPasswordParameterIsNoVariable() throws Exception {
        isNoVariable("SECRET", new PasswordParameterDefinition("SECRET", "hunter2", ""));
    }

    /** A sensitive parameter as other plugins define them, of which Pipeline itself does not know that it is one. */
    private static final class HiddenParameter extends SimpleParameterDefinition {
        HiddenParameter(String name) {
            super(name);
        }

        @Override
        public ParameterValue createValue(String value) {
            return new HiddenValue(getName(), value);
        }

        @Override
        public ParameterValue getDefaultParameterValue() {
            return createValue("hunter2");
        }
    }

    private static final class HiddenValue extends StringParameterValue {
        HiddenValue(String name, String value) {
            super(name, value);
        }

        @Override
        public boolean isSensitive() {
            return true;
        }
    }

    @Test
    void aSensitiveParameterOfAnotherPluginIsNoVariable() throws Exception {
        isNoVariable("SECRET", new HiddenParameter("SECRET"));
    }

    /** Jenkins keeps one variable of names that differ in case alone, under the first name and with the last value. */
    @Test
    void aPasswordParameterUnderTheNameOfAnotherOneIsNoVariable() throws Exception {
        isNoVariable(
                "SECRET",
                new StringParameterDefinition("SECRET", "harmless"),
                new PasswordParameterDefinition("secret", "hunter2", ""));
    }

    /** Jenkins sets a parameter under its name in capital letters, too, which may have other letters. */
    @Test
    void aPasswordParameterIsNoVariableInCapitalLettersEither() throws Exception {
        isNoVariable("PASS", new PasswordParameterDefinition("pa\u00df", "hunter2", ""));
    }

    // ---- administrators

    private void administrators(String template) {
        production.setApprovalSettings("administrator");
        production.setConnection("corp");
        production.setStandardChangeTemplate(template);
        production.setAllowedTemplates(List.of("Deploy Europe"));
        production.setFields(List.of(new ChangeField("category", "Region $REGION")));
    }

    @Test
    void whatAdministratorsDecideHasNone() throws Exception {
        administrators("Deploy ${REGION}");
        WorkflowRun run = refused(job("shop", "", "'REGION=Asia'", ""));
        jenkins.assertLogContains("no active Standard change template named exactly \"Deploy ${REGION}\"", run);

        simulator.addTemplate("Deploy ${REGION}", true, Map.of());
        waiting(job("other", "", "'REGION=Asia'", "").scheduleBuild2(0).waitForStart());
        assertThat(template()).isEqualTo("Deploy ${REGION}");
        assertThat(theChange().get("category")).isEqualTo("Region $REGION");
    }

    /** What a job chooses is expanded first, and then compared; also immediately before the release. */
    @Test
    void whatAJobChoosesIsComparedAfterwards() throws Exception {
        administrators("Deploy Asia");
        WorkflowRun run = waiting(job("shop", "Deploy ${REGION}", "'REGION=Europe'", "")
                .scheduleBuild2(0)
                .waitForStart());
        assertThat(template()).isEqualTo("Deploy Europe");
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("DEPLOYED", run);
    }

    /** Without the variables, it would not be known from which template the change is, and no conflict would count. */
    @Test
    void whatIsCheckedBeforeTheReleaseHasThemToo() throws Exception {
        administrators("");
        production.setAutomaticTransition("true");
        production.setConflicts("refuse");
        WorkflowRun run = waiting(job("shop", "Deploy ${REGION}", "'REGION=Europe'", "")
                .scheduleBuild2(0)
                .waitForStart());
        SimulatedChange change = theChange();
        jenkins.waitForMessage(change.number() + " was not checked for conflicts yet (Not Run)", run);
        assertThat(change.state()).contains(SimulatedState.IMPLEMENT);
        change.set("outside_maintenance_schedule", "true");
        simulator.people().checkConflicts(change.number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains(change.number() + " is planned outside its maintenance schedule", run);
        jenkins.assertLogNotContains("DEPLOYED", run);
        assertThat(change.workNotes()).noneMatch(note -> note.contains(" started. "));
    }

    @Test
    void anotherTemplateThanTheAllowedOnesIsRefused() throws Exception {
        administrators("Deploy Asia");
        WorkflowRun run = refused(job("shop", "Deploy ${REGION}", "'REGION=Everywhere'", ""));
        jenkins.assertLogContains("sets standardChangeTemplate to \"Deploy Everywhere\"", run);
        WorkflowRun field = refused(
                job("field", "Deploy ${REGION}", "'REGION=Europe'", ", fields: [category: 'Region ${REGION}']"));
        jenkins.assertLogContains("Refused: the field category can't be set by a job or step", field);
    }

    /** The page of a job has no build, so it can't tell which template a build will choose. */
    @Test
    void aPreviewKeepsTheVariable() throws Exception {
        WorkflowJob job = job("shop", "Deploy ${REGION}", "'A=b'", "");
        assertThat(((PolicyDecision.Required) ChangeControl.rule(job, "Production", null))
                        .settings()
                        .standardChangeTemplate())
                .isEqualTo("Deploy ${REGION}");
        administrators("Deploy Asia");
        assertThat(((PolicyDecision.Required) ChangeControl.rule(job, "Production", null))
                        .settings()
                        .standardChangeTemplate())
                .isEqualTo("Deploy Asia");
    }

    // ---- freestyle

    private FreeStyleProject freestyle(String value) throws Exception {
        agent("worker", null);
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "free");
        job.setAssignedLabel(null);
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        mark.setStandardChangeTemplate("Deploy $REGION");
        job.addProperty(mark);
        job.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition("REGION", "Asia"),
                new PasswordParameterDefinition("SECRET", "hunter2", "")));
        ServiceNowGateBuilder builder = new ServiceNowGateBuilder("Production");
        builder.setFields(List.of(new ChangeField("justification", value)));
        job.getBuildersList().add(builder);
        return job;
    }

    @Test
    void aBuildStepHasThem() throws Exception {
        waiting(freestyle("${REGION} of $REGION, $$5").scheduleBuild2(0).waitForStart());
        assertThat(template()).isEqualTo("Deploy Asia");
        assertThat(theChange().get("justification")).isEqualTo("Asia of Asia, $5");
    }

    @Test
    void aSecretIsNoVariable() throws Exception {
        FreeStyleBuild build = jenkins.buildAndAssertStatus(Result.FAILURE, freestyle("It is ${SECRET}"));
        jenkins.assertLogContains("the variable ${SECRET} is not set in this build", build);
        jenkins.assertLogNotContains("hunter2", build);
        assertThat(simulator.requests().count(Endpoint.CREATE_STANDARD)).isZero();
    }

    /** In the queue, only parameters that the job defines count. */
    @Test
    void aJobInTheQueueHasItsParameters() throws Exception {
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "queued");
        ChangeControlJobProperty mark = ControlledJenkins.queuedMark("1 ${REGION}");
        mark.setStandardChangeTemplate("Deploy ${REGION}");
        job.addProperty(mark);
        job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("REGION", "Asia")));
        job.scheduleBuild2(
                0, new Cause.UserIdCause(), new ParametersAction(new StringParameterValue("REGION", "Europe")));
        SimulatedChange change = theChange();
        assertThat(change.get("std_change_producer_version")).isEqualTo("Deploy Europe");
        assertThat(change.get("short_description")).contains("version 1 Europe to");
        await().until(() -> !change.workNotes().isEmpty());
        assertThat(change.workNotes().get(0)).contains("1 Europe");
    }
}
