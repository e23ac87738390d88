package io.jenkins.plugins.servicenowgate.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.matrix.AxisList;
import hudson.matrix.LabelAxis;
import hudson.matrix.MatrixBuild;
import hudson.matrix.MatrixProject;
import hudson.model.AbstractProject;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.TopLevelItem;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.SleepBuilder;

/** Other ways to a reserved agent: freestyle and matrix jobs, uncontrolled projects, and reservations of folders. */
@Timeout(120)
class JobWaysTest extends ReservedAgentTestBase {
    private static <J extends AbstractProject<?, ?>> J tied(J job, boolean gated) throws Exception {
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        if (gated) {
            mark.setEnvironment("Production");
            mark.setVersion("1");
        }
        job.addProperty(mark);
        job.setAssignedLabel(Label.get("production"));
        return job;
    }

    @Test
    void aFreestyleJobThatIsTiedToTheAgentIsBlocked() throws Exception {
        FreeStyleProject job = tied(ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop"), false);
        job.scheduleBuild2(0);
        recordBlocked("apps » shop on 'prod-1' has no ServiceNow gate: set the environment Production");
        assertThat(job.getBuilds()).isEmpty();
        assertThat(simulator.changes()).isEmpty();
    }

    @Test
    void aFreestyleJobIsAdmittedByItsGateInTheQueue() throws Exception {
        FreeStyleProject job = tied(ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop"), true);
        job.scheduleBuild2(0);
        recordBlocked("Waiting");
        approve("shop");
        await().until(() -> job.getBuildByNumber(1) != null);
        FreeStyleBuild build = job.getBuildByNumber(1);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        assertThat(build.getBuiltOnStr()).isEqualTo("prod-1");
    }

    /** Attack: begin while the change allows it, and go on when it does not any more. */
    @Test
    void itsRunningWorkIsAbortedIfConfigured() throws Exception {
        settings(settings -> settings.setRunningWork("abort"));
        FreeStyleProject job = tied(ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop"), true);
        job.getBuildersList().add(new SleepBuilder(3_600_000));
        SimulatedChange change = approved("shop");
        FreeStyleBuild build = job.scheduleBuild2(0).waitForStart();
        await().until(() -> change.workNotes().stream().anyMatch(note -> note.contains("\" started.")));

        simulator.people().cancel(change.number());

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
        jenkins.assertLogContains("[ServiceNow] Aborted: the change no longer allows this deployment. ", build);
    }

    private FreeStyleProject releasedWithoutAnAgent() throws Exception {
        agent.toComputer().setTemporarilyOffline(true, null);
        FreeStyleProject job = tied(ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop"), true);
        job.scheduleBuild2(0);
        await().until(() -> jenkins.jenkins.getQueue().getBuildableItems().size() == 1);
        return job;
    }

    private FreeStyleBuild buildOnceThereIsAnAgent(FreeStyleProject job) throws Exception {
        agent.toComputer().setTemporarilyOffline(false, null);
        await().until(() -> job.getBuildByNumber(1) != null);
        return jenkins.waitForCompletion(job.getBuildByNumber(1));
    }

    @Test
    void aReleasedItemIsAdmittedWhenItsAgentConnects() throws Exception {
        SimulatedChange change = approved("shop");
        FreeStyleBuild build = buildOnceThereIsAnAgent(releasedWithoutAnAgent());
        jenkins.assertBuildStatusSuccess(build);
        assertThat(change.workNotes()).anyMatch(note -> note.contains("started"));
    }

    private static String why(FreeStyleProject job) {
        Queue.Item item = job.getQueueItem();
        return item == null ? "" : String.valueOf(item.getWhy());
    }

    /** Whether it starts before the canceled change was seen depends on the moment. */
    @Test
    void aReleasedItemWhoseChangeIsCanceledMeanwhileDoesNothing() throws Exception {
        SimulatedChange change = approved("shop");
        FreeStyleProject job = releasedWithoutAnAgent();
        simulator.people().cancel(change.number());
        agent.toComputer().setTemporarilyOffline(false, null);
        await().until(() -> job.getBuildByNumber(1) != null || why(job).contains("accepts no new work"));
        FreeStyleBuild build = job.getBuildByNumber(1);
        if (build == null) {
            jenkins.jenkins.getQueue().cancel(job);
        } else {
            jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
            jenkins.assertLogContains("Refused: ", build);
            jenkins.assertLogNotContains("Building", build);
        }
        assertThat(change.workNotes()).noneMatch(note -> note.contains("\" started."));
    }

    @Test
    void aRefusedItemTellsWhyAndIsEnded() throws Exception {
        FreeStyleProject job = tied(ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop"), true);
        job.scheduleBuild2(0);
        await().until(() -> !simulator.changes().isEmpty());
        String number = simulator.changes().get(0).number();
        simulator.people().cancel(number);

        recordBlocked("apps » shop does not start on 'prod-1': Refused: " + number + " is in Canceled");
        UngatedRunReaper.get().check(Instant.now().plus(Duration.ofMinutes(11)));
        assertThat(job.getQueueItem()).isNull();
        assertThat(job.getBuilds()).isEmpty();
    }

    private MatrixProject matrix(boolean gated) throws Exception {
        MatrixProject job = tied(ControlledJenkins.create(jenkins, MatrixProject.class, "shop"), gated);
        job.setAxes(new AxisList(new LabelAxis("label", List.of("production"))));
        return job;
    }

    @Test
    void aMatrixIsBlocked() throws Exception {
        MatrixProject job = matrix(false);
        job.scheduleBuild2(0);
        recordBlocked("apps » shop on 'prod-1' has no ServiceNow gate: set the environment Production");
        assertThat(job.getBuilds()).isEmpty();
    }

    @Test
    void theConfigurationsOfAMatrixThatRunsElsewhereAreBlocked() throws Exception {
        MatrixProject job = matrix(false);
        job.setAssignedLabel(null);
        job.scheduleBuild2(0);
        await().until(() -> job.getBuildByNumber(1) != null);
        MatrixBuild build = job.getBuildByNumber(1);
        recordBlocked("has no ServiceNow gate");
        assertThat(build.getBuiltOnStr()).isEmpty();
        assertThat(build.getExactRuns()).allMatch(run -> run.isBuilding() || run.getResult() != Result.SUCCESS);
        abort(build);
    }

    @Test
    void aMatrixWithoutLabelRunsOnAnAllowedAgent() throws Exception {
        newAgent("build-1", "linux");
        MatrixProject job = matrix(false);
        job.setAssignedLabel(Label.get("linux"));
        job.setAxes(new AxisList(new LabelAxis("label", List.of("build-1"))));
        job.scheduleBuild2(0);
        await().until(() -> job.getBuildByNumber(1) != null);
        MatrixBuild build = job.getBuildByNumber(1);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        assertThat(build.getBuiltOnStr()).isEqualTo("build-1");
    }

    @Test
    void aMatrixIsAdmittedByItsGateInTheQueue() throws Exception {
        MatrixProject job = matrix(true);
        job.scheduleBuild2(0);
        approve("shop");
        await().until(() -> job.getBuildByNumber(1) != null);
        MatrixBuild build = job.getBuildByNumber(1);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        assertThat(build.getBuiltOnStr()).isEqualTo("prod-1");
        assertThat(build.getExactRuns())
                .singleElement()
                .satisfies(run -> assertThat(run.getBuiltOnStr()).isEqualTo("prod-1"));
    }

    /** It counts as a build of the whole matrix, which needs a change. */
    @Test
    void aConfigurationThatIsBuiltByItselfWaitsForAGateOfItsOwn() throws Exception {
        SimulatedChange change = approved("shop");
        MatrixProject job = matrix(true);
        jenkins.buildAndAssertSuccess(job);
        simulator.people().cancel(change.number());
        job.getItem("label=production").scheduleBuild2(0);
        recordBlocked("Waiting: CHG");
    }

    @Test
    void projectsThatAreNotControlledMayUseTheAgent() throws Exception {
        WorkflowRun build = ControlledJenkins.job(jenkins, "free", "node('production') { echo 'ON THE AGENT' }")
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("Running on prod-1", build);
    }

    @Test
    void projectsThatAreNotControlledAreBlockedIfTheEnvironmentSaysSo() throws Exception {
        reserve(
                environment -> environment.setAgentLabel("production"),
                environment -> environment.setOnlyControlledProjects(true));
        // Attack: a job without a mark opens a gate, which needs no change and is released at once.
        WorkflowRun build = ControlledJenkins.job(jenkins, "free", GATE + "node('production') { echo 'ON THE AGENT' }")
                .scheduleBuild2(0)
                .waitForStart();
        recordBlocked(
                "is not change controlled, and 'prod-1' is reserved for change-controlled projects that deploy to Production");
        abort(build);
        jenkins.assertLogNotContains("ON THE AGENT", build);
    }

    @Test
    void nothingIsBlockedWhileChangeControlIsOff() throws Exception {
        ServiceNowGateConfiguration.get().setEnabled(false);
        WorkflowRun build = build("shop", "node('production') { echo 'ON THE AGENT' }");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
    }

    private Folder folder(String name, String environment, boolean controlled) throws Exception {
        Folder folder = jenkins.createProject(Folder.class, name);
        ChangeControlFolderProperty property = new ChangeControlFolderProperty();
        property.setChangeControlled(true);
        io.jenkins.plugins.servicenowgate.config.Environment own =
                ControlledJenkins.environment(environment, controlled);
        own.setAgentLabel("production");
        property.setEnvironments(List.of(own));
        folder.addProperty(property);
        return folder;
    }

    private static <J extends TopLevelItem> J in(Folder folder, Class<J> type, String name) throws Exception {
        return folder.createProject(type, name);
    }

    @Test
    void aFolderReservesForItsOwnProjects() throws Exception {
        reserve();
        Folder folder = folder("ops", "Zone", true);
        FreeStyleProject inside = tied(in(folder, FreeStyleProject.class, "inside"), false);
        FreeStyleProject outside = tied(ControlledJenkins.create(jenkins, FreeStyleProject.class, "outside"), false);
        jenkins.buildAndAssertSuccess(outside);
        inside.scheduleBuild2(0);
        recordBlocked("ops » inside on 'prod-1' has no ServiceNow gate: set the environment Zone");
        folder.getProperties().clear();
        folder.save();
        await().until(() -> inside.getBuildByNumber(1) != null);
    }

    /** Attack: a folder's owner declares an environment without change control, and reserves the agent for it. */
    @Test
    void aFoldersReservationDoesNotTakeTheControllersAway() throws Exception {
        Folder folder = folder("ops", "Harmless", false);
        org.jenkinsci.plugins.workflow.job.WorkflowJob job =
                in(folder, org.jenkinsci.plugins.workflow.job.WorkflowJob.class, "shop");
        job.setDefinition(new org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition(
                "serviceNowGate(environment: 'Harmless', version: '1')\nnode('production') { echo 'ON THE AGENT' }",
                true));
        WorkflowRun build = next(job);
        recordBlocked(NO_GATE);
        abort(build);
        jenkins.assertLogNotContains("ON THE AGENT", build);
    }

    /** The agent may be gone or reserved when the queue is loaded again. */
    @Test
    void theAssignedAgentIsNotStoredWithTheItem() {
        ReservedAgentsDispatcher.Elsewhere tie = new ReservedAgentsDispatcher.Elsewhere(List.of(agent));
        assertThat(tie.getAssignedLabel(null)).isEqualTo(agent.getSelfLabel());

        String stored = Jenkins.XSTREAM2.toXML(tie);

        assertThat(((ReservedAgentsDispatcher.Elsewhere) Jenkins.XSTREAM2.fromXML(stored)).getAssignedLabel(null))
                .isNull();
    }
}
