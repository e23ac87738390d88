package io.jenkins.plugins.servicenowgate.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.control.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.control.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.Outcome;
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

/** A gate that opened because nothing was required opens nothing once something is. */
class RequiredAfterwardsTest extends Reserved {
    private static final String WORK = "node('production') { echo 'ON THE AGENT' }\n";
    private static final String REQUIRED_NOW = "an approved change is required for Production by now";

    /** A job of its own for each test: a `node` block that was stopped is remembered by the name of its build. */
    private static int jobs;

    private String name;

    @BeforeEach
    void nameTheJob() {
        name = "shop" + ++jobs;
    }

    private WorkflowRun free(String script) throws Exception {
        return next(ControlledJenkins.job(jenkins, name, script));
    }

    private void staysOff(WorkflowRun run) throws Exception {
        keptOff(REQUIRED_NOW);
        assertThat(simulator.requests().count()).as("nothing was asked").isZero();
        abort(run);
        jenkins.assertLogNotContains("ON THE AGENT", run);
    }

    /** The attack: ask while the job has no mark, take the mark, use the gate. */
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
    void aMarkThatCameAfterTheGate(String script) throws Exception {
        reserve(
                environment -> environment.setAgentLabel("production"),
                environment -> environment.setOnlyControlledProjects(true));
        staysOff(free(script));
    }

    @Test
    void aFoldersMarkThatCameAfterTheGate() throws Exception {
        WorkflowRun run = free(GATE + "semaphore 'asked'\n" + WORK);
        SemaphoreStep.waitForStart("asked/1", run);
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        jenkins.jenkins.getItemByFullName("apps", Folder.class).addProperty(mark);
        SemaphoreStep.success("asked/1", null);
        staysOff(run);
    }

    @Test
    void anEnvironmentThatIsControlledAfterTheGate() throws Exception {
        Environment production = ControlledJenkins.environment("Production", false);
        production.setAgentLabel("production");
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        WorkflowRun run = build(name, GATE + "semaphore 'asked'\n" + WORK);
        SemaphoreStep.waitForStart("asked/1", run);
        reserve(environment -> environment.setAgentLabel("production"));
        SemaphoreStep.success("asked/1", null);
        staysOff(run);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGateOfTheTimeInWhichChangeControlWasOff(boolean withBody) throws Exception {
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
        staysOff(run);
    }

    /** It would wait for ever: only a new build asks again. */
    @Test
    void aRunThatCanNeverGoOnIsEnded() throws Exception {
        WorkflowRun run = free(GATE + "properties([changeControl()])\n" + WORK);
        keptOff(REQUIRED_NOW);
        RunsWithoutGate.get().look(Instant.now());
        RunsWithoutGate.get().look(Instant.now().plus(Duration.ofMinutes(11)));
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains(REQUIRED_NOW, run);
    }

    /** A second gate, asked after the mark, is a gate as any other. */
    @Test
    void askingAgainIsTheWayOn() throws Exception {
        WorkflowRun run = free(GATE + "properties([changeControl()])\n" + GATE + WORK);
        approve(name);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("ON THE AGENT", run);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }

    // ---- items of the queue

    /** Released without a change; its agent comes later. */
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
    void anItemThatWasLetGoWhileChangeControlWasOffIsKeptOff() throws Exception {
        ServiceNowGateConfiguration.get().setEnabled(false);
        FreeStyleProject job = releasedItem();
        ServiceNowGateConfiguration.get().setEnabled(true);
        agent.toComputer().setTemporarilyOffline(false, null);
        keptOff(REQUIRED_NOW);
        assertThat(job.getBuilds()).isEmpty();
        assertThat(simulator.requests().count()).isZero();
    }

    /** The agent is not reserved: the build starts, and waits for a change of its own before it does anything. */
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
                .extracting(DeploymentRecord::getDecision)
                .containsExactly(Outcome.SWITCHED_OFF, Outcome.PROCEED);
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

    /** An item that waited for nothing when it came, and whose job was given an environment since. */
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
                .extracting(DeploymentRecord::getDecision)
                .containsExactly(Outcome.PROCEED);
    }

    // ---- after the configuration was lost

    /** Agents stay reserved as they were, and no gate of before opens them. */
    @Test
    void aLostConfigurationReservesWhatItDid() throws Exception {
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
        keptOff(NO_GATE);
        abort(controlled);
        WorkflowRun free = free(WORK);
        keptOff("is not change controlled, and 'prod-1' is reserved");
        abort(free);
        jenkins.assertLogNotContains("ON THE AGENT", free);

        configuration.setEnvironments(List.of(ControlledJenkins.environment("Production", true)));
        WorkflowJob job = jenkins.jenkins.getItemByFullName(ControlledJenkins.fullName(name), WorkflowJob.class);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(next(job)));
    }

    @Test
    void aGateOfBeforeOpensNothingOnceTheConfigurationIsLost() throws Exception {
        WorkflowRun run = free(GATE + "semaphore 'asked'\n" + WORK);
        SemaphoreStep.waitForStart("asked/1", run);
        run.getParent().addProperty(new ChangeControlJobProperty());
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        java.nio.file.Files.writeString(
                jenkins.jenkins.getRootDir().toPath().resolve(configuration.getId() + ".xml"), "<broken");
        configuration.load();
        hudson.model.listeners.SaveableListener.fireOnChange(configuration, null);
        SemaphoreStep.success("asked/1", null);
        keptOff(REQUIRED_NOW);
        abort(run);
        jenkins.assertLogNotContains("ON THE AGENT", run);
    }
}
