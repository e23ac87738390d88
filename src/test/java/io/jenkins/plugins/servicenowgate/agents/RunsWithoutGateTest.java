package io.jenkins.plugins.servicenowgate.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleProject;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.slaves.Cloud;
import hudson.slaves.DumbSlave;
import hudson.slaves.NodeProvisioner;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.logging.Level;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.LogRecorder;

/** Runs that wait for a reserved agent without a gate are ended; others wait. */
class RunsWithoutGateTest extends Reserved {
    private final LogRecorder ended =
            new LogRecorder().record(RunsWithoutGate.class, Level.INFO).capture(10);

    private void after(int minutes) {
        RunsWithoutGate.get()
                .look(Instant.now().plus(Duration.ofMinutes(minutes)).plusSeconds(1));
    }

    /** The end itself takes a moment, but is logged at once. */
    private void goesOn(WorkflowRun build) {
        assertThat(build.isBuilding()).isTrue();
        assertThat(ended.getMessages()).isEmpty();
    }

    @Test
    void aRunIsEndedWithTheSentenceThatSaysWhatToCall() throws Exception {
        WorkflowRun build = build("shop", "node('production') { echo 'ON THE AGENT' }");
        keptOff(NO_GATE);
        after(9);
        goesOn(build);
        after(10);
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        jenkins.assertLogContains("[ServiceNow] " + NO_GATE, build);
        jenkins.assertLogNotContains("ON THE AGENT", build);
        jenkins.assertLogNotContains("\tat ", build);
        assertThat(jenkins.jenkins.getQueue().getItems()).isEmpty();
    }

    @Test
    void theTimeIsTheAdministrators() throws Exception {
        settings(settings -> settings.setEndWithoutGateMinutes(30));
        WorkflowRun build = build("shop", "node('production') { echo 'ON THE AGENT' }");
        keptOff(NO_GATE);
        after(29);
        goesOn(build);
        after(30);
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
    }

    @Test
    void whoeverHasAGateThatWaitsGoesOnWaiting() throws Exception {
        WorkflowRun build = build(
                "shop",
                "parallel work: { node('production') { echo 'ON THE AGENT' } }, gate: { sleep 2\n" + GATE + " }");
        keptOff(NO_GATE);
        keptOff("is not let go yet");
        after(100);
        goesOn(build);
        approve("shop");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
    }

    @Test
    void whoeverCanRunElsewhereOnlyWaitsForAFreeExecutor() throws Exception {
        DumbSlave other = newAgent("build-1", "linux");
        other.setNumExecutors(1);
        jenkins.jenkins.updateNode(other);
        WorkflowRun busy = build("busy", "node('build-1') { sleep 3600 }");
        jenkins.waitForMessage("Sleeping", busy);
        await().until(() -> jenkins.jenkins.getComputer("build-1").countIdle() == 0);
        WorkflowRun build = build("shop", "node('linux') { echo 'ON AN AGENT' }");
        keptOff(NO_GATE);
        after(100);
        goesOn(build);
        abort(busy);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("Running on build-1", build);
    }

    /** A cloud may bring an agent that is not reserved; whether it does is not for us to know. */
    @Test
    void whoeverACloudMayServeGoesOnWaiting() throws Exception {
        AnyLabelCloud cloud = new AnyLabelCloud();
        jenkins.jenkins.clouds.add(cloud);
        WorkflowRun build = build("shop", "node('production') { echo 'ON THE AGENT' }");
        keptOff(NO_GATE);
        after(100);
        goesOn(build);

        jenkins.jenkins.clouds.remove(cloud);
        await().until(() -> {
            jenkins.jenkins.getQueue().maintain();
            after(100);
            return !build.isBuilding();
        });
        jenkins.assertLogContains("[ServiceNow] " + NO_GATE, build);
        jenkins.assertLogNotContains("ON THE AGENT", build);
    }

    /** Says that it could bring any agent, and brings none. */
    private static final class AnyLabelCloud extends Cloud {
        AnyLabelCloud() {
            super("any");
        }

        @Override
        public boolean canProvision(CloudState state) {
            return true;
        }

        @Override
        public Collection<NodeProvisioner.PlannedNode> provision(CloudState state, int excessWorkload) {
            return List.of();
        }
    }

    @Test
    void anItemThatIsNoBuildYetLeavesTheQueue() throws Exception {
        FreeStyleProject job = tiedToTheAgent();
        Queue.Item item = keptOff(
                "apps » tied on 'prod-1' waits for its gate: name the environment Production in the job's ServiceNow change control");
        after(10);
        await().until(() -> jenkins.jenkins.getQueue().getItems().length == 0);
        assertThat(((Queue.LeftItem) jenkins.jenkins.getQueue().getItem(item.getId())).isCancelled())
                .isTrue();
        assertThat(job.getBuilds()).isEmpty();
    }
}
