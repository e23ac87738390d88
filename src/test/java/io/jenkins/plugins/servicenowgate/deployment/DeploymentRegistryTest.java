package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceRequest;
import io.jenkins.plugins.servicenowgate.policy.ChangeSettings;
import io.jenkins.plugins.servicenowgate.rules.ChangeTitle;
import java.io.File;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which deployments run counts for others that have the same change: each must end, whatever became of its build. */
class DeploymentRegistryTest extends ControlledJenkinsTestBase {
    private FreeStyleBuild build;

    @BeforeEach
    void buildWithoutADeployment() throws Exception {
        agent("worker", null);
        build = jenkins.buildAndAssertSuccess(ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop"));
    }

    private DeploymentRecord running(String id) throws Exception {
        ChangeSettings settings = new ChangeSettings(null, AutomaticTransition.OFF, false, Map.of());
        DeploymentRecord record = new DeploymentRecord(
                id,
                new ChangeTitle("apps/shop", "1", "Production"),
                "corp",
                new StoredChangeSpec(
                        settings, false, Map.of(), "apps/shop", EvidenceRequest.NONE, Map.of(), null, Map.of()),
                Instant.now());
        BuildHost host = new BuildHost(build, TaskListener.NULL);
        host.add(record);
        DeploymentRegistry.get().ownerOf(host, record).markReleased("Released: approved.");
        return record;
    }

    private File mark(String id) {
        return new File(jenkins.jenkins.getRootDir(), "servicenow-gate/open-deployments/" + id);
    }

    private static void sweep() {
        new DeploymentRegistry.OrphanedDeploymentCheck().doRun();
    }

    @Test
    void aDeploymentWhoseBuildEndedUnnoticedIsCompleted() throws Exception {
        DeploymentRecord record = running("lost");
        assertThat(DeploymentState.of(record)).isEqualTo(DeploymentState.RUNNING);
        assertThat(mark("lost")).hasContent("apps/shop#1");

        sweep();

        await().until(() -> !mark("lost").exists());
        assertThat(DeploymentState.of(record)).isEqualTo(DeploymentState.FINISHED);
        assertThat(record.getCloseCode()).isNotNull();
    }

    @Test
    void aMarkWithoutItsBuildIsForgotten() throws Exception {
        running("lost");
        build.delete();

        sweep();

        await().until(() -> !mark("lost").exists());
    }
}
