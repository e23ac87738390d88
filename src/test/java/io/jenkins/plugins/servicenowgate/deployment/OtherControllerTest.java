package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** The same deployment once more, from another controller: it uses the open change. */
class OtherControllerTest extends RestartTestBase {
    private static final String SCRIPT =
            "serviceNowDeployment(environment: 'Production', version: '1') { echo 'DEPLOYED' }";

    @RegisterExtension
    private final JenkinsSessionExtension otherController = new JenkinsSessionExtension();

    @Test
    void usesTheSameChange() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowRun run = beginWaiting(jenkins, SCRIPT);
            run.doStop();
            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
            await().until(() -> simulator.changes().get(0).workNotes().size() == 2);
        });
        otherController.then(jenkins -> {
            WorkflowRun run = beginWaiting(jenkins, SCRIPT);
            simulator.people().approve(simulator.changes().get(0).number());
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            jenkins.assertLogContains("DEPLOYED", run);
        });
        assertThat(simulator.changes()).hasSize(1);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }
}
