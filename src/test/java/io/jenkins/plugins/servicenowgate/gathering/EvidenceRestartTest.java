package io.jenkins.plugins.servicenowgate.gathering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Slave;
import hudson.slaves.RetentionStrategy;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.deployment.RestartTestBase;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.evidence.EvidencePart;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedAttachment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.TestExtension;

/** What approvers were told stays the same across a restart, with the copies of the files. */
@Timeout(180)
class EvidenceRestartTest extends RestartTestBase {
    private static final Duration ONE_MINUTE = Duration.ofMinutes(1);
    private static volatile CountDownLatch asked = new CountDownLatch(0);
    private static volatile CountDownLatch answered = new CountDownLatch(0);

    private static DeploymentRecord deployment(WorkflowRun run) {
        return run.getAction(ChangeRequestsAction.class).getDeployments().get(0);
    }

    /** Takes as long as the test wants. */
    @TestExtension("whatARestartInterruptsIsGatheredAgain")
    public static final class SlowSource implements EvidenceSource {
        @NonNull
        @Override
        public String key() {
            return "slow";
        }

        @Override
        public EvidencePart gather(@NonNull EvidenceContext context) throws InterruptedException {
            asked.countDown();
            answered.await();
            return EvidencePart.of("Slow", "found");
        }
    }

    /** Pipeline resumes the step only when its agent is back. What was copied from its workspace is sent all the same. */
    @Test
    void filesOfAWorkspaceAreSentAfterARestartWithoutItsAgent() throws Throwable {
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
                                    + " evidence: [files: ['*.txt']] }")
                    .scheduleBuild2(0)
                    .waitForStart();
            await().atMost(ONE_MINUTE).until(() -> simulator.requests().count(Endpoint.ATTACH) > 0);
            told[0] = deployment(run).evidence();
            jenkins.jenkins.getComputer("worker").disconnect(null).get();
            // It is not connected by the restart either.
            Slave agent = (Slave) jenkins.jenkins.getNode("worker");
            agent.setRetentionStrategy(new RetentionStrategy.Demand(1_000_000, 1));
            agent.save();
        });
        String number = simulator.changes().get(0).number();
        assertThat(simulator.attachments(number)).isEmpty();
        simulator.faults().clear();
        simulator.people().approve(number);
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            await().atMost(ONE_MINUTE)
                    .until(() -> !simulator.attachments(number).isEmpty());
            assertThat(simulator.attachments(number))
                    .extracting(SimulatedAttachment::text)
                    .containsExactly("All is well");
            assertThat(jenkins.jenkins.getComputer("worker").isOffline()).isTrue();
            assertThat(deployment(run).evidence()).isEqualTo(told[0]);
            assertThat(deployment(run).getOutcome()).isEqualTo(GateOutcome.WAIT);
            jenkins.jenkins.getComputer("worker").connect(true);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        });
        assertThat(simulator.changes()).hasSize(1);
        assertThat(simulator.attachments(number)).hasSize(1);
    }

    @Test
    void whatARestartInterruptsIsGatheredAgain() throws Throwable {
        asked = new CountDownLatch(1);
        answered = new CountDownLatch(1);
        sessions.then(jenkins -> {
            begin(
                    jenkins,
                    "serviceNowGate environment: 'Production', version: '1',"
                            + " evidence: [links: [It: 'https://example.com/']]");
            asked.await();
        });
        assertThat(simulator.changes()).isEmpty();
        answered.countDown();
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
            assertThat(simulator.changes()).hasSize(1);
            assertThat(simulator.changes().get(0).get("description"))
                    .isEqualTo(deployment(run).evidence().description())
                    .contains("Slow: found", "- It: https://example.com/");
            jenkins.assertLogNotContains("Not gathered", run);
            simulator.people().approve(simulator.changes().get(0).number());
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        });
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
