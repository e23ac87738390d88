package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.ExtensionList;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import hudson.model.TaskListener;
import hudson.model.queue.QueueTaskFuture;
import hudson.scm.ChangeLogParser;
import hudson.scm.SCM;
import hudson.scm.SCMDescriptor;
import hudson.scm.SCMRevisionState;
import hudson.triggers.TimerTrigger;
import io.jenkins.plugins.servicenowgate.audit.AuditedReleases;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.gathering.ReleaseHistory;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.io.File;
import java.io.IOException;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.FailureBuilder;
import org.jvnet.hudson.test.FakeChangeLogSCM;

/**
 * Attacks on the separation of duties: what a timer deploys is approved by the author of a commit that an earlier deployment
 * seems to have released.
 */
@Timeout(120)
class EarlierReleasesTest extends ControlledJenkinsTestBase {
    private static final String UNKNOWN = "not all authors of the commits since the last release are known";

    private final FakeChangeLogSCM commits = new FakeChangeLogSCM();
    private final FakeChangeLogSCM commitsOfApp = new FakeChangeLogSCM();
    private FreeStyleProject shop;
    private FreeStyleProject app;

    @BeforeEach
    void createTheJob() throws Exception {
        for (String author : List.of("alice", "bob", "carol")) {
            simulator.addUser(author, author, "");
        }
        agent("worker", null);
        shop = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        shop.setAssignedLabel(null);
        shop.addProperty(new ChangeControlJobProperty());
        shop.setScm(commits);
        ServiceNowGateBuilder gate = new ServiceNowGateBuilder("Production");
        gate.setVersion("1.$BUILD_NUMBER");
        shop.getBuildersList().add(gate);
    }

    private static Environment environment(boolean controlled) {
        Environment production = ControlledJenkins.environment("Production", controlled);
        production.setSeparateDuties(controlled);
        return production;
    }

    private static void controlled(boolean controlled) {
        ServiceNowGateConfiguration.get().setEnvironments(List.of(environment(controlled)));
    }

    private static void declare(Folder folder, Environment environment) throws Exception {
        ChangeControlFolderProperty property = new ChangeControlFolderProperty();
        property.setEnvironments(List.of(environment));
        folder.addProperty(property);
    }

    private FreeStyleBuild byTimer(String author) throws Exception {
        commits.addChange().withAuthor(author).withMsg("by " + author);
        return shop.scheduleBuild2(0, new CauseAction(new TimerTrigger.TimerTriggerCause()))
                .waitForStart();
    }

    private FreeStyleBuild aborted(FreeStyleBuild build) throws Exception {
        waiting(build).doStop();
        return jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
    }

    /** A version of the job, seemingly deployed by a job that the build of the version started. */
    private void deployedByAnother(FreeStyleBuild made, Folder folder, String version) throws Exception {
        WorkflowJob other = folder.createProject(WorkflowJob.class, "other");
        other.addProperty(new ChangeControlJobProperty());
        other.setDefinition(ControlledJenkins.script(
                "serviceNowGate(environment: 'Production', project: 'apps/shop'," + " version: '" + version + "')"));
        WorkflowRun run = waiting(other.scheduleBuild2(0, new CauseAction(new Cause.UpstreamCause((Run<?, ?>) made)))
                .waitForStart());
        simulator.people().approve(deployment(run).getNumber());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
    }

    private void refusedFor(String approver, FreeStyleBuild build) throws Exception {
        String number = deployment(waiting(build)).getNumber();
        simulator.people().requestApproval(number, "CAB", approver).approveAs(number, approver);
        simulator.people().approve(number);
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        jenkins.assertLogContains("but nobody else than the starter of the build", build);
        settled();
        SimulatedChange change = simulator.changes().stream()
                .filter(one -> one.number().equals(number))
                .findFirst()
                .orElseThrow();
        assertThat(change.workNotes()).noneMatch(note -> note.contains(" started. "));
    }

    /** Another folder may have an environment of the same name, for which other people approve. */
    @Test
    void aReleaseInAnotherFolderDoesNotCount() throws Exception {
        ServiceNowGateConfiguration.get().setEnvironments(List.of(ControlledJenkins.environment("Dev", false)));
        declare(jenkins.jenkins.getItemByFullName(ControlledJenkins.FOLDER, Folder.class), environment(true));
        Folder own = jenkins.createProject(Folder.class, "own");
        declare(own, ControlledJenkins.environment("Production", true));
        FreeStyleBuild first = aborted(byTimer("alice"));
        first.setDisplayName("1.1");
        deployedByAnother(first, own, "1.1");

        refusedFor("alice", byTimer("bob"));
    }

    /** A deployment that needed no change, and failed, deployed nothing that is known. */
    @Test
    void aFailedDeploymentThatNeededNoChangeDoesNotCount() throws Exception {
        controlled(false);
        FailureBuilder fails = new FailureBuilder();
        shop.getBuildersList().add(fails);
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(byTimer("alice")));
        shop.getBuildersList().remove(fails);
        controlled(true);

        refusedFor("alice", byTimer("bob"));
    }

    /** Attack: the failure of the body is caught, so that its build succeeds. */
    @ParameterizedTest
    @CsvSource({"false, error('broken'), false", "true, error('broken'), false", "false, echo('works'), true"})
    void aBodyThatFailedWithoutAChangeDoesNotCount(boolean switchedOff, String body, boolean counts) throws Exception {
        controlled(switchedOff);
        ServiceNowGateConfiguration.get().setEnabled(!switchedOff);
        WorkflowJob web = ControlledJenkins.controlledJob(
                jenkins,
                "web",
                "try { serviceNowDeployment(environment: 'Production', version: '1.1') { " + body
                        + " } } catch (e) { echo 'CAUGHT' }");
        WorkflowRun run = jenkins.buildAndAssertSuccess(web);

        await().untilAsserted(() -> assertThat(deployment(run).getCloseCode()).isNotNull());
        AuditedReleases releases = new AuditedReleases();
        await().untilAsserted(() -> {
            assertThat(releases.before(web, "apps/web", "Production", "1.2") != null)
                    .isEqualTo(counts);
            assertThat(releases.ownBefore(web, "apps/web", "Production", "1.2") != null)
                    .isEqualTo(counts);
        });
        assertThat(deployment(run).getOutcome())
                .isEqualTo(switchedOff ? GateOutcome.SWITCHED_OFF : GateOutcome.NOT_REQUIRED);
        assertThat(simulator.requests().count()).isZero();
    }

    @Test
    void aDeploymentThatNeededNoChangeAndSucceededCounts() throws Exception {
        controlled(false);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(byTimer("alice")));
        controlled(true);
        FreeStyleBuild second = waiting(byTimer("bob"));
        String number = theChange().number();
        simulator.people().requestApproval(number, "CAB", "alice").approveAs(number, "alice");
        simulator.people().approve(number);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(second));
    }

    /** Another job has deployed an older version again since, so that the commits between are new to the environment. */
    @Test
    void whatAnotherJobTookBackCounts() throws Exception {
        controlled(false);
        FreeStyleBuild first = jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(byTimer("alice")));
        first.setDisplayName("1.1");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(byTimer("carol")));
        ServiceNowGateConfiguration.get().setEnvironments(List.of(ControlledJenkins.environment("Production", true)));
        deployedByAnother(first, jenkins.jenkins.getItemByFullName(ControlledJenkins.FOLDER, Folder.class), "1.1");
        controlled(true);

        refusedFor("carol", byTimer("bob"));
    }

    /** Sources of its own, which {@code FakeChangeLogSCM} alone is not to Jenkins. */
    public static final class Sources extends SCM {
        private final FakeChangeLogSCM commits;

        Sources(FakeChangeLogSCM commits) {
            this.commits = commits;
        }

        @Override
        public void checkout(
                Run<?, ?> build,
                Launcher launcher,
                FilePath workspace,
                TaskListener listener,
                File changelogFile,
                SCMRevisionState baseline)
                throws IOException, InterruptedException {
            commits.checkout(build, launcher, workspace, listener, changelogFile, baseline);
        }

        @Override
        public ChangeLogParser createChangeLogParser() {
            return commits.createChangeLogParser();
        }

        @Override
        public SCMDescriptor<?> getDescriptor() {
            return commits.getDescriptor();
        }
    }

    /** The job that makes the versions. */
    private FreeStyleProject app() throws Exception {
        FreeStyleProject app = ControlledJenkins.create(jenkins, FreeStyleProject.class, "app");
        app.setAssignedLabel(null);
        app.setScm(commitsOfApp);
        return app;
    }

    /** The first build deploys without a change, which is required for the second one. */
    private FreeStyleBuild theSecondBuildDeploysNothing() throws Exception {
        app = app();
        controlled(false);
        jenkins.assertBuildStatusSuccess(deploysVersion(1, "bob"));
        controlled(true);
        return aborted(deploysVersion(2, "carol").waitForStart());
    }

    /** Deploys a version of another job, and brings a commit to the job that deploys. */
    private QueueTaskFuture<FreeStyleBuild> deploysVersion(int number, String author) throws Exception {
        commitsOfApp.addChange().withAuthor("alice").withMsg("version " + number);
        FreeStyleBuild made = jenkins.assertBuildStatusSuccess(
                app.scheduleBuild2(0, new CauseAction(new TimerTrigger.TimerTriggerCause())));
        made.setDisplayName("1." + number);
        commits.addChange().withAuthor(author).withMsg("deploys otherwise");
        return shop.scheduleBuild2(
                0,
                new CauseAction(new TimerTrigger.TimerTriggerCause(), new Cause.UpstreamCause((Run<?, ?>) made)),
                new ParametersAction(new StringParameterValue("VERSION", "1." + number)));
    }

    /** A commit to the job that deploys is as new to the environment if an earlier build with it has deployed nothing. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCommitOfAnEarlierBuildThatDeployedNothingCounts(boolean ownSources) throws Exception {
        deploysGivenVersion(ownSources);
        theSecondBuildDeploysNothing();
        settled();

        FreeStyleBuild third = deploysVersion(3, "bob").waitForStart();
        refusedFor("carol", third);
        jenkins.assertLogContains("the starter of the build (alice, bob, carol)", third);
    }

    private void deploysGivenVersion(boolean ownSources) throws Exception {
        if (ownSources) {
            shop.setScm(new Sources(commits));
        }
        shop.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("VERSION")));
        ((ServiceNowGateBuilder) shop.getBuilders().get(0)).setVersion("$VERSION");
    }

    /** A later build is released while an earlier one waits. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCommitOfABuildThatIsReleasedAfterALaterOneCounts(boolean ownSources) throws Exception {
        deploysGivenVersion(ownSources);
        shop.setConcurrentBuild(true);
        agent("another", null);
        app = app();
        controlled(false);
        jenkins.assertBuildStatusSuccess(deploysVersion(1, "bob"));
        controlled(true);
        FreeStyleBuild second = waiting(deploysVersion(2, "carol").waitForStart());
        simulator.addUser("dave", "dave", "");
        FreeStyleBuild third = waiting(deploysVersion(3, "bob").waitForStart());
        String number = deployment(third).getNumber();
        simulator.people().requestApproval(number, "CAB", "dave").approveAs(number, "dave");
        simulator.people().approve(number);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(third));
        await().until(() -> {
            ReleaseHistory.Released last = ExtensionList.lookupSingleton(AuditedReleases.class)
                    .ownBefore(shop, "apps/shop", "Production", "1.2");
            return last != null && last.build() == third.getNumber();
        });

        refusedFor("carol", second);
    }

    /** Nobody knows who made the commits of a build that is gone. */
    @Test
    void aCommitOfABuildThatWasDeletedRefuses() throws Exception {
        deploysGivenVersion(true);
        theSecondBuildDeploysNothing().delete();
        settled();
        int before = simulator.changes().size();

        FreeStyleBuild third = deploysVersion(3, "bob").waitForStart();
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(third));
        jenkins.assertLogContains(UNKNOWN, third);
        assertThat(simulator.changes()).hasSize(before);
    }

    /** The commits that an item of the queue brings are known only when it has started. */
    @Test
    void anItemOfAJobWithSourcesOfItsOwnIsRefused() throws Exception {
        app = app();
        shop = ControlledJenkins.queuedJob(jenkins, "queued", "$VERSION");
        shop.setScm(new Sources(commits));
        shop.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("VERSION")));
        controlled(true);
        commitsOfApp.addChange().withAuthor("alice").withMsg("first");
        jenkins.assertBuildStatusSuccess(app.scheduleBuild2(0));

        FreeStyleBuild build = deploysVersion(2, "bob").get();
        jenkins.assertBuildStatus(Result.FAILURE, build);
        jenkins.assertLogContains(UNKNOWN, build);
        assertThat(simulator.changes()).isEmpty();
    }
}
