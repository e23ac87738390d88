package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedAttachment;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Attachments that were pending are sent after a restart, each once. */
@Timeout(300)
class AttachmentsRestartTest extends RestartTestBase {
    private static final Duration ONE_MINUTE = Duration.ofMinutes(1);
    private static final String SCRIPT = "serviceNowGate(environment: 'Production', version: '1')";

    private static void switchOn(EvidenceSettings evidence) throws Exception {
        Environment production = ControlledJenkins.environment("Production", true);
        production.setEvidence(evidence);
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
    }

    /** One of two files is attached, but the response is lost; then nothing more is attached until the restart. */
    @Test
    void eachFileIsAttachedOnce() throws Throwable {
        simulator
                .faults()
                .on(Endpoint.ATTACH)
                .once(Fault.connectionReset().afterCommit())
                .always(Fault.badGateway());
        sessions.then(jenkins -> {
            setUp(jenkins);
            EvidenceSettings evidence = new EvidenceSettings();
            evidence.setFiles(List.of("*.txt"));
            switchOn(evidence);
            jenkins.createSlave("worker", null, null);
            ControlledJenkins.controlledJob(
                            jenkins,
                            "shop",
                            "node('worker') { writeFile file: 'a.txt', text: 'A'\n writeFile file: 'b.txt', text: 'B'\n"
                                    + " archiveArtifacts '*.txt' }\n" + SCRIPT)
                    .scheduleBuild2(0)
                    .waitForStart();
            await().atMost(ONE_MINUTE).until(() -> simulator.requests().count(Endpoint.ATTACH) > 0);
        });
        String number = simulator.changes().get(0).number();
        assertThat(simulator.attachments(number))
                .extracting(SimulatedAttachment::text)
                .containsExactly("A");
        simulator.faults().clear();
        simulator.people().approve(number);
        sessions.then(jenkins -> {
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(theRun(jenkins)));
            await().atMost(ONE_MINUTE)
                    .untilAsserted(() -> assertThat(
                                    new File(jenkins.jenkins.getRootDir(), "servicenow-gate/open-deployments").list())
                            .isEmpty());
        });
        assertThat(simulator.attachments(number))
                .extracting(SimulatedAttachment::name)
                .containsExactly("a.txt", "b.txt");
        assertThat(simulator.attachments(number))
                .extracting(SimulatedAttachment::text)
                .containsExactly("A", "B");
    }

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
            switchOn(evidence);
            ControlledJenkins.controlledJob(jenkins, "shop", SCRIPT)
                    .scheduleBuild2(0)
                    .waitForStart();
            await().atMost(ONE_MINUTE).until(() -> simulator.requests().count(Endpoint.ATTACH) > 0);
        });
        assertThat(simulator.attachments(number)).isEmpty();
        simulator.behaviour().attachmentRole(true);
        simulator.people().approve(number);
        sessions.then(jenkins -> {
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(theRun(jenkins)));
            await().atMost(ONE_MINUTE)
                    .until(() -> !simulator.attachments(number).isEmpty());
        });
        assertThat(simulator.attachments(number))
                .extracting(SimulatedAttachment::name)
                .containsExactly("jenkins-evidence.json");
        assertThat(simulator.changes().get(0).workNotes())
                .filteredOn(note -> note.contains(" evidence]"))
                .hasSize(1);
    }
}
