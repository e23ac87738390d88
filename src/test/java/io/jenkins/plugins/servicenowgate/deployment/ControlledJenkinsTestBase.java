package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import hudson.model.Run;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.io.File;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/**
 * A Jenkins under change control, secured as {@link SecuredJenkins} and set up as {@link ControlledJenkins} do, and the
 * simulator that it asks. The tests of a class share the Jenkins, which is reset after each of them; each has a simulator
 * of its own.
 */
public abstract class ControlledJenkinsTestBase {
    protected static JenkinsRule jenkins;
    private static final Map<String, DumbSlave> AGENTS = new HashMap<>();

    protected ServiceNowSimulator simulator;
    /** What the users may do; a test may grant more. */
    protected MockAuthorizationStrategy authorization;

    private final List<JenkinsRule.WebClient> webs = new ArrayList<>();

    @BeforeAll
    protected static void startJenkins(JenkinsRule rule) {
        // As the system, as the test itself: other threads may not see what is in the queue.
        Awaitility.pollInSameThread();
        jenkins = rule;
    }

    @AfterAll
    protected static void removeAgents() throws Exception {
        for (DumbSlave agent : AGENTS.values()) {
            jenkins.jenkins.removeNode(agent);
        }
        AGENTS.clear();
    }

    @BeforeEach
    protected final void start() throws Exception {
        authorization = SecuredJenkins.secure(jenkins);
        simulator = ServiceNowSimulator.start();
        ControlledJenkins.configure(simulator);
    }

    @AfterEach
    protected final void reset() throws Exception {
        webs.forEach(JenkinsRule.WebClient::close);
        // What still waits can end, and can be told to ServiceNow.
        simulator.faults().clear();
        simulator.behaviour().reset();
        simulator.rejectUser(false);
        JenkinsReset.reset(jenkins.jenkins, AGENTS.keySet());
        simulator.close();
    }

    /** The agent of that name, which the tests of the class share; online, with four executors. */
    protected static DumbSlave agent(String name, String labels) throws Exception {
        if (!AGENTS.containsKey(name)) {
            AGENTS.put(name, newAgent(name, labels));
        }
        return AGENTS.get(name);
    }

    /** An agent for one test. */
    protected static DumbSlave newAgent(String name, String labels) throws Exception {
        DumbSlave agent = jenkins.createSlave(name, labels, null);
        agent.setNumExecutors(4);
        agent.save();
        jenkins.jenkins.updateNode(agent);
        jenkins.waitOnline(agent);
        return agent;
    }

    /** A browser in which that user is signed in; an answer with an error fails the test. */
    protected final JenkinsRule.WebClient web(String user) {
        JenkinsRule.WebClient web = jenkins.createWebClient().withBasicApiToken(user);
        SignedInJenkinsRule.spare(web);
        webs.add(web);
        return web;
    }

    /** The same, for a test that reads error responses. */
    protected final JenkinsRule.WebClient webWithErrors(String user) {
        JenkinsRule.WebClient web = web(user).withThrowExceptionOnFailingStatusCode(false);
        web.getOptions().setPrintContentOnFailingStatusCode(false);
        return web;
    }

    /** The harness's own way through forms, as an administrator. */
    protected final JenkinsRule asAdministrator() {
        return new SignedInJenkinsRule(jenkins, SecuredJenkins.ADMIN);
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

    /** Both steps, with this parameter, fail with this text, without a stack trace, and before anything is sent. */
    protected final void bothStepsRefuse(String parameter, String text) throws Exception {
        for (String step : List.of("serviceNowGate(%s)", "serviceNowDeployment(%s) { echo 'DEPLOYED' }")) {
            WorkflowRun run = jenkins.buildAndAssertStatus(
                    Result.FAILURE,
                    ControlledJenkins.controlledJob(
                            jenkins,
                            "shop" + step.length(),
                            step.formatted("environment: 'Production', version: '1', " + parameter)));
            jenkins.assertLogContains(text, run);
            jenkins.assertLogNotContains("DEPLOYED", run);
            jenkins.assertLogNotContains("\tat ", run);
        }
        assertThat(simulator.requests().count()).isZero();
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
