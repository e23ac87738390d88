package io.jenkins.plugins.servicenowgate.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ReservedAgents;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;

/** A Jenkins with one agent, prod-1, which is reserved for deployments to Production. */
abstract class ReservedAgentTestBase extends ControlledJenkinsTestBase {
    static final String GATE = "serviceNowGate(environment: 'Production', version: '1')\n";
    static final String NO_GATE = "`node` on 'prod-1' waits for serviceNowGate(environment: 'Production')";

    DumbSlave agent;

    @BeforeEach
    final void reserveTheAgent() throws Exception {
        reserve(environment -> environment.setAgentLabel("production"));
        agent = agent("prod-1", "production linux");
    }

    @SafeVarargs
    static void reserve(Consumer<Environment>... settings) {
        Environment production = ControlledJenkins.environment("Production", true);
        Arrays.stream(settings).forEach(setting -> setting.accept(production));
        ServiceNowGateConfiguration.get()
                .setEnvironments(List.of(production, ControlledJenkins.environment("Dev", false)));
    }

    static void settings(Consumer<ReservedAgents> setting) {
        ReservedAgents settings = new ReservedAgents();
        setting.accept(settings);
        ServiceNowGateConfiguration.get().setReservedAgents(settings);
    }

    /** A controlled job that can run only on the agent and names no environment, with an item in the queue. */
    final FreeStyleProject tiedToTheAgent() throws Exception {
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "tied");
        job.addProperty(new ChangeControlJobProperty());
        job.setAssignedLabel(Label.get("production"));
        job.scheduleBuild2(0);
        return job;
    }

    /** Waits until a queue item is blocked for the given reason. */
    final Queue.Item recordBlocked(String reason) {
        await().until(() -> Arrays.stream(jenkins.jenkins.getQueue().getItems())
                .anyMatch(item -> String.valueOf(item.getWhy()).contains(reason)));
        Queue.Item kept = Arrays.stream(jenkins.jenkins.getQueue().getItems())
                .filter(item -> String.valueOf(item.getWhy()).contains(reason))
                .findFirst()
                .orElseThrow();
        assertThat(agent.toComputer().countBusy()).as("work on the agent").isZero();
        return kept;
    }

    /** The change for which the job's deployment waits, approved and in Implement. */
    final SimulatedChange approve(String job) {
        String title = ControlledJenkins.title(ControlledJenkins.fullName(job), "1");
        await().until(() ->
                simulator.changes().stream().anyMatch(change -> title(change).equals(title)));
        SimulatedChange change = simulator.changes().stream()
                .filter(one -> title(one).equals(title))
                .findFirst()
                .orElseThrow();
        simulator.people().approve(change.number());
        return change;
    }

    private static String title(SimulatedChange change) {
        return String.valueOf(change.get("short_description"));
    }

    /** A change for the job's deployment that is already in Implement, so that gates are released at once. */
    final SimulatedChange approved(String job) {
        SimulatedChange change = simulator.addChange(
                Map.of("short_description", ControlledJenkins.title(ControlledJenkins.fullName(job), "1")));
        simulator.people().approve(change.number());
        return change;
    }

    final void abort(Run<?, ?> build) throws Exception {
        build.getExecutor().interrupt();
        jenkins.waitForCompletion(build);
    }

    final WorkflowRun next(WorkflowJob job) throws Exception {
        return job.scheduleBuild2(0).waitForStart();
    }
}
