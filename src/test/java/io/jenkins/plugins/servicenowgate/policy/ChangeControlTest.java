package io.jenkins.plugins.servicenowgate.policy;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.Job;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import java.util.List;
import java.util.Map;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlInput;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Marks of jobs and folders: their combined effect, and that inner levels can't remove them. */
class ChangeControlTest extends ControlledJenkinsTestBase {
    private Folder outer;
    private Folder inner;
    private FreeStyleProject job;

    @BeforeEach
    void nestFolders() throws Exception {
        outer = jenkins.createProject(Folder.class, "outer");
        inner = outer.createProject(Folder.class, "inner");
        job = inner.createProject(FreeStyleProject.class, "shop");
    }

    private static ChangeControlFolderProperty mark(Folder folder, boolean controlled) throws Exception {
        ChangeControlFolderProperty property = new ChangeControlFolderProperty();
        property.setChangeControlled(controlled);
        folder.addProperty(property);
        return property;
    }

    private static PolicyDecision required(String connection, String project) {
        return new PolicyDecision.Required(
                connection, project, new ChangeSettings(null, AutomaticTransition.OFF, false, Map.of()));
    }

    private PolicyDecision rule(String environment) {
        return ChangeControl.rule(job, environment, null);
    }

    @Test
    void aFolderMarksEveryJobBelowAndNoInnerItemCanRemoveIt() throws Exception {
        assertThat(rule("Production")).isInstanceOf(PolicyDecision.NotRequired.class);
        mark(outer, true);
        mark(inner, false);

        assertThat(rule("Production")).isEqualTo(required("corp", "outer/inner/shop"));
        assertThat(rule("Dev")).isInstanceOf(PolicyDecision.NotRequired.class);
        assertThat(rule("Prodution")).isInstanceOf(PolicyDecision.Misconfigured.class);
    }

    @Test
    void anEnvironmentStaysControlledWhereverItIsDeclaredAnew() throws Exception {
        mark(outer, true);
        mark(inner, false).setEnvironments(List.of(ControlledJenkins.environment("Production", false)));
        assertThat(rule("Production"))
                .as("declared further in without the mark")
                .isInstanceOf(PolicyDecision.Required.class);

        inner.getProperties()
                .get(ChangeControlFolderProperty.class)
                .setEnvironments(List.of(ControlledJenkins.environment("Dev", true)));
        assertThat(rule("Dev")).as("marked further in").isInstanceOf(PolicyDecision.Required.class);
        assertThat(((PolicyDecision.Misconfigured) rule("Nowhere")).why()).endsWith("Declared: Dev, Production");
    }

    @Test
    void theJobsNameIsTheProjectUnlessTheMarkOrTheStepNamesAnother() throws Exception {
        ChangeControlJobProperty property = new ChangeControlJobProperty();
        job.addProperty(property);
        assertThat(rule("Production")).isEqualTo(required("corp", "outer/inner/shop"));
        property.setProject("Shop");
        assertThat(rule("Production")).isEqualTo(required("corp", "Shop"));
        assertThat(ChangeControl.rule(job, "Production", "Other")).isEqualTo(required("corp", "Other"));
    }

    /**
     * A connection that the job chooses, to an instance where everything is approved, must not override its folder's.
     */
    @Test
    void theConnectionComesFromEnvironmentThenFolderThenJob() throws Exception {
        ServiceNowGateConfiguration.get()
                .setConnections(List.of(
                        ControlledJenkins.connection("corp", simulator),
                        ControlledJenkins.connection("sandbox", simulator),
                        ControlledJenkins.connection("third", simulator)));
        ChangeControlJobProperty property = new ChangeControlJobProperty();
        job.addProperty(property);
        assertThat(((PolicyDecision.Misconfigured) rule("Production")).why())
                .contains("Name one of: corp, sandbox, third");
        property.setConnection("sandbox");
        assertThat(rule("Production")).isEqualTo(required("sandbox", "outer/inner/shop"));
        mark(outer, true).setConnection("corp");
        assertThat(rule("Production")).isEqualTo(required("corp", "outer/inner/shop"));
        Environment environment = ControlledJenkins.environment("Production", true);
        environment.setConnection("third");
        ServiceNowGateConfiguration.get().setEnvironments(List.of(environment));
        assertThat(rule("Production")).isEqualTo(required("third", "outer/inner/shop"));
        ServiceNowGateConfiguration.get().setConnections(List.of(ControlledJenkins.connection("corp", simulator)));
        assertThat(((PolicyDecision.Misconfigured) rule("Production")).why())
                .contains("there is no ServiceNow connection \"third\". Declared: corp");
    }

    @Test
    void formsKeepWhatTheyShow() throws Exception {
        ChangeControlJobProperty property = new ChangeControlJobProperty();
        property.setConnection("corp");
        property.setProject("Shop");
        property.setStandardChangeTemplate("Deploy shop");
        property.setAutomaticTransition("true");
        property.setEnvironment("Production");
        property.setVersion("${TAG}");
        job.addProperty(property);
        ChangeControlFolderProperty folderProperty = mark(outer, true);
        folderProperty.setConnection("corp");
        folderProperty.setStandardChangeTemplate("Deploy anything");
        folderProperty.setAutomaticTransition("false");
        folderProperty.setFields(List.of(new ChangeField("assignment_group", "CAB"), new ChangeField("category", "")));
        Environment environment = ControlledJenkins.environment("Staging", true);
        environment.setConnection("corp");
        environment.setStandardChangeTemplate("Deploy to staging");
        environment.setAutomaticTransition("close");
        environment.setAllowEmergency(true);
        environment.setFields(List.of(new ChangeField("description", "a=b")));
        folderProperty.setEnvironments(List.of(environment));

        asAdministrator().configRoundtrip((Job<?, ?>) job);
        asAdministrator().configRoundtrip(outer);

        jenkins.assertEqualDataBoundBeans(property, job.getProperty(ChangeControlJobProperty.class));
        jenkins.assertEqualDataBoundBeans(folderProperty, outer.getProperties().get(ChangeControlFolderProperty.class));
        ChangeControlFolderProperty kept = outer.getProperties().get(ChangeControlFolderProperty.class);
        assertThat(ChangeField.toMap(kept.getFields())).isEqualTo(Map.of("assignment_group", "CAB", "category", ""));
        assertThat(kept.getEnvironments().get(0).getAutomaticTransition()).isEqualTo("close");
        assertThat(ChangeField.toMap(kept.getEnvironments().get(0).getFields()))
                .isEqualTo(Map.of("description", "a=b"));
        FreeStyleProject free = ControlledJenkins.create(jenkins, FreeStyleProject.class, "free");
        asAdministrator().configRoundtrip((Job<?, ?>) free);
        assertThat(free.getProperty(ChangeControlJobProperty.class)).isNull();
    }

    @Test
    void aFolderRefusesFieldsThatCannotBeSetAndKeepsItsOwn() throws Exception {
        mark(outer, true).setFields(List.of(new ChangeField("assignment_group", "CAB")));
        outer.save();
        HtmlForm form = webWithErrors(ADMIN).getPage(outer, "configure").getFormByName("config");
        for (HtmlElement input : form.getElementsByAttribute("input", "name", "_.name")) {
            if (((HtmlInput) input).getValue().equals("assignment_group")) {
                ((HtmlInput) input).setValue("state");
            }
        }
        assertThat(jenkins.submit(form).getWebResponse().getContentAsString())
                .contains("the field state can't be set from Jenkins")
                .doesNotContain("\tat ");
        outer.doReload();
        assertThat(ChangeField.toMap(outer.getProperties()
                        .get(ChangeControlFolderProperty.class)
                        .getFields()))
                .isEqualTo(Map.of("assignment_group", "CAB"));
    }

    @Test
    void aPipelineSetsTemplateAndTransition() throws Exception {
        WorkflowJob pipeline = ControlledJenkins.create(jenkins, WorkflowJob.class, "by-properties");
        pipeline.setDefinition(new CpsFlowDefinition(
                "properties([changeControl(standardChangeTemplate: 'x', automaticTransition: true,"
                        + " environment: 'Production', version: '1')])",
                true));
        jenkins.buildAndAssertSuccess(pipeline);
        ChangeControlJobProperty property = pipeline.getProperty(ChangeControlJobProperty.class);
        assertThat(property.getEnvironment()).isEqualTo("Production");
        assertThat(property.getVersion()).isEqualTo("1");
        assertThat(((PolicyDecision.Required) ChangeControl.rule(pipeline, "Production", null)).settings())
                .isEqualTo(new ChangeSettings("x", AutomaticTransition.REVIEW, false, Map.of()));
    }

    @Test
    void theMarkCanBeSetByAPipelineButNotTakenOffWhereAFolderSetIt() throws Exception {
        WorkflowJob pipeline = ControlledJenkins.create(jenkins, WorkflowJob.class, "by-properties");
        pipeline.setDefinition(
                new CpsFlowDefinition("properties([changeControl(connection: 'corp', project: 'P')])", true));
        jenkins.buildAndAssertSuccess(pipeline);
        assertThat(ChangeControl.rule(pipeline, "Production", null)).isEqualTo(required("corp", "P"));

        mark(outer, true);
        WorkflowJob inFolder = inner.createProject(WorkflowJob.class, "unmarks");
        inFolder.setDefinition(new CpsFlowDefinition("properties([])", true));
        jenkins.buildAndAssertSuccess(inFolder);
        assertThat(ChangeControl.rule(inFolder, "Production", null)).isInstanceOf(PolicyDecision.Required.class);
    }
}
