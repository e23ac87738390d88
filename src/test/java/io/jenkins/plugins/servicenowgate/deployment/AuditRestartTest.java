package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** After a restart the audit is read again from the builds, and from nothing else. */
class AuditRestartTest extends Restarting {
    @Test
    void isReadFromTheBuilds() throws Throwable {
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
                    assertThat(GateService.get().waiting().get(0).breakGlass("ann", "Ann", "fire"))
                            .isTrue();
                    jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
                }
            }
            await().until(() -> Audit.get().newest().stream().allMatch(entry -> entry.ended() != null));
            before.addAll(Audit.get().newest());
        });
        assertThat(before).hasSize(3);
        sessions.then(jenkins -> {
            await().atMost(Duration.ofSeconds(30)).until(() -> !Audit.get().isReading());
            assertThat(Audit.get().newest())
                    .usingRecursiveComparison()
                    .ignoringFields("startedBy")
                    .isEqualTo(before);
            assertThat(Audit.get().newest())
                    .extracting(entry -> entry.outcome().outcome().name())
                    .containsExactly("BYPASSED", "REFUSE", "PROCEED");
            jenkins.jenkins
                    .getItemByFullName("apps/shop", WorkflowJob.class)
                    .getBuildByNumber(2)
                    .delete();
        });
        sessions.then(jenkins -> {
            await().atMost(Duration.ofSeconds(30)).until(() -> !Audit.get().isReading());
            assertThat(Audit.get().newest()).extracting(AuditEntry::version).containsExactly("3", "1");
        });
    }
}
