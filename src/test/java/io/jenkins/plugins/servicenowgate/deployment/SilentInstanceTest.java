package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * One of two instances accepts connections and never answers. Ten deployments that have no change yet and ten pending notes
 * of that connection delay neither a release of the other connection nor a job that needs no change.
 */
class SilentInstanceTest extends ControlledJenkinsTestBase {
    private static final int MANY = 10;
    private static final String GATE = "serviceNowGate(environment: '%s', version: params.V)\necho 'DEPLOYED'";

    private final List<Socket> accepted = new ArrayList<>();
    private ServiceNowSimulator other;
    private ServerSocket blackHole;
    private WorkflowJob silentJob;

    @BeforeEach
    void addTheOtherConnection() throws Exception {
        other = ServiceNowSimulator.start();
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        configuration.setConnections(List.of(
                ControlledJenkins.connection("corp", simulator), ControlledJenkins.connection("silent", other)));
        configuration.setEnvironments(List.of(
                environment("Production", "corp"),
                environment("Silent", "silent"),
                ControlledJenkins.environment("Dev", false)));
        silentJob = job("silent", "Silent");
    }

    @AfterEach
    void endTheBlackHole() throws Exception {
        other.close();
        // Ends the requests, so that the reset after the test need not wait for their timeouts.
        for (Socket socket : accepted) {
            socket.close();
        }
        if (blackHole != null) {
            blackHole.close();
        }
    }

    private static Environment environment(String name, String connection) {
        Environment environment = ControlledJenkins.environment(name, true);
        environment.setConnection(connection);
        return environment;
    }

    private static WorkflowJob job(String name, String environment) throws Exception {
        WorkflowJob job = ControlledJenkins.controlledJob(jenkins, name, String.format(GATE, environment));
        job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("V")));
        return job;
    }

    private static WorkflowRun start(WorkflowJob job, String version) throws Exception {
        return job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("V", version)))
                .waitForStart();
    }

    private List<WorkflowRun> startMany(String prefix) throws Exception {
        List<WorkflowRun> runs = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            runs.add(start(silentJob, prefix + i));
        }
        return runs;
    }

    /** Ten notes to write and ten changes to find, to an address that nobody answers. */
    private List<WorkflowRun> goSilent() throws Exception {
        List<WorkflowRun> linked = startMany("1.");
        await().until(() -> other.changes().size() == MANY
                && other.changes().stream()
                        .allMatch(change -> change.workNotes().size() == 1));
        other.close();
        blackHole = new ServerSocket(other.port(), 50, InetAddress.getByName("127.0.0.1"));
        linked.forEach(WorkflowRun::doStop);
        for (WorkflowRun run : linked) {
            jenkins.waitForCompletion(run);
        }
        List<WorkflowRun> unlinked = startMany("2.");
        accepted.add(blackHole.accept());
        await().until(() -> unlinked.stream().allMatch(run -> run.getAction(ChangeRequestsAction.class) != null));
        return unlinked;
    }

    @Test
    void delaysNeitherAnotherConnectionNorAJobThatNeedsNoChange() throws Exception {
        List<WorkflowRun> silent = goSilent();

        WorkflowRun run = waiting(start(job("shop", "Production"), "1"));
        int before = simulator.requests().count(Endpoint.LIST);
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("DEPLOYED", run);
        assertThat(simulator.requests().count(Endpoint.LIST) - before)
                .as("the poll that was under way, the next one, and the last look before the release")
                .isLessThanOrEqualTo(3);

        int requests = simulator.requests().count(Endpoint.LIST);
        WorkflowRun free = start(job("free", "Dev"), "1");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(free));
        assertThat(deployment(free).getOutcome()).isEqualTo(GateOutcome.NOT_REQUIRED);
        assertThat(simulator.requests().count(Endpoint.LIST)).isEqualTo(requests);

        // Nothing of the silent connection had ended meanwhile, neither by an answer nor by a timeout.
        for (WorkflowRun waits : silent) {
            assertThat(waits.isBuilding()).isTrue();
            assertThat(deployment(waits).getNumber()).isNull();
            // But for a connection that was open before, which a request may find closed.
            assertThat(JenkinsRule.getLog(waits).lines())
                    .filteredOn(line -> line.contains("unavailable"))
                    .allMatch(line -> line.contains("unexpected end of stream"))
                    .hasSizeLessThan(2);
        }
        assertThat(other.changes())
                .allSatisfy(change -> assertThat(change.workNotes()).hasSize(1));
    }
}
