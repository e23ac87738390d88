package io.jenkins.plugins.servicenowgate.freestyle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.Cause;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Items;
import hudson.model.Result;
import hudson.tasks.ArtifactArchiver;
import hudson.tasks.BuildTrigger;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestBuilder;

/** Post-build actions of a build that was refused or aborted at its gate: those that may deploy are skipped. */
class PublishersTest extends ControlledJenkinsTestBase {
    private static final String STOPPED = "not run, because the deployment of this build was refused or aborted";

    private FreeStyleProject job;

    @BeforeEach
    void createTheJob() throws Exception {
        agent("worker", null);
        job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        job.getBuildersList().add(new TestBuilder() {
            @Override
            public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
                    throws java.io.IOException, InterruptedException {
                build.getWorkspace().child("a.txt").write("a", "UTF-8");
                return true;
            }
        });
    }

    private void step(String environment, String version) {
        ServiceNowGateBuilder step = new ServiceNowGateBuilder(environment);
        step.setVersion(version);
        job.getBuildersList().add(step);
    }

    private void publishers() throws Exception {
        job.getPublishersList().add(new DeployingSteps.DeployingRecorder());
        job.getPublishersList().add(new DeployingSteps.DeployingNotifier());
        job.getPublishersList().add(new DeployingSteps.DeployingArchiver());
        ArtifactArchiver archiver = new ArtifactArchiver("a.txt");
        archiver.setAllowEmptyArchive(true);
        job.getPublishersList().add(archiver);
        job.addProperty(new ChangeControlJobProperty());
        job.addProperty(new DeployingSteps.DeployingProperty());
    }

    private void stopped(FreeStyleBuild build, Result result) throws Exception {
        jenkins.assertBuildStatus(result, jenkins.waitForCompletion(build));
        jenkins.assertLogNotContains("DEPLOYED", build);
        jenkins.assertLogContains(STOPPED, build);
        jenkins.assertLogNotContains("\tat ", build);
        assertThat(JenkinsRule.getLog(build).lines().filter(line -> line.contains(STOPPED)))
                .as("three publishers and the property; properties that do nothing are not mentioned")
                .hasSize(4);
        assertThat(simulator.requests().to(Endpoint.UPDATE))
                .as("ServiceNow is told of no deployment")
                .allSatisfy(request -> {
                    assertThat(request.json().has("state")).isFalse();
                    assertThat(request.json().get("work_notes").asString()).doesNotContain(" started.");
                });
    }

    @Test
    void ofABuildThatWasRefusedAtItsStep() throws Exception {
        step("Production", "1");
        publishers();
        FreeStyleBuild build = waiting(job.scheduleBuild2(0).waitForStart());
        simulator.people().cancel(theChange().number());
        stopped(build, Result.FAILURE);
        assertThat(build.getArtifacts()).as("archiving deploys nothing").hasSize(1);
    }

    @Test
    void ofABuildThatWasAborted() throws Exception {
        step("Production", "1");
        publishers();
        FreeStyleBuild build = waiting(job.scheduleBuild2(0).waitForStart());
        build.doStop();
        stopped(build, Result.ABORTED);
    }

    /** Attack: a first gate that is open, for another version. */
    @Test
    void ofABuildWhoseSecondGateIsRefused() throws Exception {
        step("Production", "1");
        step("Production", "2");
        publishers();
        FreeStyleBuild build = waiting(job.scheduleBuild2(0).waitForStart());
        simulator.people().approve(theChange().number());
        await().until(() -> simulator.changes().size() == 2);
        simulator.people().reject(simulator.changes().get(1).number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        jenkins.assertLogNotContains("DEPLOYED", build);
        assertThat(JenkinsRule.getLog(build).lines().filter(line -> line.contains(STOPPED)))
                .hasSize(4);
        assertThat(simulator.changes().get(1).workNotes()).noneMatch(note -> note.contains(" started."));
    }

    /** Attack: a build step that catches the refusal, so that Jenkins goes on with the next one. */
    @Test
    void ofABuildWhoseStepIsCaught() throws Exception {
        ServiceNowGateBuilder step = new ServiceNowGateBuilder("Production");
        step.setVersion("1");
        job.getBuildersList().add(new DeployingSteps.CatchingBuilder(step));
        job.getBuildersList().add(new DeployingSteps.DeployingBuilder());
        publishers();
        FreeStyleBuild build = waiting(job.scheduleBuild2(0).waitForStart());
        simulator.people().cancel(theChange().number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        jenkins.assertLogContains("CAUGHT Refused: ", build);
        jenkins.assertLogNotContains("DEPLOYED", build);
        jenkins.assertLogNotContains("\tat ", build);
        assertThat(JenkinsRule.getLog(build).lines().filter(line -> line.contains(STOPPED)))
                .as("the next step, three publishers and the property")
                .hasSize(5);
    }

    /** Attack: abort while all gate threads wait for a slow instance, so that no gate is opened yet. */
    @Test
    void ofABuildThatWasAbortedBeforeItsGateWasOpened() throws Exception {
        simulator.faults().on(Endpoint.TOKEN).always(Fault.slow(Duration.ofSeconds(8)));
        simulator.faults().on(Endpoint.LIST).always(Fault.slow(Duration.ofSeconds(8)));
        for (int i = 0; i < 8; i++) {
            build("busy" + i, "serviceNowGate(environment: 'Production', version: '1')");
        }
        await().until(() -> simulator.requests().count() >= 1);
        step("Production", "1");
        publishers();
        FreeStyleBuild build = job.scheduleBuild2(0).waitForStart();
        await().until(() -> build.getExecutor() != null
                && build.getWorkspace() != null
                && build.getWorkspace().child("a.txt").exists());
        build.doStop();
        stopped(build, Result.ABORTED);
    }

    /** A refusal before the gate is opened counts as well. */
    @Test
    void ofABuildWhoseStepCanNotBeAsked() throws Exception {
        step("Produktion", "1");
        publishers();
        stopped(job.scheduleBuild2(0).waitForStart(), Result.FAILURE);
        job.getBuildersList().removeAll(ServiceNowGateBuilder.class);
        step("Production", "${NOT_SET}");
        stopped(job.scheduleBuild2(0).waitForStart(), Result.FAILURE);
        assertThat(simulator.requests().count()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<null/>", "<no.such.Field/>", "<string>x</string>", "</fields><fields>"})
    void ofABuildWhoseFieldsCanNotBeRead(String fields) throws Exception {
        step("Production", "1");
        publishers();
        String name = ServiceNowGateBuilder.class.getName();
        job.getBuildersList().replace((ServiceNowGateBuilder) Items.XSTREAM2.fromXML("<" + name
                + "><environment>Production</environment><version>1</version><fields>" + fields + "</fields></" + name
                + ">"));
        FreeStyleBuild build = job.scheduleBuild2(0).waitForStart();
        stopped(build, Result.FAILURE);
        jenkins.assertLogContains("Refused: the build step contains fields that can't be read", build);
    }

    @Test
    void ofABuildThatWasRefusedInTheQueue() throws Exception {
        publishers();
        job.removeProperty(ChangeControlJobProperty.class);
        job.addProperty(ControlledJenkins.queuedMark("1"));
        job.scheduleBuild2(0);
        simulator.people().reject(theChange().number());
        await().until(() -> job.getBuildByNumber(1) != null);
        stopped(job.getBuildByNumber(1), Result.FAILURE);
    }

    /** Attack: damage the stored deployment of the item. */
    @Test
    void ofABuildWhoseStoredDeploymentCanNotBeRead() throws Exception {
        publishers();
        job.removeProperty(ChangeControlJobProperty.class);
        job.addProperty(ControlledJenkins.queuedMark("1"));
        QueuedDeployment deployment = new QueuedDeployment("damaged", 0, null);
        Path directory = jenkins.jenkins.getRootDir().toPath().resolve("servicenow-gate/queued-deployments");
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("damaged.xml"), "<broken");
        job.scheduleBuild2(0, new Cause.RemoteCause("host", "nightly"), deployment);
        await().until(() -> job.getBuildByNumber(1) != null);
        jenkins.waitForCompletion(job.getBuildByNumber(1));
        jenkins.assertLogContains("could not be read", job.getBuildByNumber(1));
        stopped(job.getBuildByNumber(1), Result.FAILURE);
    }

    /** Limitation: Jenkins still triggers downstream jobs, which have their own gates. */
    @Test
    void downstreamJobsHaveTheirOwnGates() throws Exception {
        FreeStyleProject next = ControlledJenkins.queuedJob(jenkins, "next", "1");
        next.setQuietPeriod(0);
        step("Production", "1");
        publishers();
        job.getPublishersList().add(new BuildTrigger("next", Result.FAILURE));
        jenkins.jenkins.rebuildDependencyGraph();
        FreeStyleBuild build = waiting(job.scheduleBuild2(0).waitForStart());
        simulator.people().cancel(theChange().number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        await().until(() -> next.getQueueItem() != null && simulator.changes().size() == 2);
        assertThat(next.getBuilds()).isEmpty();
    }

    /** Limitation: Jenkins still tears down what a build set up before its step. */
    @Test
    void buildWrappersAreTornDown() throws Exception {
        job.getBuildWrappersList().add(new DeployingSteps.Wrapper());
        step("Production", "1");
        publishers();
        FreeStyleBuild build = waiting(job.scheduleBuild2(0).waitForStart());
        simulator.people().cancel(theChange().number());
        stopped(build, Result.FAILURE);
        jenkins.assertLogContains("UNWRAPPED", build);
    }

    /** A build that waited in the queue is refused before it sets anything up. */
    @Test
    void aBuildThatIsRefusedInTheQueueRunsNoBuildWrapper() throws Exception {
        job.getBuildWrappersList().add(new DeployingSteps.Wrapper());
        job.getPublishersList().add(new DeployingSteps.Prepared());
        job.setScm(new DeployingSteps.Sources());
        job.addProperty(ControlledJenkins.queuedMark("1"));
        job.scheduleBuild2(0);
        simulator.people().reject(theChange().number());
        await().until(() -> job.getBuildByNumber(1) != null);
        FreeStyleBuild build = job.getBuildByNumber(1);
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        jenkins.assertLogNotContains("WRAPPED", build);
        jenkins.assertLogNotContains("PREPARED", build);
        jenkins.assertLogNotContains("CHECKED", build);
        jenkins.assertLogNotContains("DEPLOYED", build);
        // Limitation: Jenkins asks the wrappers for the launcher first.
        jenkins.assertLogContains("LAUNCHER decorated", build);
    }

    @Test
    void ofABuildThatWasReleasedAreRun() throws Exception {
        step("Production", "1");
        publishers();
        FreeStyleBuild build = waiting(job.scheduleBuild2(0).waitForStart());
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        for (String by : List.of("a recorder", "a notifier", "an archiver", "a property")) {
            jenkins.assertLogContains("DEPLOYED by " + by, build);
        }
    }
}
