package io.jenkins.plugins.servicenowgate.gathering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Computer;
import hudson.slaves.DumbSlave;
import hudson.slaves.OfflineCause;
import hudson.slaves.RetentionStrategy;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedAttachment;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.time.Duration;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gate in a {@code node} block whose agent goes away: only what is in its workspace is missing. */
@Timeout(180)
class EvidenceWithoutAgentTest extends EvidenceTestBase {
    private static Computer agentThatStaysAway(String name) throws Exception {
        DumbSlave agent = newAgent(name, name);
        agent.setRetentionStrategy(new RetentionStrategy.Demand(1_000_000, 1));
        return agent.toComputer();
    }

    private static void disconnect(Computer agent) throws Exception {
        agent.disconnect(new OfflineCause.ByCLI("away")).get();
        await().until(agent::isOffline);
    }

    /** The files were copied when they were gathered. */
    @Test
    void whatWasGatheredIsSentAndTheDeploymentReleasedWithoutTheAgent() throws Exception {
        Computer agent = agentThatStaysAway("leaves");
        simulator.faults().on(Endpoint.ATTACH).always(Fault.badGateway());
        WorkflowRun run = waiting(build(
                "shop",
                "node('leaves') { writeFile file: 'report.txt', text: 'All is well'\n" + GATE
                        + ", evidence: [files: ['*.txt']]\necho 'DEPLOYED' }"));
        SimulatedChange change = theChange();
        await().atMost(Duration.ofMinutes(1)).until(() -> simulator.requests().count(Endpoint.ATTACH) > 0);
        disconnect(agent);
        simulator.faults().clear();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> !simulator.attachments(change.number()).isEmpty());
        assertThat(simulator.attachments(change.number()))
                .extracting(SimulatedAttachment::text)
                .containsExactly("All is well");

        simulator.people().approve(change.number());
        jenkins.waitForMessage("DEPLOYED", run);
        assertThat(deployment(run).getOutcome()).isEqualTo(GateOutcome.PROCEED);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        assertThat(agent.isOffline()).isTrue();
        assertThat(change.workNotes()).anyMatch(note -> note.contains(" started. "));
        assertThat(simulator.attachments(change.number())).hasSize(1);
        assertThat(deployment(run).getWarning()).isNull();
    }

    @Test
    void aGateOpensWithoutTheAgentAndWithoutTheFilesInItsWorkspace() throws Exception {
        Computer agent = agentThatStaysAway("left");
        WorkflowRun run = build(
                "shop",
                "node('left') { writeFile file: 'report.txt', text: 'All is well'\nsemaphore 'before-the-gate'\n" + GATE
                        + ", evidence: [files: ['*.txt'], links: [Wiki: 'https://wiki.example/']] }");
        SemaphoreStep.waitForStart("before-the-gate/1", run);
        disconnect(agent);
        SemaphoreStep.success("before-the-gate/1", null);

        waiting(run);
        assertThat(theChange().get("description"))
                .contains("- Wiki: https://wiki.example/", "Not attached: no file matches *.txt.");
        jenkins.assertLogContains("[ServiceNow] Not attached: no file matches *.txt.", run);
        assertThat(deployment(run).getWarning()).contains("Not attached: no file matches *.txt.");
        goes(run);
        assertThat(agent.isOffline()).isTrue();
    }
}
