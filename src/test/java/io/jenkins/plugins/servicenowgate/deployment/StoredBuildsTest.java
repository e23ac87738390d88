package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import hudson.model.FreeStyleProject;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.audit.AuditLog;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceJson;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.jvnet.hudson.test.recipes.LocalData;

/**
 * Builds, marks and settings as the first serial form stored them are read by this version, in a secured Jenkins. The
 * files stay as they are, their jobs outside of any folder; a later form gets files of its own beside them, which
 * {@link StoredBuildsRecorder} writes.
 */
@WithJenkins
class StoredBuildsTest {
    private static List<DeploymentRecord> deployments(JenkinsRule jenkins, String name) {
        Run<?, ?> build = jenkins.jenkins.getItemByFullName(name, Job.class).getBuildByNumber(1);
        return build.getAction(ChangeRequestsAction.class).getDeployments();
    }

    @Test
    @LocalData
    void areReadByThisVersion(JenkinsRule jenkins) {
        assertThat(jenkins.jenkins.isUseSecurity()).isTrue();
        assertAll(
                () -> aPipelinesDeployments(jenkins),
                () -> theDeploymentOfABuildFromTheQueueAndItsMark(jenkins),
                StoredBuildsTest::theSettingsOfTheController);
    }

    private static void aPipelinesDeployments(JenkinsRule jenkins) {
        List<DeploymentRecord> deployments = deployments(jenkins, "web");
        assertThat(deployments).hasSize(2);
        DeploymentRecord approved = deployments.get(0);
        assertThat(approved.getNumber()).isEqualTo("CHG0030001");
        assertThat(approved.getProject()).isEqualTo("web");
        assertThat(approved.getVersion()).isEqualTo("1");
        assertThat(approved.getEnvironment()).isEqualTo("Production");
        assertThat(approved.getOutcome()).isEqualTo(GateOutcome.PROCEED);
        assertThat(approved.getState()).isEqualTo("Implement");
        assertThat(approved.getSeen().getTitle()).isEqualTo("Jenkins: Deploy \"web\" version 1 to \"Production\"");
        assertThat(approved.getSeen().getAt()).isEqualTo(Instant.ofEpochMilli(1795611575717L));
        assertThat(approved.getCloseCode()).isEqualTo(PendingUpdate.CloseCode.SUCCESSFUL);
        assertThat(DeploymentState.of(approved)).isEqualTo(DeploymentState.FINISHED);
        assertThat(approved.isGateOpen()).isFalse();
        assertThat(approved.outbox().isEmpty()).isTrue();
        assertThat(approved.getUrl()).startsWith("https://corp.service-now.com/");

        assertThat(deployments.get(1).getOutcome()).isEqualTo(GateOutcome.NOT_REQUIRED);
        assertThat(deployments.get(1).getNumber()).isNull();
    }

    private static void theDeploymentOfABuildFromTheQueueAndItsMark(JenkinsRule jenkins) {
        assertThat(deployments(jenkins, "shop")).singleElement().satisfies(deployment -> {
            assertThat(deployment.getNumber()).isEqualTo("CHG0030002");
            assertThat(deployment.getReason()).isEqualTo("CHG0030002 is in Implement; the deployment is released.");
            assertThat(deployment.isGateOpen()).isFalse();
        });
        Job<?, ?> job = jenkins.jenkins.getItemByFullName("shop", Job.class);
        ChangeControlJobProperty mark = job.getProperty(ChangeControlJobProperty.class);
        assertThat(mark.getEnvironment()).isEqualTo("Production");
        assertThat(mark.getVersion()).isEqualTo("1");
    }

    private static void theSettingsOfTheController() {
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        assertThat(configuration.isEnabled()).isTrue();
        assertThat(configuration.isWorkNotesEnabled()).isTrue();
        assertThat(configuration.isBreakGlass()).isFalse();
        assertThat(configuration.getPollIntervalSeconds()).isEqualTo(60);
        assertThat(configuration.getReservedAgents().getEndWithoutGateMinutes()).isEqualTo(10);
        assertThat(configuration.getConnections())
                .singleElement()
                .satisfies(connection -> assertThat(connection.getBaseUrl()).isEqualTo("https://corp.service-now.com"));
        Environment production = Environment.find(configuration.getEnvironments(), "Production");
        assertThat(production.isChangeControlled()).isTrue();
        assertThat(production.getStandardChangeTemplate()).isEqualTo("Deploy shop");
        assertThat(production.getAutomaticTransition()).isEqualTo("true");
        assertThat(production.getAgentLabel()).isEqualTo("production");
        assertThat(production.getFields())
                .singleElement()
                .satisfies(field -> assertThat(field.getValue()).isEqualTo("Software"));
    }

    /** The second form, with what approvers are told. */
    @Test
    @LocalData("withEvidence")
    void thoseWithEvidenceAreRead(JenkinsRule jenkins) {
        assertThat(deployments(jenkins, "apps/shop")).singleElement().satisfies(deployment -> {
            assertThat(deployment.getOutcome()).isEqualTo(GateOutcome.PROCEED);
            assertThat(DeploymentState.of(deployment)).isEqualTo(DeploymentState.FINISHED);
            assertThat(deployment.outbox().isEmpty()).isTrue();
            ChangeEvidence evidence = deployment.evidence();
            assertThat(evidence.description())
                    .startsWith("Deployment of apps/shop, version 1, to Production.\n")
                    .contains("- Runbook: https://wiki.example/runbook", "Attachments: 1\n- report.txt, SHA-256 ");
            assertThat(evidence.testPlan()).isEmpty();
            assertThat(evidence.justification()).startsWith("Version 1 of apps/shop. Commits: unknown, because ");
            assertThat(EvidenceJson.archived(evidence.json()).artifacts())
                    .singleElement()
                    .satisfies(artifact -> assertThat(artifact.path()).isEqualTo("report.txt"));
            assertThat(evidence.files()).singleElement().satisfies(file -> {
                assertThat(file.name()).isEqualTo("report.txt");
                assertThat(file.contentType()).isEqualTo("text/plain");
                assertThat(file.size()).isEqualTo(11);
            });
        });
        Environment production =
                Environment.find(ServiceNowGateConfiguration.get().getEnvironments(), "Production");
        assertThat(production.isSameArtifacts()).isTrue();
        assertThat(production.getEvidence().isChanges()).isTrue();
        assertThat(production.getEvidence().isTests()).isTrue();
        assertThat(production.getEvidence().getArtifacts()).containsExactly("*.txt");
        assertThat(production.getEvidence().getLinks()).containsEntry("Runbook", "https://wiki.example/runbook");
        FreeStyleProject api = jenkins.jenkins.getItemByFullName("apps/api", FreeStyleProject.class);
        EvidenceSettings ofTheMark =
                api.getProperty(ChangeControlJobProperty.class).getEvidence();
        assertThat(ofTheMark.isTests()).isTrue();
        ServiceNowGateBuilder step = api.getBuildersList().get(ServiceNowGateBuilder.class);
        assertThat(step.isSameArtifacts()).isTrue();
        assertThat(step.getEvidence().getFiles()).containsExactly("*.pdf");
        assertThat(AuditLog.get().newest()).singleElement().satisfies(entry -> {
            assertThat(entry.version()).isEqualTo("1");
            assertThat(entry.place()).isEqualTo("1/");
        });
    }
}
