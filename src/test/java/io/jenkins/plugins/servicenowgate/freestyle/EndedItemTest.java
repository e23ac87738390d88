package io.jenkins.plugins.servicenowgate.freestyle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleProject;
import hudson.model.Queue;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRequestHandler;
import io.jenkins.plugins.servicenowgate.deployment.GateCallback;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.deployment.RestartTestBase;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The controller was stopped right after a queue item was refused and before the item left the queue. */
class EndedItemTest extends RestartTestBase {
    /**
     * A person canceled the item: what is known about it is deleted only after the queue was stored without the item. If
     * the controller is killed before, the item is in the queue again, and its deployment is over.
     */
    @Test
    void anItemThatWasCanceledIsNotRequestedAgain() throws Throwable {
        sessions.then(jenkins -> {
            setUp(jenkins);
            Path queue = jenkins.jenkins.getRootDir().toPath().resolve("queue.xml");
            Path stored = jenkins.jenkins.getRootDir().toPath().resolve("servicenow-gate/queued-deployments");
            FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "shop", "7");
            job.scheduleBuild2(0);
            await().until(() -> simulator.changes().size() == 1
                    && simulator.changes().get(0).workNotes().size() == 1);
            String id = job.getQueueItem().getAction(QueuedDeployment.class).id();
            assertThat(Files.readString(queue)).contains(id);
            jenkins.jenkins.getQueue().cancel(job.getQueueItem());
            await().until(() -> stored.toFile().list().length == 0);
            assertThat(Files.readString(queue)).doesNotContain(id);
        });
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        assertThat(simulator.changes().get(0).workNotes()).hasSize(2);
    }

    @Test
    void isNotRequestedAgain() throws Throwable {
        sessions.then(jenkins -> {
            setUp(jenkins);
            FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "shop", "7");
            job.scheduleBuild2(0);
            await().until(() -> simulator.changes().size() == 1
                    && simulator.changes().get(0).workNotes().size() == 1);
            Queue.Item item = job.getQueueItem();
            QueuedDeployment deployment = item.getAction(QueuedDeployment.class);
            DeploymentRequestHandler.refuse(
                    new QueueItemHost(item, job, deployment),
                    deployment.id(),
                    QueuedDeployment.requestOf(job, Map.of(), null),
                    new GateCallback() {
                        @Override
                        public void proceed(DeploymentRecord record) {
                            throw new AssertionError("released");
                        }

                        @Override
                        public void refuse(String reason) {
                            // The item is not notified.
                        }
                    },
                    "Refused: it was over before the crash.");
        });
        simulator.people().approve(simulator.changes().get(0).number());
        sessions.then(jenkins -> {
            jenkins.createOnlineSlave();
            FreeStyleProject job = jenkins.jenkins.getItemByFullName("apps/shop", FreeStyleProject.class);
            await().until(() -> job.getBuildByNumber(1) != null);
            jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(job.getBuildByNumber(1)));
            jenkins.assertLogNotContains("is in Implement; the deployment is released", job.getBuildByNumber(1));
            assertThat(job.getBuildByNumber(1)
                            .getAction(ChangeRequestsAction.class)
                            .getDeployments())
                    .extracting(DeploymentRecord::getOutcome)
                    .containsExactly(GateOutcome.REFUSE);
        });
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }
}
