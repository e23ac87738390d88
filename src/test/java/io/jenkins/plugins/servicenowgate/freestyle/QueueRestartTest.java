package io.jenkins.plugins.servicenowgate.freestyle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleProject;
import hudson.model.Queue;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.RestartTestBase;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** A queue item keeps waiting for the same change after a restart. */
class QueueRestartTest extends RestartTestBase {
    private static FreeStyleProject job(JenkinsRule jenkins) {
        return jenkins.jenkins.getItemByFullName("apps/shop", FreeStyleProject.class);
    }

    private static String why(FreeStyleProject job) {
        Queue.Item item = job.getQueueItem();
        return item == null || item.getWhy() == null ? "" : item.getWhy();
    }

    @Test
    void keepsWaitingInTheQueue() throws Throwable {
        sessions.then(jenkins -> {
            setUp(jenkins);
            FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "shop", "7");
            job.scheduleBuild2(0);
            await().until(() -> why(job).startsWith("Waiting: CHG"));
            await().until(() -> simulator.changes().get(0).workNotes().size() == 1);
        });
        sessions.then(jenkins -> {
            await().until(() -> why(job(jenkins)).startsWith("Waiting: CHG"));
            jenkins.createOnlineSlave();
            simulator.people().approve(simulator.changes().get(0).number());
            await().until(() -> job(jenkins).getLastBuild() != null);
            jenkins.assertBuildStatusSuccess(
                    jenkins.waitForCompletion(job(jenkins).getLastBuild()));
            await().until(() -> simulator.changes().get(0).workNotes().size() == 3);
        });
        assertThat(simulator.changes()).hasSize(1);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }
}
