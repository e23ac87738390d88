package io.jenkins.plugins.servicenowgate.gathering;

import static org.awaitility.Awaitility.await;

import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A job whose builds make a version from a Git repository, with tests and an archived artifact. */
abstract class EvidenceTestBase extends ControlledJenkinsTestBase {
    static final String GATE = "serviceNowGate environment: 'Production'";
    static final String MAKE = """
            node('worker') {
              deleteDir()
              dir('source') { git url: '%s', branch: 'main' }
              writeFile file: 'out/app.txt', text: "app %s ${currentBuild.number}"
              writeFile file: 'tests.xml', text: '''<testsuite name="all"><testcase name="a"/><testcase name="b"/>
                  <testcase name="c"><skipped/></testcase></testsuite>'''
              junit 'tests.xml'
              archiveArtifacts artifacts: 'out/*.txt', fingerprint: true
            }
            """;

    @TempDir
    Path directory;

    /** Jenkins remembers by its fingerprint which build made a file first, also across tests. */
    private final String nonce = UUID.randomUUID().toString();

    Environment production;
    GitRepository repository;

    @BeforeEach
    final void declare() throws Exception {
        agent("worker", "worker");
        repository = GitRepository.create(directory.resolve("shop"));
        repository.commit("Ann", "First", "a.txt", "1");
        production = ControlledJenkins.environment("Production", true);
        EvidenceSettings evidence = new EvidenceSettings();
        evidence.setChanges(true);
        evidence.setTests(true);
        evidence.setArtifacts(List.of("out/*.txt"));
        production.setEvidence(evidence);
        ServiceNowGateConfiguration.get()
                .setEnvironments(List.of(production, ControlledJenkins.environment("Dev", false)));
    }

    /** The content of the artifact of that build. */
    String app(int build) {
        return "app " + nonce + " " + build;
    }

    String make() {
        return MAKE.formatted(repository.url(), nonce);
    }

    static ChangeEvidence evidence(Run<?, ?> run) {
        await().ignoreExceptions().until(() -> deployment(run).evidence() != null);
        return deployment(run).evidence();
    }

    static Map<?, ?> part(Run<?, ?> run, String key) {
        Map<?, ?> parts = (Map<?, ?>) deployment(run).getEvidence().getDetails().get("parts");
        return (Map<?, ?>) parts.get(key);
    }

    WorkflowRun goes(WorkflowRun run) throws Exception {
        waiting(run);
        simulator.people().approve(deployment(run).getNumber());
        return jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    static String sha256(String content) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8)));
    }
}
