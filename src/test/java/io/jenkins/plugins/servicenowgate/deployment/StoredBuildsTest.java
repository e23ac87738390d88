package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
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
}
