package io.jenkins.plugins.servicenowgate.gathering;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.RestartTestBase;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Of which artifacts the approvers of a change were told is known after a restart. */
@Timeout(180)
class ToldArtifactsRestartTest extends RestartTestBase {
    private static final String SCRIPT =
            "node('worker') { writeFile file: 'app.txt', text: \"app ${currentBuild.number}\"\n"
                    + "archiveArtifacts '*.txt' }\n"
                    + "serviceNowGate environment: 'Production', version: '1', sameArtifacts: true,"
                    + " evidence: [artifacts: ['*.txt']]";

    @Test
    void anotherBuildOfTheVersionIsRefusedAfterARestart() throws Throwable {
        sessions.then(jenkins -> {
            setUp(jenkins);
            jenkins.createSlave("worker", null, null);
            WorkflowRun first = begin(jenkins, SCRIPT);
            jenkins.waitForMessage("[ServiceNow] Waiting: ", first);
        });
        sessions.then(jenkins -> {
            simulator.people().approve(simulator.changes().get(0).number());
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(theRun(jenkins)));
        });
        sessions.then(jenkins -> {
            WorkflowRun second = jenkins.jenkins
                    .getItemByFullName("apps/shop", WorkflowJob.class)
                    .scheduleBuild2(0)
                    .waitForStart();
            jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(second));
            jenkins.assertLogContains("were told of the artifacts of build 1 of apps/shop, and those", second);
            assertThat(simulator.changes()).hasSize(1);
            assertThat(simulator.requests().to(Endpoint.UPDATE))
                    .noneMatch(request -> request.json().has("state"));
        });
    }

    /** What the approvers were told first may be in the part of the file that is lost. */
    @Test
    void anotherBuildOfTheVersionIsRefusedAfterTheFileWasDamaged() throws Throwable {
        sessions.then(jenkins -> {
            setUp(jenkins);
            jenkins.createSlave("worker", null, null);
            WorkflowRun first = begin(jenkins, SCRIPT);
            jenkins.waitForMessage("[ServiceNow] Waiting: ", first);
            first.doStop();
            jenkins.waitForCompletion(first);
        });
        sessions.then(jenkins -> {
            Path file = jenkins.jenkins.getRootDir().toPath().resolve("servicenow-gate/told-artifacts.txt");
            assertThat(file).isNotEmptyFile();
            Files.writeString(file, "\0\0\0\n");
            WorkflowRun second = jenkins.jenkins
                    .getItemByFullName("apps/shop", WorkflowJob.class)
                    .scheduleBuild2(0)
                    .waitForStart();
            jenkins.waitForMessage("[ServiceNow] Waiting: ", second);
            simulator.people().approve(simulator.changes().get(0).number());
            jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(second));
            jenkins.assertLogContains("it is not known of which artifacts the approvers of", second);
        });
    }
}
