package io.jenkins.plugins.servicenowgate.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Queue;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueTaskDispatcher;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * The cost of the dispatcher in a real Jenkins with 10,000 queue items that stay blocked: one decision, and one
 * maintenance of the queue. A measurement that is started by {@code bin/benchmark --queue}; not part of the tests.
 */
@WithJenkins
@Timeout(value = 1, unit = TimeUnit.HOURS)
public class QueueBenchmark {
    private static final int ITEMS = Integer.getInteger("items", 10_000);
    private static final int JOBS = 100;

    private static volatile Node agent;

    @Test
    void measure(JenkinsRule jenkins) throws Exception {
        SecuredJenkins.secure(jenkins);
        DumbSlave created = jenkins.createSlave("prod-1", "production", null);
        jenkins.waitOnline(created);
        agent = created;
        for (int i = 0; i < JOBS; i++) {
            FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop-" + i);
            job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("N", "")));
            job.addProperty(new ChangeControlJobProperty());
            job.setConcurrentBuild(true);
            job.setAssignedLabel(Label.get("production"));
            for (int n = 0; n < ITEMS / JOBS; n++) {
                job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("N", String.valueOf(n))));
            }
        }
        Queue queue = jenkins.jenkins.getQueue();
        await().atMost(Duration.ofMinutes(5))
                .until(() -> queue.getBuildableItems().size() == ITEMS);

        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(QueueBenchmark.class.getName() + "\\..*")
                        .forks(0)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.seconds(2))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.seconds(2))
                        .build())
                .run();
        assertThat(results).hasSize(6);
        for (RunResult result : results) {
            System.out.printf(
                    Locale.ROOT,
                    "MEASURED %s, reserved: %s: %.1f +- %.1f %s%n",
                    result.getPrimaryResult().getLabel(),
                    result.getParams().getParam("reserved"),
                    result.getPrimaryResult().getScore(),
                    result.getPrimaryResult().getScoreError(),
                    result.getPrimaryResult().getScoreUnit());
        }
        queue.clear();
    }

    /** Blocks every item independently of reservations, so that the queue does the same work each time. */
    @TestExtension
    public static final class Nobody extends QueueTaskDispatcher {
        private static final CauseOfBlockage NOBODY = new CauseOfBlockage() {
            @Override
            public String getShortDescription() {
                return "nobody";
            }
        };

        @Override
        public CauseOfBlockage canTake(Node node, Queue.BuildableItem item) {
            return NOBODY;
        }
    }

    /** The queue with or without reserved agents. */
    @State(Scope.Benchmark)
    public static class Reserving {
        @Param({"nothing", "another agent", "this agent"})
        public String reserved;

        private final ReservedAgentsDispatcher dispatcher =
                Jenkins.get().getExtensionList(QueueTaskDispatcher.class).get(ReservedAgentsDispatcher.class);

        private Queue.BuildableItem item;

        @Setup
        public void reserve() {
            Environment production = ControlledJenkins.environment("Production", true);
            switch (reserved) {
                case "another agent" -> production.setAgentLabel("elsewhere");
                case "this agent" -> production.setAgentLabel("production");
                default -> {
                    // Nothing.
                }
            }
            ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
            item = Jenkins.get().getQueue().getBuildableItems().get(0);
        }
    }

    /** One decision about one item and one agent. */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public Object decision(Reserving state) {
        return state.dispatcher.canTake(agent, state.item);
    }

    /** One maintenance of the whole queue. */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public void maintenance(Reserving state) {
        Jenkins.get().getQueue().maintain();
    }
}
