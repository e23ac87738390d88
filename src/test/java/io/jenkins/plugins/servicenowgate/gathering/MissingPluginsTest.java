package io.jenkins.plugins.servicenowgate.gathering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * A controller without the plugins that the evidence can do without: JUnit, which is an optional dependency, and those from
 * which commits, copied artifacts and promotions come. A Jenkins of its own, because the other tests have all plugins.
 */
@Timeout(900)
class MissingPluginsTest {
    /** With the two that need the JUnit plugin. */
    private static final String[] MISSING = {
        "junit", "matrix-project", "rebuild", "git", "copyartifact", "promoted-builds"
    };

    @RegisterExtension
    private final RealJenkinsExtension controller =
            ControlledJenkins.inAShortProcess().omitPlugins(MISSING);

    private ServiceNowSimulator simulator;

    @BeforeEach
    void start() {
        simulator = ServiceNowSimulator.start();
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void aDeploymentIsReleasedAndItsChangeTellsThatThereAreNoTestFigures() throws Throwable {
        controller.startJenkins();
        controller.runRemotely(MissingPluginsTest::begin, simulator.baseUrl());
        await().atMost(Duration.ofSeconds(120))
                .until(() -> simulator.changes().size() == 1
                        && simulator.changes().get(0).workNotes().size() == 1);
        SimulatedChange change = simulator.changes().get(0);
        assertThat(simulator
                        .requests()
                        .to(Endpoint.CREATE_NORMAL)
                        .get(0)
                        .json()
                        .path("description")
                        .asString())
                .isEqualTo(change.get("description"))
                .contains(
                        "Version made by apps » shop #1:",
                        "Tests: unknown, because the JUnit plugin is not installed\n",
                        "Commits: unknown, because no earlier release to Production is known. In the build apps » shop #1"
                                + " alone: none\n",
                        "Artifacts: ")
                .doesNotContain("Not gathered");
        assertThat(change.get("test_plan")).doesNotContain("passed");
        simulator.people().approve(change.number());
        controller.runRemotely(MissingPluginsTest::ends);
        controller.stopJenkins();
    }

    private static void begin(JenkinsRule jenkins, String baseUrl) throws Exception {
        for (String missing : MISSING) {
            assertThat(jenkins.jenkins.getPlugin(missing)).as(missing).isNull();
        }
        SecuredJenkins.secureForRestarts(jenkins.jenkins);
        ControlledJenkins.configure(baseUrl);
        ServiceNowGateConfiguration.get().setPollIntervalSeconds(10);
        ServiceNowGateConfiguration.get().setShortestPollIntervalSeconds(5);
        EvidenceSettings evidence = new EvidenceSettings();
        evidence.setChanges(true);
        evidence.setTests(true);
        evidence.setArtifacts(List.of("*.txt"));
        Environment production = ControlledJenkins.environment("Production", true);
        production.setEvidence(evidence);
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        ControlledJenkins.controlledJob(jenkins, "shop", "serviceNowGate(environment: 'Production'); echo 'DEPLOYED'")
                .scheduleBuild2(0);
    }

    private static void ends(JenkinsRule jenkins) throws Exception {
        WorkflowRun run = jenkins.jenkins
                .getItemByFullName(ControlledJenkins.fullName("shop"), WorkflowJob.class)
                .getBuildByNumber(1);
        jenkins.assertBuildStatus(Result.SUCCESS, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("DEPLOYED", run);
        jenkins.assertLogNotContains("Not gathered", run);
        assertThat(jenkins.createWebClient()
                        .login(SecuredJenkins.ADMIN)
                        .goTo(run.getUrl() + "change-requests/api/json", "application/json")
                        .getWebResponse()
                        .getContentAsString())
                .contains("the JUnit plugin is not installed", "\"decision\":\"PROCEED\"");
        assertThat(jenkins.jenkins.getPluginManager().getFailedPlugins()).isEmpty();
        assertThat(Jenkins.logRecords)
                .filteredOn(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .filteredOn(MissingPluginsTest::isAboutTheGate)
                .extracting(LogRecord::getMessage)
                .isEmpty();
    }

    /** What the plugin logs, and errors of others that have one of its classes in their stack. */
    private static boolean isAboutTheGate(LogRecord entry) {
        String own = "io.jenkins.plugins.servicenowgate";
        if (String.valueOf(entry.getLoggerName()).startsWith(own)) {
            return true;
        }
        for (Throwable thrown = entry.getThrown(); thrown != null; thrown = thrown.getCause()) {
            if (thrown instanceof LinkageError) {
                return true;
            }
            for (StackTraceElement frame : thrown.getStackTrace()) {
                if (frame.getClassName().startsWith(own)) {
                    return true;
                }
            }
        }
        return false;
    }
}
