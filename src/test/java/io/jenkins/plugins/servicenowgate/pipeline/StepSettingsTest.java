package io.jenkins.plugins.servicenowgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.AbortException;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.junit.jupiter.api.Test;
import org.kohsuke.stapler.StaplerRequest2;

/** The parameters fields and emergency of both steps in scripts, in the form and in the snippet generator. */
class StepSettingsTest extends ControlledJenkinsTestBase {
    private static final String FIELDS = "[assignment_group: 'CAB', start_date: '2026-12-01 20:00:00']";

    private final SnippetizerTester snippets = new SnippetizerTester(asAdministrator());

    private static Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("assignment_group", "CAB");
        fields.put("start_date", "2026-12-01 20:00:00");
        return fields;
    }

    @Test
    void snippetsRoundTrip() throws Exception {
        ServiceNowGateStep gate = new ServiceNowGateStep("Production");
        snippets.assertRoundTrip(gate, "serviceNowGate 'Production'");
        gate.setFields(fields());
        gate.setEmergency(true);
        snippets.assertRoundTrip(gate, "serviceNowGate emergency: true, environment: 'Production', fields: " + FIELDS);
        ServiceNowDeploymentStep deployment = new ServiceNowDeploymentStep("Production");
        deployment.setFields(fields());
        snippets.assertRoundTrip(
                deployment,
                "serviceNowDeployment(environment: 'Production', fields: " + FIELDS + ") {\n    // some block\n}");
    }

    private static String form(Class<?> step, String lines) {
        return new JSONObject()
                .element("stapler-class", step.getName())
                .element("environment", "Production")
                .element("fields", lines)
                .element("emergency", true)
                .toString();
    }

    @Test
    void parsesTheLinesOfTheForm() throws Exception {
        snippets.assertGenerateSnippet(
                form(
                        ServiceNowGateStep.class,
                        " assignment_group = CAB\r\n\r\nstart_date=2026-12-01 20:00:00\ndescription=a=b\n"),
                "serviceNowGate emergency: true, environment: 'Production', fields: "
                        + FIELDS.replace("]", ", description: 'a=b']"),
                null);
        snippets.assertGenerateSnippet(
                form(ServiceNowDeploymentStep.class, "").replace("true", "false"),
                "serviceNowDeployment('Production') {\n    // some block\n}",
                null);
    }

    @Test
    void invalidLinesAreRefused() throws Exception {
        ServiceNowGateStep.DescriptorImpl descriptor =
                jenkins.jenkins.getDescriptorByType(ServiceNowGateStep.DescriptorImpl.class);
        for (String[] entry : new String[][] {
            {"assignment_group", "the line \"assignment_group\" is not a field"},
            {"a=1\nstate=3", "the field state can't be set from Jenkins"},
            {"A b=1", "is not a column name"},
            {"a=1\na=2", "the field a is given twice"},
        }) {
            JSONObject form = JSONObject.fromObject(form(ServiceNowGateStep.class, entry[0]));
            assertThatThrownBy(() -> descriptor.newInstance((StaplerRequest2) null, form))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(entry[1]);
        }
    }

    /** The form of the step, submitted and opened again. */
    @Test
    void theFormRoundTrips() throws Exception {
        ServiceNowGateStep gate = new ServiceNowGateStep("Production");
        StepConfigTester forms = new StepConfigTester(asAdministrator());
        ServiceNowGateStep empty = forms.configRoundTrip(gate);
        assertThat(empty.getFields()).isEmpty();
        assertThat(empty.isEmergency()).isFalse();
        gate.setFields(fields());
        gate.setEmergency(true);
        ServiceNowGateStep kept = forms.configRoundTrip(gate);
        assertThat(kept.getFields()).containsExactlyEntriesOf(fields());
        assertThat(kept.isEmergency()).isTrue();
        ServiceNowDeploymentStep deployment = new ServiceNowDeploymentStep("Production");
        deployment.setFields(fields());
        assertThat(forms.configRoundTrip(deployment).getFields()).containsExactlyEntriesOf(fields());
    }

    @Test
    void anInvalidColumnFailsTheStepAndKeepsTheFields() {
        for (String name : List.of("approval", "sys_id", "Not a column")) {
            ServiceNowGateStep gate = new ServiceNowGateStep("Production");
            gate.setFields(fields());
            gate.setFields(Map.of("category", "x", name, "x"));
            assertThat(gate.getFields()).isEqualTo(fields());
            assertThatThrownBy(() -> gate.start(null))
                    .isInstanceOf(AbortException.class)
                    .hasMessageStartingWith("Refused: ");
        }
        ServiceNowGateStep gate = new ServiceNowGateStep("Production");
        gate.setFields(null);
        assertThat(gate.getFields()).isEmpty();
    }

    @Test
    void scriptsMayPassAnyValue() throws Exception {
        Map<String, Object> values = new HashMap<>();
        values.put("risk", 3);
        values.put("category", null);
        values.put("cab_required", true);
        ServiceNowGateStep gate = DescribableModel.of(ServiceNowGateStep.class)
                .instantiate(Map.of("environment", "Production", "fields", values, "emergency", true), null);
        assertThat(gate.getFields()).isEqualTo(Map.of("risk", "3", "category", "", "cab_required", "true"));
        assertThat(gate.isEmergency()).isTrue();
    }

    /** Dev is not change controlled, so the step does not wait. */
    @Test
    void scriptedAndDeclarativePipelinesPassThem() throws Exception {
        ServiceNowGateConfiguration.get().setEnvironments(List.of(ControlledJenkins.environment("Dev", false)));
        String call = "serviceNowGate(environment: 'Dev', emergency: true,"
                + " fields: [assignment_group: \"${'C' + 'AB'}\", risk: 3, start_date: '2026-12-01 20:00:00'])";
        String around = "serviceNowDeployment(environment: 'Dev', fields: [category: 'x']) { echo 'DEPLOYED' }";
        WorkflowJob scripted = ControlledJenkins.controlledJob(jenkins, "scripted", call + "\n" + around);
        jenkins.assertLogContains("DEPLOYED", jenkins.buildAndAssertSuccess(scripted));
        WorkflowJob declarative = ControlledJenkins.controlledJob(
                jenkins,
                "declarative",
                "pipeline {\n  agent none\n  stages { stage('Deploy') { steps {\n    " + call + "\n    " + around
                        + "\n  } } }\n}");
        jenkins.assertLogContains("DEPLOYED", jenkins.buildAndAssertSuccess(declarative));
        WorkflowJob wrong = ControlledJenkins.controlledJob(
                jenkins, "wrong", "serviceNowGate(environment: 'Dev', fields: [approval: 'approved'])");
        jenkins.assertLogContains(
                "the field approval can't be set from Jenkins", jenkins.buildAndAssertStatus(Result.FAILURE, wrong));
    }
}
