package io.jenkins.plugins.servicenowgate.freestyle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.Functions;
import hudson.matrix.AxisList;
import hudson.matrix.MatrixConfiguration;
import hudson.matrix.MatrixProject;
import hudson.matrix.TextAxis;
import hudson.model.Action;
import hudson.model.Computer;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.ParameterDefinition;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.PasswordParameterDefinition;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.RunParameterDefinition;
import hudson.model.RunParameterValue;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import hudson.tasks.BatchFile;
import hudson.tasks.Shell;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.CaptureEnvironmentBuilder;

/** Attacks on builds between their release in the queue and their start: {@code docs/threat-model.md} lists them. */
@Timeout(90)
class QueueAttackRoundTest extends ControlledJenkinsTestBase {
    private FreeStyleProject job;
    private Computer worker;
    private final CaptureEnvironmentBuilder deployment = new CaptureEnvironmentBuilder();

    @BeforeEach
    void createTheAgent() throws Exception {
        worker = agent("worker", null).toComputer();
    }

    private void mark(String version, ParameterDefinition... parameters) throws Exception {
        job = ControlledJenkins.queuedJob(jenkins, "shop", version);
        defines(parameters);
        job.getBuildersList().add(deployment);
    }

    private void defines(ParameterDefinition... parameters) throws Exception {
        job.removeProperty(ParametersDefinitionProperty.class);
        job.addProperty(new ParametersDefinitionProperty(parameters));
    }

    private static ParameterDefinition text(String name) {
        return new StringParameterDefinition(name, "");
    }

    private static ParametersAction values(ParameterValue... values) {
        return new ParametersAction(values);
    }

    private static ParameterValue value(String name, String value) {
        return new StringParameterValue(name, value);
    }

    /** An item whose change was approved, and for which there is no executor. */
    private void released(Action... actions) throws Exception {
        worker.setTemporarilyOffline(true, null);
        job.scheduleBuild2(0, actions);
        simulator.people().approve(theChange().number());
        await().until(() -> jenkins.jenkins.getQueue().getBuildableItems().size() == 1);
    }

    private FreeStyleBuild started() throws Exception {
        worker.setTemporarilyOffline(false, null);
        await().until(() -> job.getBuildByNumber(1) != null);
        return jenkins.waitForCompletion(job.getBuildByNumber(1));
    }

    private static String title(SimulatedChange change) {
        return change.get("short_description");
    }

    /** The build deploys nothing, because it would deploy another version than the one that was approved. */
    private void refusedAtItsStart(FreeStyleBuild build) throws Exception {
        jenkins.assertBuildStatus(Result.FAILURE, build);
        jenkins.assertLogContains("Refused: ", build);
        assertThat(deployment.getEnvVars()).isNull();
        settled();
        assertThat(deployment(build).getOutcome()).isEqualTo(GateOutcome.REFUSE);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        assertThat(theChange().workNotes())
                .noneMatch(note -> note.contains("\" started."))
                .anyMatch(note -> note.contains("Refused: "));
    }

    // ---- another version in the build than in the queue

    /** Attack: the job defines, once it is released, a parameter with which the item was started and that replaces another. */
    @Test
    void aParameterThatIsDefinedAfterTheReleaseChangesNoVersion() throws Exception {
        mark("${VERSION}", text("VERSION"));
        released(values(value("VERSION", "1"), value("Version", "2")));
        assertThat(title(theChange())).isEqualTo(ControlledJenkins.title("apps/shop", "1"));
        defines(text("VERSION"), text("Version"));
        refusedAtItsStart(started());
    }

    /** Attack: the version is a build, whose job has another name after the release. */
    @Test
    void aBuildWhoseJobIsRenamedAfterTheReleaseChangesNoVersion() throws Exception {
        FreeStyleProject up = ControlledJenkins.create(jenkins, FreeStyleProject.class, "up");
        jenkins.buildAndAssertSuccess(up);
        mark("${UP}", new RunParameterDefinition("UP", "apps/up", "", null));
        released(values(new RunParameterValue("UP", "apps/up#1")));
        assertThat(title(theChange())).contains("job/apps/job/up/1/");
        up.renameTo("other");
        refusedAtItsStart(started());
    }

    /** Attack: a version that Jenkins expands once more in the build, where another parameter is a part of it. */
    @Test
    void aVersionThatTheBuildExpandsOnceMoreIsRefused() throws Exception {
        mark("${VERSION}", text("VERSION"), text("2"));
        released(values(value("VERSION", "1$2"), value("2", ".5")));
        assertThat(title(theChange())).isEqualTo(ControlledJenkins.title("apps/shop", "1$2"));
        refusedAtItsStart(started());
    }

    /** Attack: the version twice, or in other letters, of which a step of the build has the one that nobody approved. */
    @ParameterizedTest
    @CsvSource({"VERSION, VERSION, queue", "VERSION, Version, queue", "VERSION, Version, step"})
    void severalParametersOfOneNameAreNoVersion(String first, String second, String asked) throws Exception {
        mark("${VERSION}", text(first), text(second));
        String line = "echo deploys ";
        if (asked.equals("step")) {
            job.removeProperty(ChangeControlJobProperty.class);
            job.addProperty(new ChangeControlJobProperty());
            ServiceNowGateBuilder gate = new ServiceNowGateBuilder("Production");
            gate.setVersion("${VERSION}");
            job.getBuildersList().clear();
            job.getBuildersList().add(gate);
        }
        job.getBuildersList()
                .add(Functions.isWindows() ? new BatchFile(line + "%VERSION%") : new Shell(line + "$VERSION"));
        job.scheduleBuild2(0, values(value(first, "1")), values(value(second, "2")));
        await().until(() -> !simulator.changes().isEmpty()
                || job.getBuildByNumber(1) != null && !job.getBuildByNumber(1).isBuilding());
        for (SimulatedChange change : simulator.changes()) {
            simulator.people().approve(change.number());
        }
        FreeStyleBuild build = started();
        jenkins.assertBuildStatus(Result.FAILURE, build);
        jenkins.assertLogContains("Refused: ", build);
        jenkins.assertLogNotContains("deploys", build);
    }

    // ---- secrets

    /** Attack: a job that is asked only when its build starts, and an environment whose column names a variable. */
    @Test
    void aSecretIsNoVariableForABuildThatIsAskedWhenItStarts() throws Exception {
        Environment production = ControlledJenkins.environment("Production", true);
        production.setFields(List.of(new ChangeField("description", "By ${SECRET}")));
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        mark("1", new PasswordParameterDefinition("SECRET", "hunter2", ""));
        ServiceNowGateConfiguration.get().setEnabled(false);
        worker.setTemporarilyOffline(true, null);
        job.scheduleBuild2(0);
        await().until(() -> jenkins.jenkins.getQueue().getBuildableItems().size() == 1);
        ServiceNowGateConfiguration.get().setEnabled(true);

        worker.setTemporarilyOffline(false, null);
        await().until(() -> job.getBuildByNumber(1) != null);
        FreeStyleBuild build = job.getBuildByNumber(1);
        await().until(() -> !build.isBuilding() || !simulator.changes().isEmpty());

        assertThat(simulator.changes()).isEmpty();
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        jenkins.assertLogContains("the variable ${SECRET} is not set in this build", build);
        assertThat(deployment.getEnvVars()).isNull();
        assertThat(simulator.requests().all())
                .noneMatch(request -> request.body().contains("hunter2"));
    }

    // ---- items that are merged, repeated or not built

    /** Attack: a second build of the same parameters, while the first is released and waits for an executor. */
    @Test
    void whatIsMergedIntoAReleasedItemIsOneDeployment() throws Exception {
        mark("${VERSION}", text("VERSION"));
        released(values(value("VERSION", "1")));
        job.scheduleBuild2(0, values(value("VERSION", "1")));
        assertThat(jenkins.jenkins.getQueue().getItems(job)).hasSize(1);
        simulator.people().cancel(theChange().number());
        refusedAtItsStart(started());
    }

    /** Attack: whoever repeats a build passes all of its actions on, as some plugins do. */
    @Test
    void theReleaseOfABuildIsNotThatOfOneWithCopiedActions() throws Exception {
        mark("1");
        released();
        FreeStyleBuild first = started();
        jenkins.assertBuildStatusSuccess(first);
        settled();
        simulator.people().close(theChange().number());
        job.getBuildersList().clear();
        job.getBuildersList().add(new CaptureEnvironmentBuilder());

        for (int number = 2; number < 4; number++) {
            int changes = number;
            Action[] copies = first.getActions(QueuedDeployment.class).toArray(new Action[0]);
            assertThat(copies).hasSize(1);
            job.scheduleBuild2(0, copies);
            await().until(() ->
                    job.getBuildByNumber(changes) != null || simulator.changes().size() == changes);
            assertThat(job.getBuildByNumber(number)).isNull();
            assertThat(title(simulator.changes().get(number - 1))).isEqualTo(ControlledJenkins.title("apps/shop", "1"));
            Queue.Item item = job.getQueueItem();
            assertThat(item).isNotNull();
            jenkins.jenkins.getQueue().cancel(item);
            settled();
            simulator.people().cancel(simulator.changes().get(number - 1).number());
            first.reload();
        }
        assertThat(first.getAction(ChangeRequestsAction.class).getDeployments())
                .extracting(DeploymentRecord::getOutcome)
                .containsExactly(GateOutcome.PROCEED);
    }

    /** A configuration that is started without its matrix: Jenkins lets it leave the queue and does not build it. */
    @Test
    void anItemThatLeavesTheQueueWithoutABuildEndsItsDeployment() throws Exception {
        MatrixProject matrix = ControlledJenkins.create(jenkins, MatrixProject.class, "shop");
        matrix.setAxes(new AxisList(new TextAxis("zone", "east")));
        matrix.addProperty(ControlledJenkins.queuedMark("1"));
        matrix.getBuildersList().add(deployment);
        MatrixConfiguration east = matrix.getItem("zone=east");
        east.scheduleBuild2(0);
        simulator.people().approve(theChange().number());

        await().until(() -> jenkins.jenkins.getQueue().getItems().length == 0);
        assertThat(east.getBuilds()).isEmpty();
        assertThat(matrix.getBuilds()).isEmpty();
        await().until(() ->
                theChange().workNotes().stream().anyMatch(note -> note.contains("Jenkins has not built it")));
        assertThat(theChange().workNotes()).noneMatch(note -> note.contains("\" started."));
        await().until(() -> queuedDeployments().length == 0);
    }

    private static String[] queuedDeployments() {
        String[] files = new java.io.File(jenkins.jenkins.getRootDir(), "servicenow-gate/queued-deployments").list();
        return files == null ? new String[0] : files;
    }

    /** A configuration that is started beside its running matrix is held back by Jenkins, before anything is requested. */
    @Test
    void aConfigurationBesideItsRunningBuildIsBlockedByJenkins() throws Exception {
        MatrixProject matrix = ControlledJenkins.create(jenkins, MatrixProject.class, "shop");
        matrix.setAxes(new AxisList(new TextAxis("zone", "east")));
        matrix.addProperty(new ParametersDefinitionProperty(text("VERSION")));
        matrix.addProperty(ControlledJenkins.queuedMark("${VERSION}"));
        matrix.getBuildersList().add(new org.jvnet.hudson.test.SleepBuilder(3_600_000));
        SimulatedChange change =
                simulator.addChange(Map.of("short_description", ControlledJenkins.title("apps/shop", "1")));
        simulator.people().approve(change.number());
        matrix.scheduleBuild2(0, values(value("VERSION", "1")));
        MatrixConfiguration east = matrix.getItem("zone=east");
        await().until(() -> east.getBuildByNumber(1) != null);

        east.scheduleBuild2(0, values(value("VERSION", "2")));

        await().until(() -> jenkins.jenkins.getQueue().getItems(east).size() == 1);
        Queue.Item item = jenkins.jenkins.getQueue().getItems(east).get(0);
        await().until(() -> String.valueOf(item.getWhy()).contains("#1"));
        assertThat(String.valueOf(item.getWhy())).contains("already in progress");
        assertThat(item.getAction(QueuedDeployment.class)).isNull();
        assertThat(simulator.changes()).hasSize(1);
        jenkins.jenkins.getQueue().cancel(item);
        matrix.getBuildByNumber(1).getExecutor().interrupt();
        jenkins.waitForCompletion(matrix.getBuildByNumber(1));
    }
}
