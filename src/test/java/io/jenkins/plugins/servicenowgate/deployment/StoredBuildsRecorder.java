package io.jenkins.plugins.servicenowgate.deployment;

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

    @Test
    void withEvidence() throws Throwable {
        Path[] home = new Path[1];
        sessions.then(jenkins -> {
            home[0] = jenkins.jenkins.getRootDir().toPath();
            setUp(jenkins);
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

    private void copy(String configuration) throws IOException {
        Files.copy(Path.of(configuration), target.resolve("config.xml"));
    }

    private void copy(Path home, String part) throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve(part))) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path copy = target.resolve(home.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.writeString(
                        copy, Files.readString(file).replace(simulator.baseUrl(), "https://corp.service-now.com"));
            }
        }
    }
}
