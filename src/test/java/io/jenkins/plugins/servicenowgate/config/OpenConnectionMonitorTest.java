package io.jenkins.plugins.servicenowgate.config;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.ExtensionList;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javaposse.jobdsl.dsl.DslScriptLoader;
import javaposse.jobdsl.plugin.JenkinsJobManagement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Approval settings: the monitor, and the settings in configuration as code, forms and Job DSL. */
class OpenConnectionMonitorTest extends ControlledJenkinsTestBase {
    private static OpenConnectionMonitor monitor() {
        return ExtensionList.lookupSingleton(OpenConnectionMonitor.class);
    }

    private void connections(String... names) throws Exception {
        List<ServiceNowConnection> connections = new java.util.ArrayList<>();
        for (String name : names) {
            connections.add(ControlledJenkins.connection(name, simulator));
        }
        ServiceNowGateConfiguration.get().setConnections(connections);
    }

    @Test
    void reportsControlledEnvironmentsWithoutAConnection() throws Exception {
        assertThat(monitor().isActivated()).as("one connection").isFalse();
        connections("corp", "test");
        assertThat(monitor().isActivated()).isTrue();
        assertThat(monitor().getEnvironments()).containsExactly("Production");
        assertThat(web(ADMIN).goTo("manage/").asNormalizedText()).contains("Production");

        Environment production = ControlledJenkins.environment("Production", true);
        production.setConnection("corp");
        ServiceNowGateConfiguration.get()
                .setEnvironments(List.of(production, ControlledJenkins.environment("Dev", false)));
        assertThat(monitor().isActivated()).isFalse();
    }

    /** A folder declares the environment, and users who configure jobs in it can still choose the instance. */
    @Test
    void reportsEnvironmentsOfFoldersToo() throws Exception {
        connections("corp", "test");
        ServiceNowGateConfiguration.get().setEnvironments(List.of(ControlledJenkins.environment("Dev", false)));
        assertThat(monitor().isActivated()).isFalse();
        Folder folder = jenkins.createProject(Folder.class, "ops");
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setEnvironments(List.of(ControlledJenkins.environment("Staging", true)));
        folder.addProperty(mark);
        io.jenkins.plugins.servicenowgate.policy.UndeclaredNames.get().search();

        assertThat(monitor().isActivated()).isTrue();
        assertThat(monitor().getEnvironments()).containsExactly("Staging (ops)");
    }

    @TempDir
    private Path directory;

    @Test
    void settingsRoundTripThroughConfigurationAsCodeAndTheForm() throws Exception {
        Path yaml = directory.resolve("jenkins.yaml");
        Files.writeString(yaml, """
                unclassified:
                  serviceNowGate:
                    environments:
                      - name: "Production"
                        changeControlled: true
                        connection: "corp"
                        approvalSettings: "administrator"
                        allowedTemplates: ["Deploy the web shop", "Deploy, with a comma"]
                        jobFields: ["assignment_group", "risk"]
                        projects:
                          - job: "apps/shop"
                            name: "Web shop"
                      - name: "Dev"
                """);
        ConfigurationAsCode.get().configure(yaml.toString());
        assertSettings(ServiceNowGateConfiguration.get());

        ByteArrayOutputStream export = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(export);
        String exported = export.toString(StandardCharsets.UTF_8);
        assertThat(exported)
                .contains("approvalSettings: \"administrator\"", "- \"Deploy, with a comma\"", "- \"risk\"")
                .contains("job: \"apps/shop\"", "name: \"Web shop\"");

        asAdministrator().configRoundtrip();

        assertSettings(ServiceNowGateConfiguration.get());
        assertSettings(new ServiceNowGateConfiguration());
    }

    private static void assertSettings(ServiceNowGateConfiguration configuration) {
        Environment production = configuration.getEnvironments().get(0);
        assertThat(production.isDecidedByAdministrators()).isTrue();
        assertThat(production.getAllowedTemplates()).containsExactly("Deploy the web shop", "Deploy, with a comma");
        assertThat(production.getJobFields()).containsExactly("assignment_group", "risk");
        assertThat(production.getProjects())
                .singleElement()
                .satisfies(project ->
                        assertThat(project.getJob() + "=" + project.getName()).isEqualTo("apps/shop=Web shop"));
        Environment dev = configuration.getEnvironments().get(1);
        assertThat(dev.isDecidedByAdministrators()).isFalse();
        assertThat(dev.getAllowedTemplates()).isEmpty();
        assertThat(dev.getProjects()).isEmpty();
    }

    @Test
    void settingsCanBeSetByJobDsl() throws Exception {
        new DslScriptLoader(new JenkinsJobManagement(System.out, Map.of(), new File("."))).runScript("""
                folder('ops') {
                  properties {
                    changeControl {
                      environments {
                        serviceNowEnvironment {
                          name('Production')
                          changeControlled(true)
                          connection('corp')
                          approvalSettings('administrator')
                          allowedTemplates(['A', 'B'])
                          jobFields(['risk'])
                          projects {
                            serviceNowProject {
                              job('ops/shop')
                              name('Web shop')
                            }
                          }
                        }
                      }
                    }
                  }
                }
                """);
        Environment declared = jenkins.jenkins
                .getItemByFullName("ops", Folder.class)
                .getProperties()
                .get(ChangeControlFolderProperty.class)
                .getEnvironments()
                .get(0);
        assertThat(declared.isDecidedByAdministrators()).isTrue();
        assertThat(declared.getAllowedTemplates()).containsExactly("A", "B");
        assertThat(declared.getJobFields()).containsExactly("risk");
        assertThat(declared.getProjects().get(0).getName()).isEqualTo("Web shop");
    }
}
