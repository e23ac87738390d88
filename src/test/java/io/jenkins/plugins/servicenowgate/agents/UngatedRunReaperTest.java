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

/** Runs that wait for a reserved agent without a gate are ended; others keep waiting. */
class UngatedRunReaperTest extends ReservedAgentTestBase {
    private final LogRecorder ended =
            new LogRecorder().record(UngatedRunReaper.class, Level.INFO).capture(10);

    private void after(int minutes) {
        UngatedRunReaper.get()
                .check(Instant.now().plus(Duration.ofMinutes(minutes)).plusSeconds(1));
    }

    /** Ending a run takes some time, but is logged at once. */
    private void keepsWaiting(WorkflowRun build) {
        assertThat(build.isBuilding()).isTrue();
        assertThat(ended.getMessages()).isEmpty();
    }

    @Test
    void aRunIsAbortedWithALineThatNamesTheStep() throws Exception {
        WorkflowRun build = build("shop", "node('production') { echo 'ON THE AGENT' }");
        recordBlocked(NO_GATE);
        after(9);
        keepsWaiting(build);
        after(10);
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        jenkins.assertLogContains("[ServiceNow] " + NO_GATE, build);
        jenkins.assertLogNotContains("ON THE AGENT", build);
        jenkins.assertLogNotContains("\tat ", build);
        assertThat(jenkins.jenkins.getQueue().getItems()).isEmpty();
    }

    /** The queue still knows an item for some minutes after it left. */
    @Test
    void anItemThatLeftTheQueueIsForgotten() throws Exception {
        FreeStyleProject job = tiedToTheAgent();
        recordBlocked("has no ServiceNow gate");
        jenkins.jenkins.getQueue().cancel(job.getQueueItem());

        after(100);

        assertThat(ended.getMessages()).isEmpty();
    }

    @Test
    void theTimeLimitIsConfigurable() throws Exception {
        settings(settings -> settings.setEndWithoutGateMinutes(30));
        WorkflowRun build = build("shop", "node('production') { echo 'ON THE AGENT' }");
        recordBlocked(NO_GATE);
        after(29);
        keepsWaiting(build);
        after(30);
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
    }

    @Test
    void aRunWithAWaitingGateKeepsWaiting() throws Exception {
        WorkflowRun build = build(
                "shop",
                "parallel work: { node('production') { echo 'ON THE AGENT' } }, gate: { sleep 2\n" + GATE + " }");
        recordBlocked(NO_GATE);
        recordBlocked("is not released yet");
        after(100);
        keepsWaiting(build);
        approve("shop");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
    }

    @Test
    void aRunThatMayUseAnotherAgentKeepsWaiting() throws Exception {
        DumbSlave other = newAgent("build-1", "linux");
        other.setNumExecutors(1);
        jenkins.jenkins.updateNode(other);
        WorkflowRun busy = build("busy", "node('build-1') { sleep 3600 }");
        jenkins.waitForMessage("Sleeping", busy);
        await().until(() -> jenkins.jenkins.getComputer("build-1").countIdle() == 0);
        WorkflowRun build = build("shop", "node('linux') { echo 'ON AN AGENT' }");
        recordBlocked(NO_GATE);
        after(100);
        keepsWaiting(build);
        abort(busy);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("Running on build-1", build);
    }

    /** A cloud may provision an agent that is not reserved; this can't be known in advance. */
    @Test
    void aRunThatACloudMayServeKeepsWaiting() throws Exception {
        AnyLabelCloud cloud = new AnyLabelCloud();
        jenkins.jenkins.clouds.add(cloud);
        WorkflowRun build = build("shop", "node('production') { echo 'ON THE AGENT' }");
        recordBlocked(NO_GATE);
        after(100);
        keepsWaiting(build);

        jenkins.jenkins.clouds.remove(cloud);
        await().until(() -> {
            jenkins.jenkins.getQueue().maintain();
            after(100);
            return !build.isBuilding();
        });
        jenkins.assertLogContains("[ServiceNow] " + NO_GATE, build);
        jenkins.assertLogNotContains("ON THE AGENT", build);
    }

    /** A cloud that claims to provision any label but never does. */
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
    void anItemWithoutBuildIsCanceled() throws Exception {
        FreeStyleProject job = tiedToTheAgent();
        Queue.Item item = recordBlocked(
                "apps » tied on 'prod-1' has no ServiceNow gate: set the environment Production in the job's ServiceNow change control settings");
        after(10);
        await().until(() -> jenkins.jenkins.getQueue().getItems().length == 0);
        assertThat(((Queue.LeftItem) jenkins.jenkins.getQueue().getItem(item.getId())).isCancelled())
                .isTrue();
        assertThat(job.getBuilds()).isEmpty();
    }
}
