package io.jenkins.plugins.servicenowgate.freestyle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.matrix.AxisList;
import hudson.matrix.MatrixBuild;
import hudson.matrix.MatrixConfiguration;
import hudson.matrix.MatrixProject;
import hudson.matrix.MatrixRun;
import hudson.matrix.TextAxis;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.StringParameterDefinition;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.CaptureEnvironmentBuilder;

/** Matrix configurations: the mark and the release of the matrix apply to them. */
class ChildJobsTest extends ControlledJenkinsTestBase {
    private MatrixProject matrix;
    private final CaptureEnvironmentBuilder deployment = new CaptureEnvironmentBuilder();

    @BeforeEach
    void createTheMatrix() throws Exception {
        agent("worker", null);
        matrix = ControlledJenkins.create(jenkins, MatrixProject.class, "shop");
        matrix.setAxes(new AxisList(new TextAxis("zone", "east")));
    }

    private void step(String version) throws Exception {
        ServiceNowGateBuilder step = new ServiceNowGateBuilder("Production");
        step.setVersion(version);
        matrix.getBuildersList().add(step);
        matrix.getBuildersList().add(deployment);
    }

    private MatrixBuild started(int number) {
        await().until(() -> matrix.getBuildByNumber(number) != null);
        return matrix.getBuildByNumber(number);
    }

    private MatrixRun configuration(MatrixBuild build) {
        await().until(() -> build.getExactRuns().size() == 1);
        return build.getExactRuns().get(0);
    }

    private static List<DeploymentRecord> deployments(Run<?, ?> run) {
        ChangeRequestsAction action = run.getAction(ChangeRequestsAction.class);
        return action == null ? List.of() : action.getDeployments();
    }

    private static String title(SimulatedChange change) {
        return change.get("short_description");
    }

    // ---- the step in the configurations

    @Test
    void theMarkOfTheMatrixHoldsForTheStepsOfItsConfigurations() throws Exception {
        matrix.addProperty(new ChangeControlJobProperty());
        step("1");
        matrix.scheduleBuild2(0);
        MatrixRun run = waiting(configuration(started(1)));
        assertThat(title(theChange())).isEqualTo(ControlledJenkins.title("apps/shop", "1"));
        assertThat(deployment.getEnvVars()).isNull();

        simulator.people().approve(theChange().number());

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(started(1)));
        assertThat(deployment.getEnvVars())
                .containsEntry("SERVICENOW_CHANGE_NUMBER", theChange().number());
    }

    @Test
    void theDefaultVersionIsTheNameOfTheWholeBuild() throws Exception {
        matrix.addProperty(new ChangeControlJobProperty());
        step(null);
        matrix.scheduleBuild2(0);
        MatrixBuild build = started(1);
        waiting(configuration(build));
        assertThat(title(theChange())).isEqualTo(ControlledJenkins.title("apps/shop", "1"));
        simulator.people().cancel(theChange().number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
    }

    @Test
    void theMarkOfAFolderHoldsForThem() throws Exception {
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        jenkins.jenkins.getItemByFullName("apps", Folder.class).addProperty(mark);
        step("1");
        matrix.scheduleBuild2(0);
        MatrixBuild build = started(1);
        waiting(configuration(build));
        simulator.people().reject(theChange().number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        assertThat(deployment.getEnvVars()).isNull();
    }

    // ---- environment and version in the mark

    @Test
    void configurationsShareTheReleaseOfTheWholeBuild() throws Exception {
        matrix.setAxes(new AxisList(new TextAxis("zone", "east", "west")));
        matrix.addProperty(ControlledJenkins.queuedMark("1"));
        step("1");
        matrix.scheduleBuild2(0);
        simulator.people().approve(theChange().number());
        MatrixBuild build = started(1);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        settled();

        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        assertThat(build.getExactRuns()).hasSize(2).allSatisfy(run -> {
            assertThat(deployments(run)).isEmpty();
            jenkins.assertLogNotContains("[ServiceNow] Waiting: ", run);
        });
        assertThat(deployment.getEnvVars())
                .containsEntry("SERVICENOW_CHANGE_NUMBER", theChange().number());
        assertThat(theChange().workNotes()).as("waits, started, ended").hasSize(3);
    }

    /** Attack: use the release for one environment for a deployment to another. */
    @Test
    void theReleaseOfOneEnvironmentIsNotThatOfAnother() throws Exception {
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        configuration.setEnvironments(List.of(
                ControlledJenkins.environment("Production", true), ControlledJenkins.environment("Bank", true)));
        matrix.addProperty(ControlledJenkins.queuedMark("1"));
        ServiceNowGateBuilder step = new ServiceNowGateBuilder("Bank");
        step.setVersion("1");
        matrix.getBuildersList().add(step);
        matrix.getBuildersList().add(deployment);
        matrix.scheduleBuild2(0);
        simulator.people().approve(theChange().number());
        MatrixRun run = waiting(configuration(started(1)));
        assertThat(simulator.changes()).hasSize(2);
        assertThat(title(simulator.changes().get(1))).endsWith("to \"Bank\"");
        simulator.people().cancel(simulator.changes().get(1).number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        assertThat(deployment.getEnvVars()).isNull();
    }

    /** Attack: build one configuration separately after the released matrix build has completed. */
    @Test
    void aConfigurationThatIsBuiltByItselfWaitsForAChange() throws Exception {
        matrix.addProperty(ControlledJenkins.queuedMark("1"));
        matrix.scheduleBuild2(0);
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(started(1)));
        settled();
        simulator.people().close(theChange().number());
        MatrixConfiguration east = matrix.getItem("zone=east");

        east.scheduleBuild2(0);

        await().until(() -> simulator.changes().size() == 2);
        assertThat(title(simulator.changes().get(1))).isEqualTo(ControlledJenkins.title("apps/shop", "1"));
        assertThat(jenkins.jenkins.getQueue().getItems(east)).hasSize(1);
    }

    /** Attack: a configuration whose matrix build was released while change control was switched off. */
    @Test
    void aReleaseWithoutAChangeIsNotShared() throws Exception {
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        matrix.addProperty(ControlledJenkins.queuedMark("1"));
        configuration.setEnabled(false);
        jenkins.jenkins.getNode("worker").toComputer().setTemporarilyOffline(true, null);
        matrix.scheduleBuild2(0);
        MatrixBuild build = started(1);
        await().until(() -> deployments(build).size() == 1);
        assertThat(deployments(build).get(0).getOutcome()).isEqualTo(GateOutcome.SWITCHED_OFF);
        configuration.setEnabled(true);
        jenkins.jenkins.getNode("worker").toComputer().setTemporarilyOffline(false, null);

        // It waits in the queue, or on its executor if it had left the queue before.
        assertThat(title(theChange())).isEqualTo(ControlledJenkins.title("apps/shop", "1"));
        simulator.people().reject(theChange().number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        jenkins.assertLogContains("was rejected", configuration(build));
    }

    /** The parameters that the matrix defines are used. */
    @Test
    void aConfigurationHasTheVersionOfItsMatrix() throws Exception {
        matrix.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("VERSION", "7")));
        matrix.addProperty(ControlledJenkins.queuedMark("${VERSION}"));
        matrix.scheduleBuild2(0);
        assertThat(title(theChange())).isEqualTo(ControlledJenkins.title("apps/shop", "7"));
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(started(1)));
        assertThat(simulator.changes()).hasSize(1);
    }

    @Test
    void aRemovedMarkOfTheMatrixNoLongerApplies() throws Exception {
        matrix.addProperty(new ChangeControlJobProperty());
        matrix.removeProperty(ChangeControlJobProperty.class);
        step("1");
        MatrixBuild build = jenkins.buildAndAssertSuccess(matrix);
        jenkins.assertLogContains(
                "No approved change required", build.getExactRuns().get(0));
        assertThat(simulator.requests().count()).isZero();
    }
}
