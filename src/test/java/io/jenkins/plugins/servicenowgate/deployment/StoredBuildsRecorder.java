package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleProject;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Records the current stored form for {@link StoredBuildsTest}, with evidence: {@code mvn test -Dtest=StoredBuildsRecorder
 * -DstoredBuilds.record=<new directory>}. What was recorded before stays as it is; a new form gets a directory of its own.
 */
@EnabledIfSystemProperty(named = "storedBuilds.record", matches = ".+")
@Timeout(300)
class StoredBuildsRecorder extends RestartTestBase {
    private static final Duration ONE_MINUTE = Duration.ofMinutes(1);

    private final Path target = Path.of(System.getProperty("storedBuilds.record", ""));

    /** What names this machine, and what is recorded in its place. */
    private final Map<String, String> replaced = new LinkedHashMap<>();

    @Test
    void withEvidence() throws Throwable {
        assertThat(target).doesNotExist();
        Path[] home = new Path[1];
        sessions.then(jenkins -> {
            home[0] = jenkins.jenkins.getRootDir().toPath();
            replaced.put(home[0].toString(), "/var/lib/jenkins");
            replaced.put(simulator.baseUrl(), "https://corp.service-now.com");
            replaced.put(jenkins.getURL().toString(), "https://jenkins.example/");
            setUp(jenkins);
            // So that the recorded entry of the audit is read for as long as possible.
            ServiceNowGateConfiguration.get().setAuditRetentionDays(3650);
            jenkins.createSlave("worker", null, null);
            Environment production = ControlledJenkins.environment("Production", true);
            EvidenceSettings evidence = new EvidenceSettings();
            evidence.setChanges(true);
            evidence.setTests(true);
            evidence.setArtifacts(List.of("*.txt"));
            evidence.setLinks(Map.of("Runbook", "https://wiki.example/runbook"));
            production.setEvidence(evidence);
            production.setSameArtifacts(true);
            ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
            FreeStyleProject api = ControlledJenkins.create(jenkins, FreeStyleProject.class, "api");
            ChangeControlJobProperty mark = new ChangeControlJobProperty();
            EvidenceSettings tests = new EvidenceSettings();
            tests.setTests(true);
            mark.setEvidence(tests);
            api.addProperty(mark);
            ServiceNowGateBuilder step = new ServiceNowGateBuilder("Production");
            EvidenceSettings files = new EvidenceSettings();
            files.setFiles(List.of("*.pdf"));
            step.setEvidence(files);
            step.setSameArtifacts(true);
            api.getBuildersList().add(step);
            WorkflowRun run = ControlledJenkins.controlledJob(
                            jenkins,
                            "shop",
                            "node('worker') { writeFile file: 'report.txt', text: 'All is well'\n"
                                    + "archiveArtifacts artifacts: '*.txt', fingerprint: true }\n"
                                    + "serviceNowGate environment: 'Production', version: '1', evidence: [files: ['*.txt']]")
                    .scheduleBuild2(0)
                    .waitForStart();
            await().atMost(ONE_MINUTE).until(() -> !simulator.changes().isEmpty());
            await().atMost(ONE_MINUTE)
                    .until(() -> !simulator
                            .attachments(simulator.changes().get(0).number())
                            .isEmpty());
            simulator.people().approve(simulator.changes().get(0).number());
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            await().atMost(ONE_MINUTE)
                    .until(() ->
                            new File(jenkins.jenkins.getRootDir(), "servicenow-gate/open-deployments").list().length
                                    == 0);
        });
        for (String part : List.of("jobs", "servicenow-gate")) {
            copy(home[0], part);
        }
        copy(home[0], ServiceNowGateConfiguration.class.getName() + ".xml");
        copy(StoredBuildsTest.class.getResource("StoredBuildsTest/config.xml").getPath());
    }

    /** Nobody reads the console of these builds. */
    private static boolean isStoredForm(Path file) {
        return Files.isRegularFile(file) && !file.getFileName().toString().startsWith("log");
    }

    private void copy(String configuration) throws IOException {
        Files.copy(Path.of(configuration), target.resolve("config.xml"));
    }

    private void copy(Path home, String part) throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve(part))) {
            for (Path file : (Iterable<Path>) files.filter(StoredBuildsRecorder::isStoredForm)::iterator) {
                Path copy = target.resolve(home.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                String text = Files.readString(file);
                for (Map.Entry<String, String> one : replaced.entrySet()) {
                    text = text.replace(one.getKey(), one.getValue());
                }
                Files.writeString(copy, text);
            }
        }
    }
}
