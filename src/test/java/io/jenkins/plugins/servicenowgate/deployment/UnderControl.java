package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.io.File;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A Jenkins under change control, set up as {@link ControlledJenkins} does, and the simulator that it asks. */
@WithJenkins
public abstract class UnderControl {
    protected JenkinsRule jenkins;
    protected ServiceNowSimulator simulator;

    @BeforeEach
    protected final void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        simulator = ServiceNowSimulator.start();
        ControlledJenkins.configure(simulator);
    }

    @AfterEach
    protected final void stop() {
        simulator.close();
    }

    /** The first build of a new pipeline job that is change controlled. */
    protected final WorkflowRun build(String name, String script) throws Exception {
        return ControlledJenkins.controlledJob(jenkins, name, script)
                .scheduleBuild2(0)
                .waitForStart();
    }

    /** The same build, as soon as its log says that it waits for a change. */
    protected final <R extends Run<?, ?>> R waiting(R build) throws Exception {
        jenkins.waitForMessage("[ServiceNow] Waiting: ", build);
        return build;
    }

    /** The one change there is. */
    protected final SimulatedChange theChange() {
        await().until(() -> !simulator.changes().isEmpty());
        assertThat(simulator.changes()).hasSize(1);
        return simulator.changes().get(0);
    }

    /** The first deployment of a build. */
    protected static DeploymentRecord deployment(Run<?, ?> build) {
        return build.getAction(ChangeRequestsAction.class).getDeployments().get(0);
    }

    /** Waits until no deployment has anything left to be told. */
    protected final void settled() {
        await().untilAsserted(() -> assertThat(
                        new File(jenkins.jenkins.getRootDir(), "servicenow-gate/open-deployments").list())
                .isEmpty());
    }
}
