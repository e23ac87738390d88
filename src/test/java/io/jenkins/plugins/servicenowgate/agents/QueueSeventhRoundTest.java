package io.jenkins.plugins.servicenowgate.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.matrix.AxisList;
import hudson.matrix.MatrixBuild;
import hudson.matrix.MatrixProject;
import hudson.matrix.TextAxis;
import hudson.model.Action;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Queue;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.Deployments;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.SleepBuilder;

/** The seventh round of attacks, on reserved agents and the queue: {@code docs/threat-model.md} lists them. */
@Timeout(90)
class QueueSeventhRoundTest extends AttackTestBase {
    private static Action[] deploymentsOf(hudson.model.Actionable released) {
        return released.getActions(Deployments.class).stream()
                .map(Action.class::cast)
                .toArray(Action[]::new);
    }

    private static boolean isOpen(Action deployments) {
        return ((Deployments) deployments).getDeployments().stream().anyMatch(DeploymentRecord::isGateOpen);
    }

    /** Attack: an item whose job names no environment has the released deployment of an item of another job. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theReleaseOfAnItemIsNotThatOfAnItemOfAnotherJob(boolean running) throws Exception {
        approved("shop");
        FreeStyleProject shop = ControlledJenkins.queuedJob(jenkins, "shop", "1");
        shop.setAssignedLabel(Label.get("elsewhere"));
        shop.getBuildersList().add(new SleepBuilder(3_600_000));
        shop.scheduleBuild2(0);
        await().until(() -> jenkins.jenkins.getQueue().getBuildableItems().size() == 1);
        Queue.Item released = shop.getQueueItem();
        Action[] copies = deploymentsOf(released);
        if (running) {
            newAgent("elsewhere-1", "elsewhere");
            await().until(() -> shop.getBuildByNumber(1) != null);
            // It is requested again for the build, which opens the gate.
            await().until(() -> shop.getBuildByNumber(1).getExecutor() != null && isOpen(copies[0]));
            await().until(() -> JenkinsRule.getLog(shop.getBuildByNumber(1)).contains("Sleeping"));
        }
        assertThat(copies).hasSize(1);
        FreeStyleProject tied = ControlledJenkins.create(jenkins, FreeStyleProject.class, "tied");
        tied.addProperty(new ChangeControlJobProperty());
        tied.setAssignedLabel(Label.get("production"));
        tied.getBuildersList().add(new Deploying());
        tied.scheduleBuild2(0, copies);
        await().until(() -> tied.getQueueItem() == null
                || String.valueOf(tied.getQueueItem().getWhy()).contains("prod-1"));
        assertThat(tied.getQueueItem()).as("item on the reserved agent").isNotNull();
        recordBlocked("tied on 'prod-1' has no ServiceNow gate");
        assertThat(tied.getBuilds()).isEmpty();
        jenkins.jenkins.getQueue().cancel(tied.getQueueItem());
        // The deployment is still that of its own item, which goes on.
        assertThat(isOpen(copies[0])).isTrue();
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
        if (running) {
            FreeStyleBuild build = shop.getBuildByNumber(1);
            abort(build);
        }
    }

    /** What keeping a matrix off reserved agents costs: it does not wait for an agent that is offline. */
    @Test
    void aMatrixIsNotSentToAnAgentThatIsOffline() throws Exception {
        DumbSlave offline = newAgent("a-offline", "linux");
        DumbSlave online = newAgent("b-online", "linux");
        offline.toComputer().setTemporarilyOffline(true, null);
        MatrixProject shop = ControlledJenkins.create(jenkins, MatrixProject.class, "shop");
        shop.addProperty(new ChangeControlJobProperty());
        shop.setAxes(new AxisList(new TextAxis("zone", "east")));
        shop.setAssignedLabel(Label.get("linux"));
        shop.scheduleBuild2(0);
        await().until(() -> shop.getBuildByNumber(1) != null);
        MatrixBuild build = jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(shop.getBuildByNumber(1)));
        assertThat(build.getBuiltOnStr()).isEqualTo(online.getNodeName());
        assertThat(build.getRuns().get(0).getBuiltOnStr()).isEqualTo(online.getNodeName());
    }
}
