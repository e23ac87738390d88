package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedAttachment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Attachments that were pending are sent after a restart, each once. */
@Timeout(300)
class AttachmentsRestartTest extends RestartTestBase {
    private static final String SCRIPT = "serviceNowGate(environment: 'Production', version: '1')";

    @Test
    void whatWasPendingIsSentOnce() throws Throwable {
        simulator.behaviour().journalShown(true);
        simulator.addChange(Map.of("short_description", "Jenkins: Deploy \"apps/shop\" version 1 to \"Production\""));
        String number = simulator.changes().get(0).number();
        simulator.behaviour().attachmentRole(false);
        sessions.then(jenkins -> {
            setUp(jenkins);
            EvidenceSettings evidence = new EvidenceSettings();
            evidence.setLinks(Map.of("Runbook", "https://wiki.example/runbook"));
            Environment production = ControlledJenkins.environment("Production", true);
            production.setEvidence(evidence);
            ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
            ControlledJenkins.controlledJob(jenkins, "shop", SCRIPT)
                    .scheduleBuild2(0)
                    .waitForStart();
            await().until(() -> simulator.requests().count(Endpoint.ATTACH) > 0);
        });
        assertThat(simulator.attachments(number)).isEmpty();
        simulator.behaviour().attachmentRole(true);
        simulator.people().approve(number);
        sessions.then(jenkins -> {
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(theRun(jenkins)));
            await().until(() -> !simulator.attachments(number).isEmpty());
        });
        assertThat(simulator.attachments(number))
                .extracting(SimulatedAttachment::name)
                .containsExactly("jenkins-evidence.json");
        assertThat(simulator.changes().get(0).workNotes())
                .filteredOn(note -> note.contains(" evidence]"))
                .hasSize(1);
    }
}
