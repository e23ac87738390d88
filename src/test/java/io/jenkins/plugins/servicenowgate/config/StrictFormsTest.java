package io.jenkins.plugins.servicenowgate.config;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.TopLevelItem;
import io.jenkins.plugins.servicenowgate.control.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.control.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.UnderControl;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlOption;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.html.HtmlSelect;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms that somebody made by hand: what a browser could not send is refused, and nothing of the form is taken. */
class StrictFormsTest extends UnderControl {
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

    /** The tick is sent with a text of its own. */
    private static void craft(HtmlForm form, String name, String value) {
        List<HtmlElement> boxes = form.getElementsByAttribute("input", "name", name);
        assertThat(boxes).as(name).isNotEmpty();
        HtmlInput box = (HtmlInput) boxes.get(0);
        box.setAttribute("json", value);
        box.setChecked(true);
    }

    private static void choose(HtmlForm form, String name, String value) {
        HtmlSelect select = form.getSelectsByName(name).get(0);
        HtmlOption option = option(select, value);
        select.appendOption(option);
        option.setSelected(true);
    }

    private static HtmlOption option(HtmlSelect select, String value) {
        HtmlOption option = (HtmlOption) select.getOption(0).cloneNode(true);
        option.setValueAttribute(value);
        option.setText(value);
        return option;
    }

    private String refused(HtmlForm form) throws Exception {
        HtmlPage answer = jenkins.submit(form);
        String text = answer.getWebResponse().getContentAsString();
        assertThat(answer.getWebResponse().getStatusCode()).isGreaterThanOrEqualTo(400);
        assertThat(text).doesNotContain("\tat ");
        return text;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_.enabled",
                "_.workNotesEnabled",
                "_.breakGlass",
                "_.changeControlled",
                "_.allowEmergency",
                "_.onlyControlledProjects"
            })
    void theControllersFormTakesTrueAndFalseAlone(String setting) throws Exception {
        Path file = jenkins.jenkins.getRootDir().toPath().resolve(configuration.getId() + ".xml");
        String before = Files.readString(file);
        HtmlForm form = system();
        craft(form, setting, "ture");
        form.getInputByName("_.titlePrefix").setValue("Other");

        assertThat(refused(form)).contains("ture", setting.substring(2), "true or false");

        assertThat(configuration.isEnabled()).isTrue();
        assertThat(configuration.getTitlePrefix()).isEqualTo("Jenkins");
        assertThat(configuration.getEnvironments().get(0).isChangeControlled()).isTrue();
        assertThat(Files.readString(file)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"approvalSettings", "automaticTransition", "gateOpenUntil", "runningWork"})
    void theControllersFormTakesTheValuesOfTheContractAlone(String setting) throws Exception {
        HtmlForm form = system();
        choose(form, "_." + setting, "ture");
        form.getInputByName("_.titlePrefix").setValue("Other");

        assertThat(refused(form)).contains("ture", setting);

        assertThat(configuration.getTitlePrefix()).isEqualTo("Jenkins");
    }

    /** An administrator who unticks the switch means it. */
    @Test
    void anUntickedBoxIsFalse() throws Exception {
        HtmlForm form = system();
        form.getInputByName("_.enabled").setChecked(false);
        jenkins.assertGoodStatus(jenkins.submit(form));
        assertThat(configuration.isEnabled()).isFalse();
        assertThat(configuration.getEnvironments().get(0).isChangeControlled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ture", "", "1", "on"})
    void aFoldersFormTakesTrueAndFalseAlone(String value) throws Exception {
        Folder folder = jenkins.createProject(Folder.class, "ops");
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        mark.setEnvironments(List.of(ControlledJenkins.environment("Staging", true)));
        folder.addProperty(mark);
        HtmlForm form = form(folder);
        for (int box = 0; box < 2; box++) {
            HtmlInput input = (HtmlInput) form.getElementsByAttribute("input", "name", "_.changeControlled")
                    .get(box);
            // The attribute counts only where it says something.
            input.setAttribute("json", value.isEmpty() ? " " : value);
        }
        form.getTextAreaByName("_.description").setText("changed");

        assertThat(refused(form)).contains("changeControlled", "true or false");

        ChangeControlFolderProperty after = folder.getProperties().get(ChangeControlFolderProperty.class);
        assertThat(after.isChangeControlled()).isTrue();
        assertThat(after.getEnvironments().get(0).isChangeControlled()).isTrue();
        folder.doReload();
        assertThat(folder.getProperties().get(ChangeControlFolderProperty.class).isChangeControlled())
                .isTrue();
    }

    /** The attack: whether the job is marked at all is a tick of the form too. */
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
