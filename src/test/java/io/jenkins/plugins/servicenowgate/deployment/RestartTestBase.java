package io.jenkins.plugins.servicenowgate.deployment;

import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import org.awaitility.Awaitility;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/**
 * A secured Jenkins that is restarted between its sessions, while the simulator that it asks goes on. Each test has its
 * own, since it is about what a restart finds.
 */
public abstract class RestartTestBase {
    @RegisterExtension
    protected final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    protected ServiceNowSimulator simulator;

    @BeforeEach
    protected final void start() {
        // As the system, as the session itself.
        Awaitility.pollInSameThread();
        simulator = ServiceNowSimulator.start();
    }

    @AfterEach
    protected final void stop() {
        simulator.close();
    }

    /** Sets the Jenkins of the first session up. */
    protected final void setUp(JenkinsRule jenkins) throws Exception {
        SecuredJenkins.secureForRestarts(jenkins.jenkins);
        ControlledJenkins.configure(simulator);
    }

    /** The same, with a first build of the pipeline job shop. */
    protected final WorkflowRun begin(JenkinsRule jenkins, String script) throws Exception {
        setUp(jenkins);
        return ControlledJenkins.controlledJob(jenkins, "shop", script)
                .scheduleBuild2(0)
                .waitForStart();
    }

    /** The same, as soon as the log says that it waits for a change. */
    protected final WorkflowRun beginWaiting(JenkinsRule jenkins, String script) throws Exception {
        WorkflowRun run = begin(jenkins, script);
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        return run;
    }

    /** The first build of shop, in a later session. */
    protected static WorkflowRun theRun(JenkinsRule jenkins) {
        return jenkins.jenkins.getItemByFullName("apps/shop", WorkflowJob.class).getBuildByNumber(1);
    }
}
