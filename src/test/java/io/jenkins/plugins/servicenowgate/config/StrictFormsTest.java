package io.jenkins.plugins.servicenowgate.config;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Descriptor;
import hudson.model.FreeStyleProject;
import hudson.model.TopLevelItem;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kohsuke.stapler.Stapler;

/** Crafted forms: values that a browser could not send are rejected, and nothing of the form is applied. */
class StrictFormsTest extends ControlledJenkinsTestBase {
    private ServiceNowGateConfiguration configuration;

    @BeforeEach
    void find() {
        configuration = ServiceNowGateConfiguration.get();
    }

    private HtmlForm system() throws Exception {
        return webWithErrors(ADMIN).goTo("configure").getFormByName("config");
    }

    private HtmlForm form(TopLevelItem item) throws Exception {
        return webWithErrors(ADMIN).getPage(item, "configure").getFormByName("config");
    }

    /** Submits another text for a checkbox. */
    private static void craft(HtmlForm form, String name, String value) {
        List<HtmlElement> boxes = form.getElementsByAttribute("input", "name", name);
        assertThat(boxes).as(name).isNotEmpty();
        HtmlInput box = (HtmlInput) boxes.get(0);
        box.setAttribute("json", value);
        box.setChecked(true);
    }

    private String refused(HtmlForm form) throws Exception {
        HtmlPage answer = jenkins.submit(form);
        String text = answer.getWebResponse().getContentAsString();
        assertThat(answer.getWebResponse().getStatusCode()).isGreaterThanOrEqualTo(400);
        assertThat(text).doesNotContain("\tat ");
        return text;
    }

    @Test
    void theControllersFormIsRefusedAsAWhole() throws Exception {
        Path file = jenkins.jenkins.getRootDir().toPath().resolve(configuration.getId() + ".xml");
        String before = Files.readString(file);
        HtmlForm form = system();
        craft(form, "_.changeControlled", "ture");
        form.getInputByName("_.titlePrefix").setValue("Other");

        assertThat(refused(form)).contains("ture", "changeControlled", "true or false");

        assertThat(configuration.getTitlePrefix()).isEqualTo("Jenkins");
        assertThat(configuration.getEnvironments().get(0).isChangeControlled()).isTrue();
        assertThat(Files.readString(file)).isEqualTo(before);
    }

    /** The values of the controller's form, with one value that no browser sends. */
    private String submitted(String setting, Object value) throws Exception {
        JSONObject environment = new JSONObject();
        environment.put("name", "Production");
        JSONObject agents = new JSONObject();
        agents.put("endWithoutGateMinutes", 10);
        JSONObject form = new JSONObject();
        form.put("titlePrefix", "Other");
        form.put("connections", new JSONArray());
        boolean ofEnvironment = Stream.of(Environment.class.getMethods())
                .anyMatch(method -> method.getName().equalsIgnoreCase("set" + setting));
        boolean ofAgents = setting.equals("gateOpenUntil") || setting.equals("runningWork");
        (ofEnvironment ? environment : ofAgents ? agents : form).put(setting, value);
        form.put("environments", setting.endsWith("Emergency") ? JSONArray.fromObject(environment) : environment);
        form.put("reservedAgents", agents);
        return web(ADMIN).executeOnServer(() -> {
            try {
                configuration.configure(Stapler.getCurrentRequest2(), form);
                return "taken";
            } catch (Descriptor.FormException | IllegalArgumentException e) {
                return e.getMessage();
            }
        });
    }

    @Test
    void theControllersFormTakesTrueAndFalseAlone() throws Exception {
        for (String setting : List.of(
                "enabled",
                "workNotesEnabled",
                "breakGlass",
                "changeControlled",
                "allowEmergency",
                "onlyControlledProjects",
                "separateDuties",
                "standardChangesPreApproved")) {
            for (Object value : List.of("ture", "", "1", 0, "on", new JSONArray(), "null")) {
                assertThat(submitted(setting, value))
                        .as(setting + " " + value)
                        .contains("is not a valid value of " + setting, "true or false");
            }
        }
        for (String setting : List.of(
                "approvalSettings",
                "automaticTransition",
                "afterDeployment",
                "changeTasks",
                "rejected",
                "conflicts",
                "abandonedChange",
                "gateOpenUntil",
                "runningWork")) {
            assertThat(submitted(setting, "ture")).as(setting).contains("\"ture\" is not a valid value of " + setting);
        }
        assertThat(configuration.getTitlePrefix()).isEqualTo("Jenkins");
        assertThat(configuration.getConnections()).hasSize(1);
        assertThat(configuration.isEnabled()).isTrue();
        for (String inherited : List.of("afterDeployment", "changeTasks", "rejected", "conflicts", "abandonedChange")) {
            assertThat(submitted(inherited, "")).as(inherited).isEqualTo("taken");
        }
        assertThat(configuration.getEnvironments().get(0).getRejected()).isNull();
        assertThat(submitted("rejected", "wait")).isEqualTo("taken");
        assertThat(configuration.getEnvironments().get(0).getRejected()).isEqualTo("wait");
        assertThat(submitted("enabled", true)).isEqualTo("taken");
        assertThat(configuration.getTitlePrefix()).isEqualTo("Other");
    }

    /** An unticked checkbox is a valid false. */
    @Test
    void anUntickedBoxIsFalse() throws Exception {
        HtmlForm form = system();
        form.getInputByName("_.enabled").setChecked(false);
        jenkins.assertGoodStatus(jenkins.submit(form));
        assertThat(configuration.isEnabled()).isFalse();
        assertThat(configuration.getEnvironments().get(0).isChangeControlled()).isTrue();
    }

    @Test
    void aFoldersFormTakesTrueAndFalseAlone() throws Exception {
        Folder folder = jenkins.createProject(Folder.class, "ops");
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        mark.setEnvironments(List.of(ControlledJenkins.environment("Staging", true)));
        folder.addProperty(mark);
        HtmlForm form = form(folder);
        // The checkbox of the environment.
        HtmlInput input = (HtmlInput) form.getElementsByAttribute("input", "name", "_.changeControlled")
                .get(1);
        input.setAttribute("json", "ture");
        form.getTextAreaByName("_.description").setText("changed");

        assertThat(refused(form)).contains("changeControlled", "true or false");

        ChangeControlFolderProperty after = folder.getProperties().get(ChangeControlFolderProperty.class);
        assertThat(after.isChangeControlled()).isTrue();
        assertThat(after.getEnvironments().get(0).isChangeControlled()).isTrue();
        folder.doReload();
        assertThat(folder.getProperties().get(ChangeControlFolderProperty.class).isChangeControlled())
                .isTrue();
    }

    /** Attack: whether a job is marked is also submitted as a checkbox. */
    @Test
    void aJobsFormTakesNoOtherTextForNoMark() throws Exception {
        FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "shop", "1");
        HtmlForm form = form(job);
        craft(form, "specified", "ture");

        refused(form);

        assertThat(job.getProperty(ChangeControlJobProperty.class)).isNotNull();
    }

    @Test
    void aBuildStepsFormTakesTrueAndFalseAlone() throws Exception {
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        job.getBuildersList().add(new ServiceNowGateBuilder("Production"));
        HtmlForm form = form(job);
        craft(form, "_.emergency", "ture");

        assertThat(refused(form)).contains("ture", "emergency");

        assertThat(job.getBuildersList().get(ServiceNowGateBuilder.class).isEmergency())
                .isFalse();
    }
}
