package io.jenkins.plugins.servicenowgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.misc.ConfiguredWithCode;
import io.jenkins.plugins.casc.misc.JenkinsConfiguredWithCodeRule;
import io.jenkins.plugins.casc.misc.junit.jupiter.WithJenkinsConfiguredWithCode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.Test;

@WithJenkinsConfiguredWithCode
class ConfigurationTest {
    @Test
    @ConfiguredWithCode("everything.yaml")
    void readsAndWritesTheContractsYaml(JenkinsConfiguredWithCodeRule jenkins) throws Exception {
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
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("Production", true),
                        org.assertj.core.groups.Tuple.tuple("Dev", false));

        ByteArrayOutputStream export = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(export);
        assertThat(export.toString(StandardCharsets.UTF_8))
                .contains("serviceNowGate:", "titlePrefix: \"Octopus\"", "clientSecretId: \"servicenow-client\"");

        jenkins.configRoundtrip();
        assertThat(configuration.getConnections())
                .containsExactly(new ServiceNowConnection(
                        "corp", "https://corp.service-now.com", "0a1b2c", "servicenow-client", "servicenow-user"));
        assertThat(configuration.getEnvironments()).hasSize(2);
        assertThat(configuration.getTitlePrefix()).isEqualTo("Octopus");
        assertThat(configuration.getPollIntervalSeconds()).isEqualTo(30);
        assertThat(configuration.isEnabled()).isTrue();
    }

    @Test
    @ConfiguredWithCode("switched-off.yaml")
    void isOffOnlyWhenSomebodySaidSo(JenkinsConfiguredWithCodeRule jenkins) throws Exception {
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        assertThat(configuration.isEnabled()).isFalse();
        assertThat(Jenkins.get()
                        .getAdministrativeMonitor(SwitchedOffMonitor.class.getName())
                        .isActivated())
                .isTrue();

        java.nio.file.Path file = jenkins.jenkins.getRootDir().toPath().resolve(configuration.getId() + ".xml");
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
}
