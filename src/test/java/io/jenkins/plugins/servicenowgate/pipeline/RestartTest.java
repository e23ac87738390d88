package io.jenkins.plugins.servicenowgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.deployment.RestartTestBase;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** Waiting builds keep waiting for the same change after a restart of Jenkins, and leave no secret on disk. */
class RestartTest extends RestartTestBase {
    private static final String SCRIPT = "serviceNowDeployment(environment: 'Production', version: '1') {\n"
            + "  echo \"deploying by ${env.SERVICENOW_CHANGE_NUMBER}\"\n}";

    @Test
    void keepsWaitingForTheSameChangeAfterARestart() throws Throwable {
        sessions.then(jenkins -> {
            beginWaiting(jenkins, SCRIPT);
        });
        String number = simulator.changes().get(0).number();
        noSecretOnDisk(sessions.getHome().toPath());
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            int polls = simulator.requests().count(Endpoint.LIST);
            org.awaitility.Awaitility.await()
                    .atMost(java.time.Duration.ofSeconds(60))
                    .until(() -> simulator.requests().count(Endpoint.LIST) > polls + 1);
            assertThat(run.isBuilding()).isTrue();
            simulator.people().approve(number);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            jenkins.assertLogContains("deploying by " + number, run);
            assertThat(run.getAction(ChangeRequestsAction.class).getDeployments())
                    .singleElement()
                    .satisfies(d -> assertThat(d.getOutcome()).isEqualTo(GateOutcome.PROCEED));
        });
        assertThat(simulator.changes()).hasSize(1);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        noSecretOnDisk(sessions.getHome().toPath());
    }

    @Test
    void readsChangesMadeWhileJenkinsWasDown() throws Throwable {
        sessions.then(jenkins -> {
            beginWaiting(jenkins, SCRIPT);
        });
        simulator.people().cancel(simulator.changes().get(0).number());
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
            jenkins.assertLogContains("is in Canceled", run);
            jenkins.assertLogNotContains("deploying by", run);
        });
    }

    /** The instance executes the request, but no response arrives before Jenkins is stopped. */
    @Test
    void findsTheChangeThatWasCreatedButNotStored() throws Throwable {
        sessions.then(jenkins -> {
            simulator
                    .faults()
                    .on(Endpoint.CREATE_NORMAL)
                    .once(Fault.connectionReset().afterCommit());
            simulator.faults().on(Endpoint.LIST).always(Fault.unavailable());
            WorkflowRun run = begin(jenkins, SCRIPT);
            jenkins.waitForMessage("[ServiceNow] ServiceNow is unavailable", run);
            simulator.faults().on(Endpoint.LIST).clear();
            org.awaitility.Awaitility.await().until(() -> simulator.changes().size() == 1);
            simulator.faults().on(Endpoint.LIST).always(Fault.unavailable());
        });
        simulator.faults().clear();
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            simulator.people().approve(simulator.changes().get(0).number());
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        });
        assertThat(simulator.changes()).hasSize(1);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }

    @Test
    void canBeAbortedAfterARestart() throws Throwable {
        sessions.then(jenkins -> {
            beginWaiting(jenkins, SCRIPT);
        });
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            run.doStop();
            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
            org.awaitility.Awaitility.await()
                    .until(() -> run.getAction(ChangeRequestsAction.class)
                                    .getDeployments()
                                    .get(0)
                                    .getOutcome()
                            == GateOutcome.ABORTED);
        });
    }

    /** No file of Jenkins contains secrets or tokens in plain text. */
    private void noSecretOnDisk(Path host) throws Exception {
        String token = simulator
                .requests()
                .to(Endpoint.LIST)
                .get(0)
                .header("Authorization")
                .substring(7);
        try (Stream<Path> files = Files.walk(host)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.toString().endsWith(".jar") || file.toString().contains("/plugins/")) {
                    continue;
                }
                String text = new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
                assertThat(text)
                        .as(file.toString())
                        .doesNotContain(ServiceNowSimulator.CLIENT_SECRET, ServiceNowSimulator.PASSWORD, token);
            }
        }
    }
}
