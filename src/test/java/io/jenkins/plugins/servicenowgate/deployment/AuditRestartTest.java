package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.audit.AuditEntry;
import io.jenkins.plugins.servicenowgate.audit.AuditLog;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** The audit is complete at once after a restart, without a build that is loaded, and outlives its builds. */
class AuditRestartTest extends RestartTestBase {
    @Test
    void isReadFromItsFiles() throws Throwable {
        List<AuditEntry> before = new ArrayList<>();
        sessions.then(jenkins -> {
            setUp(jenkins);
            WorkflowJob job = ControlledJenkins.controlledJob(
                    jenkins,
                    "shop",
                    "serviceNowDeployment(environment: 'Production', version: env.BUILD_NUMBER) { echo 'deployed' }");
            for (int build = 1; build <= 3; build++) {
                WorkflowRun run = job.scheduleBuild2(0).waitForStart();
                jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
                if (build == 1) {
                    simulator.people().approve(simulator.changes().get(0).number());
                    jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
                } else if (build == 2) {
                    simulator.people().reject(simulator.changes().get(1).number());
                    jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
                } else {
                    assertThat(DeploymentRegistry.get().waiting().get(0).bypass("ann", "Ann", "fire"))
                            .isTrue();
                    jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
                }
            }
            await().until(() -> AuditLog.get().newest().stream().allMatch(entry -> entry.ended() != null));
            before.addAll(AuditLog.get().newest());
        });
        assertThat(before).hasSize(3);
        sessions.then(jenkins -> {
            assertThat(AuditLog.get().newest()).isEqualTo(before);
            assertThat(AuditLog.get().newest())
                    .extracting(entry -> entry.outcome().name())
                    .containsExactly("BYPASSED", "REFUSE", "PROCEED");
            jenkins.jenkins
                    .getItemByFullName("apps/shop", WorkflowJob.class)
                    .getBuildByNumber(2)
                    .delete();
        });
        sessions.then(jenkins -> {
            assertThat(AuditLog.get().newest()).extracting(AuditEntry::version).containsExactly("3", "2", "1");
        });
    }
}
