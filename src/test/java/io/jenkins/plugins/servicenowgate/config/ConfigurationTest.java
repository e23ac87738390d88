package io.jenkins.plugins.servicenowgate.config;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlInput;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.junit.jupiter.api.Test;

/** The settings in configuration as code, in the form and in the file. */
class ConfigurationTest extends ControlledJenkinsTestBase {
    private static void configure(String yaml) throws Exception {
        ConfigurationAsCode.get()
                .configure(ConfigurationTest.class.getResource(yaml).toString());
    }

    @Test
    void readsAndWritesTheContractsYaml() throws Exception {
        configure("everything.yaml");
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        assertThat(configuration.isEnabled()).isTrue();
        assertThat(configuration.getTitlePrefix()).isEqualTo("Octopus");
        assertThat(configuration.getPollIntervalSeconds()).isEqualTo(30);
        assertThat(configuration.getConnections()).singleElement().satisfies(connection -> {
            assertThat(connection.getName()).isEqualTo("corp");
            assertThat(connection.getBaseUrl()).isEqualTo("https://corp.service-now.com");
            assertThat(connection.getClientId()).isEqualTo("0a1b2c");
            assertThat(connection.getClientSecretId()).isEqualTo("servicenow-client");
            assertThat(connection.getUserCredentialsId()).isEqualTo("servicenow-user");
        });
        assertThat(configuration.getEnvironments())
                .extracting(Environment::getName, Environment::isChangeControlled)
                .containsExactly(tuple("Production", true), tuple("Dev", false));

        assertThat(configuration.isWorkNotesEnabled()).isFalse();
        assertSettings(configuration);

        ByteArrayOutputStream export = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(export);
        assertThat(export.toString(StandardCharsets.UTF_8))
                .contains(
                        "serviceNowGate:",
                        "titlePrefix: \"Octopus\"",
                        "clientSecretId: \"servicenow-client\"",
                        "workNotesEnabled: false",
                        "standardChangeTemplate: \"Deploy shop\"",
                        "automaticTransition: \"true\"",
                        "automaticTransition: \"close\"",
                        "allowEmergency: true",
                        "changeModel: \"Low risk\"",
                        "conflicts: \"wait\"",
                        "agentLabel: \"production && linux\"",
                        "onlyControlledProjects: true",
                        "breakGlass: true",
                        "endWithoutGateMinutes: 20",
                        "gateOpenUntil: \"node\"",
                        "runningWork: \"abort\"",
                        "- name: \"assignment_group\"",
                        "value: \"CAB\"");

        asAdministrator().configRoundtrip();
        assertThat(configuration.getConnections())
                .containsExactly(new ServiceNowConnection(
                        "corp", "https://corp.service-now.com", "0a1b2c", "servicenow-client", "servicenow-user"));
        assertThat(configuration.getEnvironments())
                .extracting(Environment::getChangeModel, Environment::getConflicts)
                .containsExactly(tuple("", null), tuple("Low risk", "wait"));
        assertThat(configuration.getTitlePrefix()).isEqualTo("Octopus");
        assertThat(configuration.getPollIntervalSeconds()).isEqualTo(30);
        assertThat(configuration.isEnabled()).isTrue();
        assertThat(configuration.isWorkNotesEnabled()).isFalse();
        assertSettings(configuration);
        assertSettings(new ServiceNowGateConfiguration());
    }

    private static void assertSettings(ServiceNowGateConfiguration configuration) {
        assertThat(configuration.getEnvironments())
                .extracting(
                        Environment::getStandardChangeTemplate,
                        Environment::getAutomaticTransition,
                        Environment::isAllowEmergency,
                        Environment::getAgentLabel,
                        Environment::isOnlyControlledProjects,
                        environment -> ChangeField.toMap(environment.getFields()))
                .containsExactly(
                        tuple(
                                "Deploy shop",
                                "true",
                                true,
                                "production && linux",
                                true,
                                Map.of("assignment_group", "CAB", "start_date", "2026-12-01 20:00:00")),
                        tuple("", "close", false, "", false, Map.of()));
        assertThat(configuration.isBreakGlass()).isTrue();
        assertThat(configuration.getReservedAgents().getEndWithoutGateMinutes()).isEqualTo(20);
        assertThat(configuration.getReservedAgents().until()).isEqualTo(ReservedAgents.Until.NODE);
        assertThat(configuration.getReservedAgents().running()).isEqualTo(ReservedAgents.Running.ABORT);
    }

    @Test
    void aRefusedFormShowsTheReasonAndChangesNothing() throws Exception {
        configure("everything.yaml");
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        Path file = jenkins.jenkins.getRootDir().toPath().resolve(configuration.getId() + ".xml");
        String before = Files.readString(file);
        for (String[] entry : new String[][] {
            {"assignment_group", "approval", "the field approval can't be set from Jenkins"},
            {"start_date", "assignment_group", "the field assignment_group is given twice"},
            {"Dev", "Production", "two environments with the name"}
        }) {
            HtmlForm form = webWithErrors(ADMIN).goTo("configure").getFormByName("config");
            for (HtmlElement input : form.getElementsByAttribute("input", "name", "_.name")) {
                if (((HtmlInput) input).getValue().equals(entry[0])) {
                    ((HtmlInput) input).setValue(entry[1]);
                }
            }
            form.getInputByName("_.titlePrefix").setValue("Changed");
            form.getInputByName("_.pollIntervalSeconds").setValue("77");
            assertThat(jenkins.submit(form).getWebResponse().getContentAsString())
                    .contains(entry[2])
                    .doesNotContain("\tat ");
        }
        assertThat(configuration.getTitlePrefix()).isEqualTo("Octopus");
        assertThat(configuration.getPollIntervalSeconds()).isEqualTo(30);
        assertSettings(configuration);
        assertThat(Files.readString(file)).isEqualTo(before);
    }

    @Test
    void workNotesAreOnByDefault() throws Exception {
        configure("switched-off.yaml");
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        assertThat(configuration.isWorkNotesEnabled()).isTrue();
        asAdministrator().configRoundtrip();
        assertThat(configuration.isWorkNotesEnabled()).isTrue();
        configuration.setWorkNotesEnabled(false);
        assertThat(new ServiceNowGateConfiguration().isWorkNotesEnabled()).isFalse();
        asAdministrator().configRoundtrip();
        assertThat(configuration.isWorkNotesEnabled()).isFalse();
        HtmlForm form = web(ADMIN).goTo("configure").getFormByName("config");
        form.getInputByName("_.workNotesEnabled").setChecked(true);
        jenkins.submit(form);
        assertThat(configuration.isWorkNotesEnabled()).isTrue();
    }

    /** Bound in the same way as by Job DSL and pipelines. */
    @Test
    void scriptsMayWriteTheTransitionAsABoolean() throws Exception {
        configure("switched-off.yaml");
        for (Object[] entry : new Object[][] {{true, "true"}, {false, "false"}, {"true", "true"}, {"close", "close"}}) {
            Map<String, Object> environment = Map.of(
                    "name",
                    "Production",
                    "automaticTransition",
                    entry[0],
                    "fields",
                    List.of(Map.of("name", "category", "value", "x")));
            Environment bound = DescribableModel.of(Environment.class).instantiate(environment, null);
            assertThat(bound.getAutomaticTransition()).isEqualTo(entry[1]);
            assertThat(ChangeField.toMap(bound.getFields())).isEqualTo(Map.of("category", "x"));
            ChangeControlFolderProperty folder = DescribableModel.of(ChangeControlFolderProperty.class)
                    .instantiate(Map.of("automaticTransition", entry[0], "environments", List.of(environment)), null);
            assertThat(folder.getAutomaticTransition()).isEqualTo(entry[1]);
            assertThat(folder.getEnvironments().get(0).getAutomaticTransition()).isEqualTo(entry[1]);
        }
    }

    @Test
    void isOffOnlyIfItWasSwitchedOff() throws Exception {
        configure("switched-off.yaml");
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        assertThat(configuration.isEnabled()).isFalse();
        assertThat(Jenkins.get()
                        .getAdministrativeMonitor(EnforcementDisabledMonitor.class.getName())
                        .isActivated())
                .isTrue();

        Path file = jenkins.jenkins.getRootDir().toPath().resolve(configuration.getId() + ".xml");
        assertThat(file).exists();
        Files.delete(file);
        assertThat(new ServiceNowGateConfiguration().isEnabled())
                .as("lost file")
                .isTrue();
        Files.writeString(file, "<broken");
        assertThat(new ServiceNowGateConfiguration().isEnabled())
                .as("broken file")
                .isTrue();
        Files.writeString(file, "<" + ServiceNowGateConfiguration.class.getName() + "/>");
        assertThat(new ServiceNowGateConfiguration().isEnabled())
                .as("missing line")
                .isTrue();
    }

    @Test
    void reservedAgentsAndBreakGlassAreOffByDefault() {
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        assertThat(configuration.isBreakGlass()).isFalse();
        assertThat(configuration.getReservedAgents().getEndWithoutGateMinutes()).isEqualTo(10);
        assertThat(configuration.getReservedAgents().until()).isEqualTo(ReservedAgents.Until.BUILD);
        assertThat(configuration.getReservedAgents().running()).isEqualTo(ReservedAgents.Running.CONTINUE);
        assertThat(new Environment("Production").getAgentLabel()).isEmpty();

        ReservedAgents agents = new ReservedAgents();
        assertThatThrownBy(() -> agents.setGateOpenUntil("stage"))
                .hasMessage("Refused: \"stage\" is not a valid value of gateOpenUntil. Use one of: build, node");
        assertThatThrownBy(() -> agents.setRunningWork("kill"))
                .hasMessage("Refused: \"kill\" is not a valid value of runningWork. Use one of: continue, abort");
        assertThatThrownBy(() -> agents.setEndWithoutGateMinutes(0)).hasMessageContaining("between 1 and 1440");
        assertThatThrownBy(() -> new Environment("Production").setAgentLabel("production &&"))
                .hasMessageContaining("\"production &&\" is not a valid label expression");
    }
}
