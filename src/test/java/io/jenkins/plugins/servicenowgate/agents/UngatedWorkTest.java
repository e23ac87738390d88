package io.jenkins.plugins.servicenowgate.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import io.jenkins.plugins.servicenowgate.audit.AuditEntry;
import io.jenkins.plugins.servicenowgate.audit.AuditLog;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import java.time.Duration;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** The audit also has the builds that used a reserved agent without a gate. */
class UngatedWorkTest extends ReservedAgentTestBase {
    private static void assertAudited(GateOutcome outcome, String build, String reason) {
        await().untilAsserted(() -> assertThat(AuditLog.get().newest())
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.outcome()).isEqualTo(outcome);
                    assertThat(entry.environment()).isEqualTo("Production");
                    assertThat(entry.name()).isEqualTo(build);
                    assertThat(entry.number()).isNull();
                    assertThat(entry.reason()).contains("prod-1", reason);
                }));
    }

    @Test
    void aFreestyleJobThatIsNotControlled() throws Exception {
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "tools");
        job.setAssignedLabel(Label.get("production"));
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(job);

        assertAudited(GateOutcome.NOT_REQUIRED, "apps » tools #1", "not change controlled");
        assertThat(build.getAction(ChangeRequestsAction.class)).isNull();
    }

    @Test
    void aPipelineWithTwoBlocksHasOneEntry() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertSuccess(ControlledJenkins.job(
                jenkins, "tools", "node('production') { echo 'one' }\nnode('production') { echo 'two' }"));

        assertAudited(GateOutcome.NOT_REQUIRED, "apps » tools #1", "not change controlled");
        jenkins.assertLogNotContains("[ServiceNow]", run);
    }

    @Test
    void aControlledJobWhileEnforcementIsOff() throws Exception {
        ServiceNowGateConfiguration.get().setEnabled(false);
        jenkins.buildAndAssertSuccess(
                ControlledJenkins.controlledJob(jenkins, "shop", "node('production') { echo 'deploys' }"));

        assertAudited(GateOutcome.SWITCHED_OFF, "apps » shop #1", "switched off");
    }

    /** Its gate has an entry of its own. */
    @Test
    void aBuildWithAGateHasNoSecondEntry() throws Exception {
        approved("shop");
        jenkins.buildAndAssertSuccess(
                ControlledJenkins.controlledJob(jenkins, "shop", GATE + "node('production') { echo 'deploys' }"));

        await().during(Duration.ofMillis(300))
                .untilAsserted(() -> assertThat(AuditLog.get().newest())
                        .extracting(AuditEntry::outcome)
                        .containsExactly(GateOutcome.PROCEED));
    }
}
