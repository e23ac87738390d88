package io.jenkins.plugins.servicenowgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.Util;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.transform.stream.StreamSource;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The precedence of settings: the environment's nearest declaration, then the folders outwards, then the job. */
class ChangeSettingsTest extends ControlledJenkinsTestBase {
    /** Columns: job, outer folder, inner folder, global declaration, outer's, inner's ("-": not declared), effective. */
    private static final String[][] TEMPLATES = {
        {"", "", "", "", "-", "-", null},
        {"job", "", "", "", "-", "-", "job"},
        {"job", "outer", "", "", "-", "-", "outer"},
        {"job", "outer", "inner", "", "-", "-", "inner"},
        {"job", "outer", "inner", "global", "-", "-", "global"},
        {"job", "outer", "inner", "global", "of outer", "-", "of outer"},
        {"job", "outer", "inner", "global", "of outer", "of inner", "of inner"},
        {"job", "outer", "inner", "global", "of outer", "", "of outer"},
        {"job", "outer", "", "global", "", "-", "global"},
        {"job", "outer", "inner", "", "", "", "inner"},
        {"", "", "", "global", "", "-", "global"},
    };

    private static final String[][] TRANSITIONS = {
        {"", "", "", "", "-", "-", "OFF"},
        {"true", "", "", "", "-", "-", "REVIEW"},
        {"true", "false", "", "", "-", "-", "OFF"},
        {"", "close", "", "", "-", "-", "CLOSE"},
        {"", "close", "true", "", "-", "-", "REVIEW"},
        {"true", "true", "true", "false", "-", "-", "OFF"},
        {"", "false", "false", "close", "-", "-", "CLOSE"},
        {"", "", "", "close", "true", "-", "REVIEW"},
        {"", "", "", "close", "true", "false", "OFF"},
        {"", "true", "", "close", "false", "", "OFF"},
        {"", "", "", "close", "true", "", "REVIEW"},
    };

    private Folder outer;
    private Folder inner;
    private FreeStyleProject job;

    @BeforeEach
    void nestFolders() throws Exception {
        outer = jenkins.createProject(Folder.class, "outer");
        inner = outer.createProject(Folder.class, "inner");
        job = inner.createProject(FreeStyleProject.class, "shop");
    }

    private interface Setting<T> {
        void set(T on, String value);
    }

    private PolicyDecision rule(
            String[] row,
            Setting<ChangeControlJobProperty> onJob,
            Setting<ChangeControlFolderProperty> onFolder,
            Setting<Environment> onEnvironment)
            throws Exception {
        job.removeProperty(ChangeControlJobProperty.class);
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        onJob.set(mark, row[0]);
        job.addProperty(mark);
        ServiceNowGateConfiguration.get().setEnvironments(declared(row[3], onEnvironment));
        folder(outer, row[1], declared(row[4], onEnvironment), onFolder);
        folder(inner, row[2], declared(row[5], onEnvironment), onFolder);
        return ChangeControl.rule(job, "Production", null);
    }

    private static void folder(
            Folder folder, String value, List<Environment> declared, Setting<ChangeControlFolderProperty> setting)
            throws Exception {
        ChangeControlFolderProperty property = new ChangeControlFolderProperty();
        setting.set(property, value);
        property.setEnvironments(declared);
        folder.getProperties().replace(property);
    }

    private static List<Environment> declared(String value, Setting<Environment> setting) {
        List<Environment> declared = new ArrayList<>();
        if (!value.equals("-")) {
            Environment environment = ControlledJenkins.environment("Production", true);
            setting.set(environment, value);
            declared.add(environment);
        }
        return declared;
    }

    private static ChangeSettings settings(PolicyDecision decision) {
        return ((PolicyDecision.Required) decision).settings();
    }

    @Test
    void theTemplateIsTheEnvironmentsThenAFoldersThenTheJobs() throws Exception {
        for (String[] row : TEMPLATES) {
            assertThat(settings(rule(
                                    row,
                                    ChangeControlJobProperty::setStandardChangeTemplate,
                                    ChangeControlFolderProperty::setStandardChangeTemplate,
                                    Environment::setStandardChangeTemplate))
                            .standardChangeTemplate())
                    .as(String.join(" | ", row))
                    .isEqualTo(row[6]);
        }
    }

    @Test
    void theTransitionIsTheEnvironmentsThenAFoldersThenTheJobs() throws Exception {
        for (String[] row : TRANSITIONS) {
            assertThat(settings(rule(
                                    row,
                                    (mark, value) -> {
                                        mark.setStandardChangeTemplate("t");
                                        mark.setAutomaticTransition(value);
                                    },
                                    ChangeControlFolderProperty::setAutomaticTransition,
                                    Environment::setAutomaticTransition))
                            .automaticTransition())
                    .as(String.join(" | ", row))
                    .isEqualTo(AutomaticTransition.valueOf(row[6]));
        }
    }

    @Test
    void aTransitionWithoutATemplateIsMisconfigured() throws Exception {
        for (String[] row : TRANSITIONS) {
            PolicyDecision decision = rule(
                    row,
                    (mark, value) -> mark.setAutomaticTransition(value),
                    ChangeControlFolderProperty::setAutomaticTransition,
                    Environment::setAutomaticTransition);
            if (row[6].equals("OFF")) {
                assertThat(decision).isInstanceOf(PolicyDecision.Required.class);
            } else {
                assertThat(((PolicyDecision.Misconfigured) decision).why())
                        .contains("Name a standardChangeTemplate", "or switch automaticTransition off");
            }
        }
    }

    /** One declaration that does not allow it is enough to forbid it. */
    @Test
    void anEmergencyIsAllowedWhereEveryDeclarationAllowsIt() throws Exception {
        for (String[] row : new String[][] {
            {"", "", "", "yes", "-", "-", "true"},
            {"", "", "", "", "-", "-", "false"},
            {"", "", "", "yes", "yes", "yes", "true"},
            {"", "", "", "", "yes", "yes", "false"},
            {"", "", "", "yes", "", "yes", "false"},
            {"", "", "", "yes", "yes", "", "false"},
            {"", "", "", "-", "-", "yes", "true"},
        }) {
            assertThat(settings(rule(
                                    row,
                                    (mark, value) -> {},
                                    (folder, value) -> {},
                                    (environment, value) -> environment.setAllowEmergency(!value.isEmpty())))
                            .allowEmergency())
                    .as(String.join(" | ", row))
                    .isEqualTo(Boolean.parseBoolean(row[6]));
        }
    }

    private static List<ChangeField> fields(String names, String value) {
        List<ChangeField> fields = new ArrayList<>();
        for (String name : Util.tokenize(names)) {
            fields.add(new ChangeField(name, value));
        }
        return fields;
    }

    @Test
    void innerFieldsWinAndDeclarationsWinOverFolders() throws Exception {
        ChangeSettings settings = settings(rule(
                new String[] {"", "a b c", "b c", "c x", "c y", "c z"},
                (mark, value) -> {},
                (folder, value) -> folder.setFields(fields(value, "folder " + value)),
                (environment, value) -> environment.setFields(fields(value, "environment " + value))));

        assertThat(settings.fields())
                .isEqualTo(Map.of(
                        "a",
                        "folder a b c",
                        "b",
                        "folder b c",
                        "c",
                        "environment c z",
                        "x",
                        "environment c x",
                        "y",
                        "environment c y",
                        "z",
                        "environment c z"));
    }

    /** A file that was edited by hand must neither open the gate nor fail it with a stack trace. */
    @Test
    void storedSettingsThatFormsRejectAreMisconfigured() throws Exception {
        rule(
                new String[] {"", "", "", "", "-", "-"},
                (mark, value) -> {},
                (folder, value) -> folder.setAutomaticTransition("false"),
                (environment, value) -> environment.setFields(fields("category", "x")));
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        configuration.save();
        outer.save();
        Path file = Jenkins.get().getRootDir().toPath().resolve(configuration.getId() + ".xml");
        Files.writeString(file, Files.readString(file).replace("<name>category</name>", "<name>approval</name>"));
        configuration.load();
        assertThat(((PolicyDecision.Misconfigured) ChangeControl.rule(job, "Production", null)).why())
                .contains("the field approval can't be set");

        configuration.setEnvironments(List.of(ControlledJenkins.environment("Production", true)));
        outer.updateByXml(new StreamSource(new StringReader(outer.getConfigFile()
                .asString()
                .replace("<automaticTransition>false<", "<automaticTransition>maybe<"))));
        inner.getProperties().clear();
        inner.save();
        assertThat(((PolicyDecision.Misconfigured) ChangeControl.rule(job, "Production", null)).why())
                .contains("\"maybe\" is not a valid value of automaticTransition");
    }
}
