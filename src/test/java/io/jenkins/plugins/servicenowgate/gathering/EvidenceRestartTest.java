package io.jenkins.plugins.servicenowgate.gathering;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Computer;
import hudson.model.Slave;
import hudson.slaves.RetentionStrategy;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.GateExecutor;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.deployment.RestartTestBase;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What approvers were told stays the same across a restart, with the copies of the files. */
@Timeout(180)
class EvidenceRestartTest extends RestartTestBase {
    private static DeploymentRecord deployment(WorkflowRun run) {
        return run.getAction(ChangeRequestsAction.class).getDeployments().get(0);
    }

    /**
     * The agent is away when Jenkins starts: what was stored is shown and sent. Pipeline resumes a step in a {@code node}
     * when its agent is back, and the agent goes away again before the gate goes on: the gate does without it.
     */
    @Test
    void aGateInANodeDoesNotNeedItsAgent() throws Throwable {
        simulator.faults().on(Endpoint.ATTACH).always(Fault.badGateway());
        ChangeEvidence[] told = new ChangeEvidence[1];
        sessions.then(jenkins -> {
            setUp(jenkins);
            jenkins.createSlave("worker", null, null);
            WorkflowRun run = ControlledJenkins.controlledJob(
                            jenkins,
                            "shop",
                            "node('worker') { writeFile file: 'report.txt', text: 'All is well'\n"
                                    + "serviceNowGate environment: 'Production', version: '1',"
                                    + " evidence: [artifacts: ['*.txt'], files: ['*.txt']] }")
                    .scheduleBuild2(0)
                    .waitForStart();
            jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
            told[0] = deployment(run).evidence();
            assertThat(told[0].description()).contains("Artifacts: 1 in the workspace, not archived\n- report.txt, ");
            await().until(() -> simulator.requests().count(Endpoint.ATTACH) > 0);
            jenkins.jenkins.getComputer("worker").disconnect(null).get();
            // It is not connected by the restart either.
            Slave agent = (Slave) jenkins.jenkins.getNode("worker");
            agent.setRetentionStrategy(new RetentionStrategy.Demand(1_000_000, 1_000_000));
            agent.save();
        });
        String number = simulator.changes().get(0).number();
        assertThat(simulator.attachments(number)).isEmpty();
        simulator.faults().clear();
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            Computer agent = jenkins.jenkins.getComputer("worker");
            await().until(() -> !simulator.attachments(number).isEmpty());
            assertThat(deployment(run).evidence()).isEqualTo(told[0]);
            assertThat(jenkins.createWebClient()
                            .login(READER)
                            .goTo(run.getUrl() + "change-requests/api/json", "application/json")
                            .getWebResponse()
                            .getContentAsString())
                    .contains("Artifacts: 1 in the workspace, not archived");
            assertThat(agent.isOffline()).isTrue();

            CountDownLatch away = new CountDownLatch(1);
            // All threads on which gates open.
            for (int i = 0; i < 20; i++) {
                GateExecutor.get().execute(() -> awaitQuietly(away));
            }
            agent.connect(true).get();
            jenkins.waitForMessage("Ready to run", run);
            agent.disconnect(null).get();
            await().until(agent::isOffline);
            away.countDown();
            simulator.people().approve(number);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            assertThat(agent.isOffline()).isTrue();
            assertThat(deployment(run).getOutcome()).isEqualTo(GateOutcome.PROCEED);
            assertThat(deployment(run).evidence()).isEqualTo(told[0]);
        });
        assertThat(simulator.changes())
                .singleElement()
                .satisfies(change -> assertThat(change.get("description")).isEqualTo(told[0].description()));
        assertThat(simulator.attachments(number)).singleElement().satisfies(attachment -> {
            assertThat(attachment.name()).isEqualTo("report.txt");
            assertThat(attachment.text()).isEqualTo("All is well");
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void theEvidenceOfAWaitingDeploymentStays() throws Throwable {
        ChangeEvidence[] told = new ChangeEvidence[1];
        sessions.then(jenkins -> {
            setUp(jenkins);
            jenkins.createSlave("worker", null, null);
            WorkflowRun run = ControlledJenkins.controlledJob(
                            jenkins,
                            "shop",
                            "node('worker') { writeFile file: 'report.txt', text: 'All is well'\n"
                                    + "archiveArtifacts '*.txt' }\n"
                                    + "serviceNowGate environment: 'Production', version: '1', sameArtifacts: true,"
                                    + " evidence: [changes: true, artifacts: ['*.txt'], files: ['*.txt'],"
                                    + " links: [It: 'https://example.com/']]")
                    .scheduleBuild2(0)
                    .waitForStart();
            jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
            told[0] = deployment(run).evidence();
            assertThat(told[0].description())
                    .contains("- It: https://example.com/", "Artifacts: 1 archived by apps » shop #1");
        });
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            await().until(() -> !simulator.changes().isEmpty());
            ChangeEvidence now = deployment(run).evidence();
            assertThat(now).isEqualTo(told[0]);
            assertThat(Path.of(now.files().get(0).path())).hasContent("All is well");
            simulator.people().approve(simulator.changes().get(0).number());
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            assertThat(simulator.changes()).hasSize(1);
            assertThat(deployment(run).evidence()).isEqualTo(told[0]);
        });
    }
}
