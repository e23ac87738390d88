package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.gate.Deployment;
import java.time.Instant;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** How much the audit keeps in memory. */
class AuditTest extends UnderControl {
    @Test
    void holdsTheNewestThousand() throws Exception {
        await().until(() -> !Audit.get().isReading());
        WorkflowRun run =
                jenkins.buildAndAssertSuccess(ControlledJenkins.controlledJob(jenkins, "shop", "echo 'nothing'"));
        Home home = new BuildHome(run, TaskListener.NULL);
        Instant begin = Instant.now();
        for (int i = 0; i < 2500; i++) {
            DeploymentRecord record = new DeploymentRecord(
                    "id-" + i, new Deployment("apps/shop", "v" + i, "Production"), "corp", null, begin.plusSeconds(i));
            record.became(Outcome.REFUSE, "no");
            Audit.get().tell(home, record);
        }
        assertThat(Audit.get().newest()).hasSize(1000);
        assertThat(Audit.get().newest().get(0).version()).isEqualTo("v2499");
        assertThat(Audit.get().newest().get(999).version()).isEqualTo("v1500");
    }
}
