package io.jenkins.plugins.servicenowgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.MappedProject;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** If administrators decide the approval settings, inner levels may only repeat the same values. */
class ApprovalSettingsTest extends ControlledJenkinsTestBase {
    private Folder outer;
    private Folder inner;
    private FreeStyleProject job;
    private Environment production;

    @BeforeEach
    void nestFolders() throws Exception {
        outer = jenkins.createProject(Folder.class, "outer");
        inner = outer.createProject(Folder.class, "inner");
        job = inner.createProject(FreeStyleProject.class, "shop");
        job.addProperty(new ChangeControlJobProperty());
        simulator.addTemplate("Deploy", true, Map.of());
        ServiceNowGateConfiguration.get()
                .setConnections(List.of(
                        ControlledJenkins.connection("corp", simulator),
                        ControlledJenkins.connection("test", simulator)));
        production = administrators("corp");
        production.setStandardChangeTemplate("Deploy");
        production.setFields(List.of(new ChangeField("category", "Software")));
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
    }

    private static Environment administrators(String connection) {
        Environment environment = ControlledJenkins.environment("Production", true);
        environment.setApprovalSettings("administrator");
        environment.setConnection(connection);
        return environment;
    }

    private void mark(Consumer<ChangeControlJobProperty> settings) throws Exception {
        job.removeProperty(ChangeControlJobProperty.class);
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        settings.accept(mark);
        job.addProperty(mark);
    }

    private static void of(Folder folder, Consumer<ChangeControlFolderProperty> settings) throws Exception {
        ChangeControlFolderProperty property = new ChangeControlFolderProperty();
        settings.accept(property);
        folder.getProperties().replace(property);
    }

    private static void declares(Folder folder, Consumer<Environment> settings) throws Exception {
        Environment again = ControlledJenkins.environment("Production", true);
        settings.accept(again);
        of(folder, property -> property.setEnvironments(List.of(again)));
    }

    private PolicyDecision rule() {
        return ChangeControl.rule(job, "Production", null);
    }

    private void refused(String setting, String value, String place) {
        assertThat(rule())
                .isInstanceOfSatisfying(
                        PolicyDecision.Misconfigured.class,
                        wrong -> assertThat(wrong.why())
                                .startsWith("Refused: " + place + " sets " + setting + " to \"" + value + "\"")
                                .contains("administrators decide this setting", "Remove the setting"));
    }

    private ChangeSettings required() {
        PolicyDecision ruling = rule();
        assertThat(ruling).isInstanceOf(PolicyDecision.Required.class);
        assertThat(((PolicyDecision.Required) ruling).connection()).isEqualTo("corp");
        return ((PolicyDecision.Required) ruling).settings();
    }

    // ---- the job

    @Test
    void aJobMayOnlyRepeatTheSettings() throws Exception {
        mark(mark -> mark.setConnection("test"));
        refused("connection", "test", "the job or step");
        mark(mark -> mark.setStandardChangeTemplate("Quick"));
        refused("standardChangeTemplate", "Quick", "the job or step");
        mark(mark -> mark.setAutomaticTransition("true"));
        refused("automaticTransition", "true", "the job or step");
        mark(mark -> mark.setAutomaticTransition("close"));
        refused("automaticTransition", "close", "the job or step");
        mark(mark -> mark.setProject("approved"));
        refused("project", "approved", "the job or step");

        mark(mark -> {
            mark.setConnection("corp");
            mark.setStandardChangeTemplate("Deploy");
            mark.setAutomaticTransition("false");
            mark.setProject("outer/inner/shop");
        });
        assertThat(required().standardChangeTemplate()).isEqualTo("Deploy");
    }

    @Test
    void aStepMayOnlyRepeatTheProject() {
        assertThat(ChangeControl.rule(job, "Production", "outer/inner/shop"))
                .isInstanceOf(PolicyDecision.Required.class);
        assertThat(ChangeControl.rule(job, "Production", "other")).isInstanceOf(PolicyDecision.Misconfigured.class);
    }

    /** Names and templates are compared character by character, apart from blanks around them. */
    @Test
    void otherSpellings() throws Exception {
        production.setAllowedTemplates(List.of("Quick"));
        for (String template : List.of("quick", "Quick ", "deploy", "Qu\u0456ck")) {
            mark(mark -> mark.setStandardChangeTemplate(template));
            if (template.strip().equals("Quick")) {
                assertThat(required().standardChangeTemplate()).isEqualTo("Quick");
            } else {
                refused("standardChangeTemplate", template, "the job or step");
            }
        }
        mark(mark -> {});
        for (String name : List.of(" Production", "Production\t")) {
            Environment again = ControlledJenkins.environment(name, false);
            again.setConnection("test");
            of(inner, property -> property.setEnvironments(List.of(again)));
            refused("connection", "test", "the folder outer/inner");
        }
        // A name in another case is another environment: it does not change what holds for this one.
        Environment other = ControlledJenkins.environment("production", false);
        other.setConnection("test");
        of(inner, property -> property.setEnvironments(List.of(other)));
        assertThat(required().standardChangeTemplate()).isEqualTo("Deploy");
        for (String name : List.of(" Production", "Production ", "PRODUCTION")) {
            assertThat(ChangeControl.rule(job, name, null)).isInstanceOf(PolicyDecision.Misconfigured.class);
        }
    }

    // ---- what becomes of the change

    @Test
    void theNearestSettingsAboutTheEndApplyAndRefusingWins() throws Exception {
        production.setApprovalSettings("job");
        production.setAfterDeployment("close");
        production.setRejected("wait");
        production.setAbandonedChange("cancel");
        assertThat(required().ending()).isEqualTo(new ChangeEnding("close", false, true, true));

        of(outer, property -> {
            property.setAfterDeployment("review");
            property.setChangeTasks("close");
            property.setAbandonedChange("keep");
        });
        assertThat(required().ending())
                .as("an environment precedes a folder")
                .isEqualTo(new ChangeEnding("close", true, true, true));
        declares(inner, environment -> {
            environment.setAfterDeployment("review");
            environment.setAbandonedChange("keep");
        });
        assertThat(required().ending()).isEqualTo(new ChangeEnding("review", true, true, false));
        declares(inner, environment -> environment.setRejected("refuse"));
        assertThat(required().ending()).isEqualTo(new ChangeEnding("close", true, false, true));
    }

    @Test
    void whereAdministratorsDecideTheEndMayOnlyBeRepeated() throws Exception {
        production.setRejected("wait");
        declares(inner, environment -> environment.setRejected("refuse"));
        refused("rejected", "refuse", "the folder outer/inner");
        declares(inner, environment -> environment.setRejected("wait"));
        assertThat(required().ending().waitsAfterRejection()).isTrue();
        of(inner, property -> property.setAbandonedChange("cancel"));
        refused("abandonedChange", "cancel", "the folder outer/inner");
        of(inner, property -> property.setAbandonedChange("keep"));
        assertThat(required().ending().cancelsAbandoned()).isFalse();
        of(inner, property -> property.setAfterDeployment("review"));
        assertThat(required().ending().afterDeployment())
                .as("it does not affect the approval")
                .isEqualTo("review");
    }

    @Test
    void theStrictestDeclarationOfConflictsApplies() throws Exception {
        production.setApprovalSettings("job");
        assertThat(required().conflicts()).isEqualTo(ConflictPolicy.UNSET);
        production.setConflicts("wait");
        declares(inner, environment -> environment.setConflicts("tell"));
        assertThat(required().conflicts()).isEqualTo(ConflictPolicy.WAIT);
        declares(inner, environment -> environment.setConflicts("refuse"));
        assertThat(required().conflicts()).isEqualTo(ConflictPolicy.REFUSE);
        production.setConflicts("tell");
        declares(inner, environment -> {});
        assertThat(required().conflicts()).isEqualTo(ConflictPolicy.TELL);
    }

    @Test
    void whereAdministratorsDecideConflictsMayOnlyBeRepeated() throws Exception {
        declares(inner, environment -> environment.setConflicts("wait"));
        refused("conflicts", "wait", "the folder outer/inner");
        production.setConflicts("refuse");
        refused("conflicts", "wait", "the folder outer/inner");
        declares(inner, environment -> environment.setConflicts("refuse"));
        assertThat(required().conflicts()).isEqualTo(ConflictPolicy.REFUSE);
    }

    @Test
    void theModelIsThatOfTheNearestDeclarationOrTheAdministrators() throws Exception {
        production.setStandardChangeTemplate(null);
        production.setApprovalSettings("job");
        production.setChangeModel("Low risk");
        assertThat(required().changeModel()).isEqualTo("Low risk");
        declares(inner, environment -> environment.setChangeModel("Patching"));
        assertThat(required().changeModel()).isEqualTo("Patching");
        production.setApprovalSettings("administrator");
        refused("changeModel", "Patching", "the folder outer/inner");
        declares(inner, environment -> environment.setChangeModel("Low risk"));
        assertThat(required().changeModel()).isEqualTo("Low risk");
        production.setChangeModel(null);
        refused("changeModel", "Low risk", "the folder outer/inner");
    }

    @Test
    void aModelAndATemplateTogetherAreAnError() {
        production.setChangeModel("Low risk");
        assertThat(rule())
                .isInstanceOfSatisfying(
                        PolicyDecision.Misconfigured.class,
                        wrong -> assertThat(wrong.why())
                                .contains("(changeModel: Low risk)", "Standard change template (Deploy)"));
    }

    // ---- folders

    @Test
    void aFolderMayOnlyRepeatTheSettings() throws Exception {
        for (Folder folder : List.of(outer, inner)) {
            String place = "the folder " + folder.getFullName();
            of(folder, property -> property.setConnection("test"));
            refused("connection", "test", place);
            of(folder, property -> property.setStandardChangeTemplate("Quick"));
            refused("standardChangeTemplate", "Quick", place);
            of(folder, property -> property.setAutomaticTransition("true"));
            refused("automaticTransition", "true", place);
            of(folder, property -> property.setFields(List.of(new ChangeField("category", "Quick"))));
            refused("category", "Quick", place);
            of(folder, property -> property.setFields(List.of(new ChangeField("assignment_group", "Mine"))));
            refused("assignment_group", "Mine", place);
            of(folder, property -> {
                property.setConnection("corp");
                property.setStandardChangeTemplate("Deploy");
                property.setFields(
                        List.of(new ChangeField("category", "Software"), new ChangeField("description", "x")));
            });
            assertThat(required().fields())
                    .containsEntry("category", "Software")
                    .containsEntry("description", "x");
        }
    }

    @Test
    void anInnerDeclarationMayOnlyRepeatTheSettings() throws Exception {
        for (Folder folder : List.of(outer, inner)) {
            String place = "the folder " + folder.getFullName();
            declares(folder, again -> again.setConnection("test"));
            refused("connection", "test", place);
            declares(folder, again -> again.setStandardChangeTemplate("Quick"));
            refused("standardChangeTemplate", "Quick", place);
            declares(folder, again -> again.setAutomaticTransition("close"));
            refused("automaticTransition", "close", place);
            declares(folder, again -> again.setFields(List.of(new ChangeField("risk", "4"))));
            refused("risk", "4", place);
            declares(folder, again -> again.setConnection("corp"));
            required();
        }
    }

    /** Attack: the inner folder removes or overrides the administrators' decision. */
    @Test
    void anInnerDeclarationCanNotWeakenIt() throws Exception {
        declares(inner, again -> again.setApprovalSettings("job"));
        mark(mark -> mark.setConnection("test"));
        refused("connection", "test", "the job or step");
        for (String settings : List.of("job", "administrator")) {
            declares(inner, again -> {
                again.setApprovalSettings(settings);
                again.setAllowedTemplates(List.of("Quick"));
                again.setJobFields(List.of("risk"));
                again.setProjects(List.of(new MappedProject("outer/inner/shop", "approved")));
                again.setAllowEmergency(true);
            });
            mark(mark -> mark.setStandardChangeTemplate("Quick"));
            refused("standardChangeTemplate", "Quick", "the job or step");
            mark(mark -> mark.setProject("approved"));
            refused("project", "approved", "the job or step");
            mark(mark -> {});
            assertThat(required().mayBeSet("risk", "4")).isFalse();
            assertThat(required().allowEmergency()).isFalse();
            assertThat(((PolicyDecision.Required) rule()).project()).isEqualTo("outer/inner/shop");
        }
    }

    /** Values outside the declaration apply as usual; inner levels may only repeat the resulting value. */
    @Test
    void settingsOfOuterLevelsApply() throws Exception {
        Environment open = ControlledJenkins.environment("Production", true);
        open.setConnection("corp");
        open.setFields(List.of(new ChangeField("risk", "2")));
        ServiceNowGateConfiguration.get().setEnvironments(List.of(open));
        Environment decided = administrators("");
        decided.setFields(List.of(new ChangeField("category", "B")));
        of(outer, property -> {
            property.setEnvironments(List.of(decided));
            property.setFields(List.of(new ChangeField("category", "A")));
        });
        assertThat(required().fields()).containsEntry("category", "B").containsEntry("risk", "2");

        mark(mark -> mark.setConnection("test"));
        refused("connection", "test", "the job or step");
        mark(mark -> {});
        // Attack: a value of an outer level that does not apply there.
        of(inner, property -> property.setFields(List.of(new ChangeField("category", "A"))));
        refused("category", "A", "the folder outer/inner");
        of(inner, property -> property.setFields(List.of(new ChangeField("category", "B"))));
        assertThat(required().fields()).containsEntry("category", "B");
    }

    @Test
    void theOnlyConnectionMayBeNamed() throws Exception {
        ServiceNowGateConfiguration.get().setConnections(List.of(ControlledJenkins.connection("corp", simulator)));
        production.setConnection("");
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        mark(mark -> mark.setConnection("corp"));
        required();
        mark(mark -> mark.setConnection("test"));
        refused("connection", "test", "the job or step");
    }

    /** With several connections and no decision, inner levels can't choose one. */
    @Test
    void aConnectionThatWasLeftOpenIsNotChosenByInnerLevels() throws Exception {
        production.setConnection("");
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        assertThat(rule()).isInstanceOf(PolicyDecision.Misconfigured.class);
        mark(mark -> mark.setConnection("test"));
        refused("connection", "test", "the job or step");
    }

    // ---- what administrators allow

    @Test
    void aJobMayChooseAnAllowedTemplate() throws Exception {
        production.setAllowedTemplates(List.of("Quick", "Slow"));
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        mark(mark -> mark.setStandardChangeTemplate("Slow"));
        assertThat(required().standardChangeTemplate()).isEqualTo("Slow");
        mark(mark -> mark.setStandardChangeTemplate("slow"));
        refused("standardChangeTemplate", "slow", "the job or step");
        mark(mark -> mark.setStandardChangeTemplate("Quick, Slow"));
        refused("standardChangeTemplate", "Quick, Slow", "the job or step");
        of(inner, property -> property.setStandardChangeTemplate("Quick"));
        mark(mark -> {});
        assertThat(required().standardChangeTemplate()).isEqualTo("Quick");
    }

    @Test
    void aStepMaySetDescriptiveAndAllowedFields() throws Exception {
        production.setJobFields(List.of("assignment_group", "approval"));
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        ChangeSettings settings = required();
        for (String column : List.of(
                "description",
                "justification",
                "implementation_plan",
                "test_plan",
                "backout_plan",
                "start_date",
                "end_date",
                "assignment_group")) {
            assertThat(settings.mayBeSet(column, "x")).as(column).isTrue();
        }
        assertThat(settings.mayBeSet("category", "Software")).as("the same").isTrue();
        assertThat(settings.mayBeSet("category", "software")).isFalse();
        assertThat(settings.mayBeSet("cmdb_ci", "x")).isFalse();
        assertThat(settings.mayBeSet("risk", "")).isFalse();
    }

    @Test
    void projectsMayHaveNamesOfTheirOwn() throws Exception {
        production.setProjects(List.of(
                new MappedProject("outer/inner/other", "Bank"), new MappedProject("outer/inner/shop", "Web shop")));
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        required();
        assertThat(((PolicyDecision.Required) rule()).project()).isEqualTo("Web shop");
        mark(mark -> mark.setProject("Web shop"));
        required();
        mark(mark -> mark.setProject("Bank"));
        refused("project", "Bank", "the job or step");
        mark(mark -> mark.setProject("outer/inner/shop"));
        refused("project", "outer/inner/shop", "the job or step");
    }

    /** Otherwise the change that is approved for the other job would release this one, too. */
    @Test
    void aNameThatIsMappedToAnotherJobIsRefused() throws Exception {
        production.setProjects(List.of(new MappedProject("outer/inner/bank", "outer/inner/shop")));
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        assertThat(rule())
                .isInstanceOfSatisfying(
                        PolicyDecision.Misconfigured.class,
                        wrong -> assertThat(wrong.why())
                                .contains("give the name \"outer/inner/shop\" to another job", "a name of its own"));
        production.setProjects(List.of(
                new MappedProject("outer/inner/bank", "outer/inner/shop"),
                new MappedProject("outer/inner/shop", "Web shop")));
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        assertThat(((PolicyDecision.Required) rule()).project()).isEqualTo("Web shop");
    }
}
