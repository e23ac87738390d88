package io.jenkins.plugins.servicenowgate.deployment;

import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeEach;

/** The pipeline job shop and the one environment, Production, that it deploys to. */
abstract class ProductionPipelineTestBase extends ControlledJenkinsTestBase {
    private static final String TEMPLATE = "Deploy to production";
    static final String DEPLOY =
            "serviceNowDeployment(environment: 'Production', version: '1') { echo \"by ${env.SERVICENOW_CHANGE_NUMBER}\" }";

    Environment production;

    @BeforeEach
    final void declare() {
        simulator.behaviour().journalShown(true);
        production = ControlledJenkins.environment("Production", true);
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
    }

    final void standard(String transition) {
        simulator.addTemplate(TEMPLATE, true, Map.of());
        production.setStandardChangeTemplate(TEMPLATE);
        production.setAutomaticTransition(transition);
    }

    final WorkflowJob job(String script) throws Exception {
        return ControlledJenkins.controlledJob(jenkins, "shop", script);
    }

    /** What was sent in updates, in order: the state, or the first words of the note. */
    final List<String> sent() {
        return simulator.requests().to(Endpoint.UPDATE).stream()
                .map(request -> request.json().has("state")
                        ? request.json().get("state").asString()
                        : request.json()
                                .get("work_notes")
                                .asString()
                                .replaceAll("(?s).*to \"Production\" (\\S+).*", "$1"))
                .toList();
    }
}
