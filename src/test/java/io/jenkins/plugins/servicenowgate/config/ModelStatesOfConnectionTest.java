package io.jenkins.plugins.servicenowgate.config;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.yaml.YamlSource;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import io.jenkins.plugins.servicenowgate.rules.ModelStates.StateMap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlForm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The states of change models on a connection: configuration as code, form and file; in doubt they release nothing. */
class ModelStatesOfConnectionTest extends ControlledJenkinsTestBase {
    private static final String CONNECTION =
            "unclassified:\n  serviceNowGate:\n    connections:\n      - name: corp\n        baseUrl: https://corp.example\n"
                    + "        clientId: id\n        clientSecretId: servicenow-client\n        states: ";

    private static final ModelStates LOW_RISK = new ModelStates(
            Map.of("Low risk", new StateMap(Set.of("Draft", "In CAB"), Set.of("Ready"), Set.of("Done", "30"))), true);

    private static void configure(String states) throws Exception {
        ConfigurationAsCode.get()
                .configureWith(YamlSource.of(
                        new ByteArrayInputStream((CONNECTION + states + "\n").getBytes(StandardCharsets.UTF_8))));
    }

    private static ServiceNowConnection corp() {
        return ServiceNowGateConfiguration.get().getConnections().get(0);
    }

    private static MappedModel lowRisk() {
        MappedModel model = new MappedModel(" Low risk ");
        model.setWaits(List.of("Draft", "In CAB"));
        model.setGoes(List.of("Ready"));
        model.setRefused(List.of("Done\n30\n"));
        return model;
    }

    @Test
    void areAMapInConfigurationAsCode() throws Exception {
        configure("{\"Low risk\": {waits: [\"Draft\", \"In CAB\"], goes: [\"Ready\"], refused: [\"Done\", \"30\"]},"
                + " \"Patching\": {goes: [\"Deploy\"]}}");
        assertThat(corp().modelStates().maps().get("Low risk"))
                .isEqualTo(LOW_RISK.maps().get("Low risk"));
        assertThat(corp().modelStates().maps().get("Patching"))
                .isEqualTo(new StateMap(Set.of(), Set.of("Deploy"), Set.of()));
        assertThat(corp().modelStates().isReadable()).isTrue();

        ByteArrayOutputStream export = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(export);
        assertThat(export.toString(StandardCharsets.UTF_8))
                .containsPattern("states:\\s+Low risk:\\s+goes:\\s+- \"Ready\"\\s+refused:\\s+- \"Done\"\\s+- \"30\"");
        configure("{}");
        assertThat(corp().modelStates()).isEqualTo(ModelStates.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"Low risk\": {go: [\"Ready\"]}} | go",
                "{\"Low risk\": {}} | maps no state",
                "{\"Low risk\": {goes: [\"\"]}} | maps no state",
                "{\"Low risk\": {goes: [\"${UNSET}\"]}} | maps no state",
                "{\"\": {goes: [\"Ready\"]}} | exact name",
                "{\"Low risk\": {goes: [\"Ready\"], refused: [\"Ready\"]}} | \"Ready\" of the change model \"Low risk\" is mapped twice",
                "[\"Low risk\"] | Item isn't a Mapping",
                "{\"Low risk\": [\"Ready\"]} | Item isn't a Mapping",
                "[{model: a, goes: [b]}, {model: a, goes: [b]}] | \"a\" is mapped twice",
            })
    void aMistakeIsAnErrorAndChangesNothing(String states, String message) throws Exception {
        Throwable refusal = catchThrowable(() -> configure(states));
        assertThat(refusal).as(states).hasStackTraceContaining(message);
        assertThat(corp().getBaseUrl()).isEqualTo(simulator.baseUrl());
        assertThat(corp().getStates()).isEmpty();
    }

    /** Through the form and back, and nothing else of the connection changes. */
    @Test
    void survivesTheForm() throws Exception {
        ServiceNowConnection connection = ControlledJenkins.connection("corp", simulator);
        connection.setStates(List.of(lowRisk()));
        ServiceNowGateConfiguration.get().setConnections(List.of(connection));
        HtmlForm form = web(ADMIN).goTo("configure").getFormByName("config");
        jenkins.assertGoodStatus(jenkins.submit(form));
        assertThat(corp()).isEqualTo(connection);
        assertThat(corp().modelStates()).isEqualTo(LOW_RISK);
    }

    @Test
    void isStoredAndReadAgain() throws Exception {
        ServiceNowConnection connection = ControlledJenkins.connection("corp", simulator);
        assertThat(Jenkins.XSTREAM2.toXML(connection)).doesNotContain("states");
        connection.setStates(List.of(lowRisk()));
        String xml = Jenkins.XSTREAM2.toXML(connection);
        assertThat((ServiceNowConnection) Jenkins.XSTREAM2.fromXML(xml)).isEqualTo(connection);
        assertThat(connection).isNotEqualTo(ControlledJenkins.connection("corp", simulator));
    }

    /** What can't be read might have been a refusal: no change with a model releases anything. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<model>Low risk</model> | <model></model>",
                "<model>Low risk</model> | ",
                "<string>Done</string> | <string></string>"
            })
    void aStoredEntryThatCanNotBeReadReleasesNothing(String stored, String damaged) throws Exception {
        ServiceNowConnection connection = ControlledJenkins.connection("corp", simulator);
        connection.setStates(List.of(lowRisk()));
        String xml = Jenkins.XSTREAM2.toXML(connection);
        assertThat(xml).contains(stored);
        ServiceNowConnection read =
                (ServiceNowConnection) Jenkins.XSTREAM2.fromXML(xml.replace(stored, damaged == null ? "" : damaged));
        assertThat(read.modelStates().isReadable()).isFalse();
        assertThat(read.getStates()).isEmpty();
    }

    @Test
    void aModelOccursOnce() throws Exception {
        ServiceNowConnection connection = ControlledJenkins.connection("corp", simulator);
        assertThatThrownBy(() -> connection.setStates(List.of(lowRisk(), lowRisk())))
                .hasMessageContaining("\"Low risk\" is mapped twice");
        assertThat(connection.getStates()).isEmpty();
    }
}
