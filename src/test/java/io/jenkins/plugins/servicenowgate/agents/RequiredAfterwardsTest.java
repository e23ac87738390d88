package io.jenkins.plugins.servicenowgate.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.matrix.AxisList;
import hudson.matrix.LabelAxis;
import hudson.matrix.MatrixProject;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gate that was released without a change admits nothing once a change is required. */
class RequiredAfterwardsTest extends ReservedAgentTestBase {
    private static final String WORK = "node('production') { echo 'ON THE AGENT' }\n";
    private static final String REQUIRED_NOW = "an approved change is now required for Production";

    /** A separate job for each test, because a blocked `node` block is remembered by the name of its build. */
    private static int jobs;

    private String name;

    @BeforeEach
    void nameTheJob() {
        name = "shop" + ++jobs;
    }

    private WorkflowRun free(String script) throws Exception {
        return next(ControlledJenkins.job(jenkins, name, script));
    }

    private void staysBlocked(WorkflowRun run) throws Exception {
        recordBlocked(REQUIRED_NOW);
        assertThat(simulator.requests().count()).as("nothing was asked").isZero();
        abort(run);
        jenkins.assertLogNotContains("ON THE AGENT", run);
    }

    /** Attack: open the gate while the job has no mark, then mark the job and use the gate. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                GATE + "properties([changeControl()])\n" + WORK,
                GATE + "properties([changeControl(project: 'other')])\n" + WORK,
                GATE + "properties([changeControl(connection: 'nowhere')])\n" + WORK,
                "serviceNowDeployment(environment: 'Production', version: '1') {\n"
                        + "  properties([changeControl()])\n  " + WORK + "}\n",
                "parallel a: {" + GATE + "}, b: { echo 'b' }\nproperties([changeControl()])\n" + WORK,
            })
    void aMarkAddedAfterTheGateClosesIt(String script) throws Exception {
        reserve(
                environment -> environment.setAgentLabel("production"),
                environment -> environment.setOnlyControlledProjects(true));
        staysBlocked(free(script));
    }

    @Test
    void aMarkAddedToAFolderAfterTheGateClosesIt() throws Exception {
        WorkflowRun run = free(GATE + "semaphore 'asked'\n" + WORK);
        SemaphoreStep.waitForStart("asked/1", run);
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        jenkins.jenkins.getItemByFullName("apps", Folder.class).addProperty(mark);
        SemaphoreStep.success("asked/1", null);
        staysBlocked(run);
    }

    @Test
    void anEnvironmentThatBecomesControlledAfterTheGateClosesIt() throws Exception {
        Environment production = ControlledJenkins.environment("Production", false);
        production.setAgentLabel("production");
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        WorkflowRun run = build(name, GATE + "semaphore 'asked'\n" + WORK);
        SemaphoreStep.waitForStart("asked/1", run);
        reserve(environment -> environment.setAgentLabel("production"));
        SemaphoreStep.success("asked/1", null);
        staysBlocked(run);
    }

    @Test
    void anInnerFolderThatDeclaresTheEnvironmentControlledClosesIt() throws Exception {
        reserve(
                environment -> environment.setAgentLabel("production"),
                environment -> environment.setChangeControlled(false));
        WorkflowRun run = build(name, GATE + "semaphore 'asked'\n" + WORK);
        SemaphoreStep.waitForStart("asked/1", run);
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setEnvironments(List.of(ControlledJenkins.environment("Production", true)));
        ((Folder) run.getParent().getParent()).addProperty(mark);
        SemaphoreStep.success("asked/1", null);
        staysBlocked(run);
    }

    /** Attack: switch change control off and on while the gate waits. */
    @Test
    void aGateThatWaitedWhileChangeControlWasSwitchedOffAndOnIsClosed() throws Exception {
        WorkflowRun run = waiting(build(name, GATE + "semaphore 'asked'\n" + WORK));
        ServiceNowGateConfiguration.get().setEnabled(false);
        SemaphoreStep.waitForStart("asked/1", run);
        for (boolean enabled : new boolean[] {true, false, true}) {
            ServiceNowGateConfiguration.get().setEnabled(enabled);
        }
        SemaphoreStep.success("asked/1", null);
        recordBlocked(REQUIRED_NOW);
        abort(run);
        jenkins.assertLogNotContains("ON THE AGENT", run);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGateReleasedWhileChangeControlWasOffIsClosed(boolean withBody) throws Exception {
        ServiceNowGateConfiguration.get().setEnabled(false);
        WorkflowRun run = build(
                name,
                withBody
                        ? "serviceNowDeployment(environment: 'Production', version: '1') {\nsemaphore 'asked'\n" + WORK
                                + "}"
                        : GATE + "semaphore 'asked'\n" + WORK);
        SemaphoreStep.waitForStart("asked/1", run);
        ServiceNowGateConfiguration.get().setEnabled(true);
        SemaphoreStep.success("asked/1", null);
        staysBlocked(run);
    }

    /** The run would wait forever, because only a new build opens the gate again. */
    @Test
    void aRunThatCanNotContinueIsAborted() throws Exception {
        WorkflowRun run = free(GATE + "properties([changeControl()])\n" + WORK);
        recordBlocked(REQUIRED_NOW);
        UngatedRunReaper.get().check(Instant.now());
        UngatedRunReaper.get().check(Instant.now().plus(Duration.ofMinutes(11)));
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains(REQUIRED_NOW, run);
    }

    /** A second gate that is opened after the mark was set is a normal gate. */
    @Test
    void aNewGateAdmitsTheRun() throws Exception {
        WorkflowRun run = free(GATE + "properties([changeControl()])\n" + GATE + WORK);
        approve(name);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("ON THE AGENT", run);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }

    // ---- items of the queue

    /** An item that was released without a change, before its agent connects. */
    private FreeStyleProject releasedItem() throws Exception {
        agent.toComputer().setTemporarilyOffline(true, null);
        FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "shop", "1");
        job.setAssignedLabel(Label.get("production"));
        job.scheduleBuild2(0);
        await().until(() -> jenkins.jenkins.getQueue().getBuildableItems().size() == 1);
        return job;
    }

    private FreeStyleBuild started(FreeStyleProject job) throws Exception {
        agent.toComputer().setTemporarilyOffline(false, null);
        await().until(() -> job.getBuildByNumber(1) != null);
        return job.getBuildByNumber(1);
    }

    private static List<DeploymentRecord> deployments(FreeStyleBuild build) {
        return build.getAction(ChangeRequestsAction.class).getDeployments();
    }

    @Test
    void anItemReleasedWhileChangeControlWasOffIsBlocked() throws Exception {
        ServiceNowGateConfiguration.get().setEnabled(false);
        FreeStyleProject job = releasedItem();
        ServiceNowGateConfiguration.get().setEnabled(true);
        agent.toComputer().setTemporarilyOffline(false, null);
        recordBlocked(REQUIRED_NOW);
        assertThat(job.getBuilds()).isEmpty();
        assertThat(simulator.requests().count()).isZero();
    }

    /** The agent is not reserved: the build starts, and waits for its own change before it does anything. */
    @Test
    void anItemThatStartsLaterWaitsForItsChangeThere() throws Exception {
        reserve();
        ServiceNowGateConfiguration.get().setEnabled(false);
        FreeStyleProject job = releasedItem();
        ServiceNowGateConfiguration.get().setEnabled(true);
        FreeStyleBuild build = waiting(started(job));
        jenkins.assertLogNotContains("Building", build);
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", "1"));

        simulator.people().approve(theChange().number());

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        settled();
        assertThat(deployments(build))
                .extracting(DeploymentRecord::getOutcome)
                .containsExactly(GateOutcome.SWITCHED_OFF, GateOutcome.PROCEED);
        assertThat(theChange().workNotes()).hasSize(3);
    }

    @Test
    void anItemOfAnEnvironmentThatIsControlledLaterWaitsForItsChangeThere() throws Exception {
        ServiceNowGateConfiguration.get().setEnvironments(List.of(ControlledJenkins.environment("Production", false)));
        FreeStyleProject job = releasedItem();
        reserve();
        FreeStyleBuild build = waiting(started(job));
        simulator.people().cancel(theChange().number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        jenkins.assertLogNotContains("Building", build);
    }

    /** Attack: a matrix that was released without a change, and whose configurations get their agent only later. */
    @Test
    void configurationsThatStartLaterNeedAChange() throws Exception {
        ServiceNowGateConfiguration.get().setEnabled(false);
        agent.toComputer().setTemporarilyOffline(true, null);
        MatrixProject matrix = ControlledJenkins.create(jenkins, MatrixProject.class, "shop");
        matrix.setAxes(new AxisList(new LabelAxis("label", List.of("production"))));
        matrix.addProperty(ControlledJenkins.queuedMark("1"));
        matrix.scheduleBuild2(0);
        await().until(() -> matrix.getBuildByNumber(1) != null
                && !jenkins.jenkins.getQueue().getBuildableItems().isEmpty());
        ServiceNowGateConfiguration.get().setEnabled(true);
        agent.toComputer().setTemporarilyOffline(false, null);

        recordBlocked(REQUIRED_NOW);
        assertThat(matrix.getBuildByNumber(1).getExactRuns()).isEmpty();
        assertThat(simulator.requests().count()).isZero();
        abort(matrix.getBuildByNumber(1));
    }

    /** An item that did not wait when it was queued, and whose job's mark has named an environment since. */
    @Test
    void anItemWhoseJobIsMarkedLaterWaitsForItsChangeThere() throws Exception {
        reserve();
        agent.toComputer().setTemporarilyOffline(true, null);
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        job.setAssignedLabel(Label.get("production"));
        job.scheduleBuild2(0);
        await().until(() -> jenkins.jenkins.getQueue().getBuildableItems().size() == 1);
        job.addProperty(ControlledJenkins.queuedMark("1"));
        agent.toComputer().setTemporarilyOffline(false, null);
        approve("shop");
        await().until(() -> job.getBuildByNumber(1) != null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(job.getBuildByNumber(1)));
        assertThat(deployments(job.getBuildByNumber(1)))
                .extracting(DeploymentRecord::getOutcome)
                .containsExactly(GateOutcome.PROCEED);
    }

    // ---- after the configuration was lost

    /** Agents stay reserved, and gates that were opened before do not admit work. */
    @Test
    void agentsStayReservedAfterTheConfigurationIsLost() throws Exception {
        reserve(
                environment -> environment.setAgentLabel("production"),
                environment -> environment.setOnlyControlledProjects(true));
        Reservations.get().levels(null);
        await().until(() -> ReservationStore.read().containsKey(""));
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        java.nio.file.Path file = jenkins.jenkins.getRootDir().toPath().resolve(configuration.getId() + ".xml");
        java.nio.file.Files.delete(file);
        configuration.load();
        hudson.model.listeners.SaveableListener.fireOnChange(configuration, null);

        WorkflowRun controlled = build(name + "-controlled", WORK);
        recordBlocked(NO_GATE);
        abort(controlled);
        WorkflowRun free = free(WORK);
        recordBlocked("is not change controlled, and 'prod-1' is reserved");
        abort(free);
        jenkins.assertLogNotContains("ON THE AGENT", free);

        configuration.setEnvironments(List.of(ControlledJenkins.environment("Production", true)));
        WorkflowJob job = jenkins.jenkins.getItemByFullName(ControlledJenkins.fullName(name), WorkflowJob.class);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(next(job)));
    }

    @Test
    void anEarlierGateAdmitsNothingAfterTheConfigurationIsLost() throws Exception {
        WorkflowRun run = free(GATE + "semaphore 'asked'\n" + WORK);
        SemaphoreStep.waitForStart("asked/1", run);
        run.getParent().addProperty(new ChangeControlJobProperty());
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        java.nio.file.Files.writeString(
                jenkins.jenkins.getRootDir().toPath().resolve(configuration.getId() + ".xml"), "<broken");
        configuration.load();
        hudson.model.listeners.SaveableListener.fireOnChange(configuration, null);
        SemaphoreStep.success("asked/1", null);
        recordBlocked(REQUIRED_NOW);
        abort(run);
        jenkins.assertLogNotContains("ON THE AGENT", run);
    }
}
