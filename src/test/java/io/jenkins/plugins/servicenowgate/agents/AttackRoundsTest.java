package io.jenkins.plugins.servicenowgate.agents;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Items;
import hudson.model.Run;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.slaves.DumbSlave;
import hudson.triggers.TimerTrigger;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.pipeline.modeldefinition.actions.RestartDeclarativePipelineAction;
import org.jenkinsci.plugins.workflow.cps.replay.ReplayAction;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.FakeChangeLogSCM;

/** A later round of attacks, on the finished code: {@code docs/threat-model.md} lists them. */
@Timeout(90)
class AttackRoundsTest extends AttackTestBase {
    private static final String DEPLOY = "node('production') { echo 'DEPLOYED' }\n";

    // ---- restarts from a stage

    private static WorkflowRun restart(WorkflowRun run, String stage) throws Exception {
        try (ACLContext developer = ACL.as2(User.getById(DEVELOPER, true).impersonate2())) {
            run.getAction(RestartDeclarativePipelineAction.class).run(stage);
        }
        return numbered(run.getParent(), run.getNumber() + 1);
    }

    private static WorkflowRun numbered(WorkflowJob job, int number) {
        await().until(() -> job.getBuildByNumber(number) != null);
        return job.getBuildByNumber(number);
    }

    private static String stages(String... stages) {
        StringBuilder script = new StringBuilder("pipeline { agent none\nstages {\n");
        for (int i = 0; i < stages.length; i += 2) {
            script.append("stage('").append(stages[i]).append("') { steps { ").append(stages[i + 1]);
            script.append(" } }\n");
        }
        return script.append("} }").toString();
    }

    /** Attack: restart behind the first of two gates, so that the second hides that it was skipped. */
    @ParameterizedTest
    @ValueSource(strings = {"project: 'apps/web', version: '1'", "version: '7'"})
    void aLaterGateDoesNotHideTheOneThatARestartSkips(String other) throws Exception {
        SimulatedChange first = approved("shop");
        SimulatedChange second = simulator.addChange(Map.of(
                "short_description",
                other.contains("web")
                        ? ControlledJenkins.title("apps/web", "1")
                        : ControlledJenkins.title("apps/shop", "7")));
        simulator.people().approve(second.number());
        WorkflowRun original = build(
                "shop",
                stages(
                        "Gate",
                        GATE,
                        "Deploy",
                        "echo 'DEPLOYED'",
                        "Other gate",
                        "serviceNowGate(environment: 'Production', " + other + ")",
                        "Other",
                        "echo 'OTHER'"));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(original));
        settled();
        int notes = first.workNotes().size();

        WorkflowRun run = restart(original, "Deploy");

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        jenkins.assertLogContains("[ServiceNow] No change was checked for Production: this build was restarted", run);
        List<DeploymentRecord> deployments =
                run.getAction(ChangeRequestsAction.class).getDeployments();
        assertThat(deployments)
                .extracting(DeploymentRecord::getOutcome)
                .containsExactlyInAnyOrder(GateOutcome.PROCEED, GateOutcome.SKIPPED);
        assertThat(deployments)
                .filteredOn(deployment -> deployment.getOutcome() == GateOutcome.SKIPPED)
                .allSatisfy(skipped -> {
                    assertThat(skipped.getProject()).isEqualTo("apps/shop");
                    assertThat(skipped.getVersion()).isEqualTo("1");
                });
        assertThat(first.workNotes()).as("nothing is told of its change").hasSize(notes);
        assertThat(second.workNotes()).hasSizeGreaterThan(notes);
    }

    /** Attack: delete the original while its restart waits in the queue, so that nobody knows its gates. */
    @Test
    void aRestartWhoseOriginalIsDeletedBeforeItStartsDeploysNothing() throws Exception {
        approved("shop");
        WorkflowRun original = build("shop", stages("Gate", GATE, "Deploy", "echo 'DEPLOYED'"));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(original));
        settled();
        int requests = simulator.requests().count();
        jenkins.jenkins.doQuietDown();
        try {
            assertThat(original.getAction(RestartDeclarativePipelineAction.class)
                            .run("Deploy"))
                    .isNotNull();
            original.delete();
        } finally {
            jenkins.jenkins.doCancelQuietDown();
        }
        refused(numbered(original.getParent(), 2));
        assertThat(simulator.requests().count()).isEqualTo(requests);
    }

    /** Attack: replay a build that began behind its gate. */
    @Test
    void aReplayOfARestartedBuildHasItsGate() throws Exception {
        SimulatedChange change = approved("shop");
        String script = stages("Gate", GATE, "Deploy", "echo 'DEPLOYED'");
        WorkflowRun original = build("shop", script);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(original));
        settled();
        simulator.people().close(change.number());
        WorkflowRun restarted = restart(original, "Deploy");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(restarted));

        assertThat(restarted.getAction(ReplayAction.class).run2(script, Map.of()))
                .isNotNull();

        WorkflowRun replayed = waiting(numbered(original.getParent(), 3));
        jenkins.assertLogNotContains("DEPLOYED", replayed);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        abort(replayed);
        jenkins.assertLogNotContains("DEPLOYED", replayed);
    }

    // ---- who made the commits

    private FreeStyleBuild byTimer(FreeStyleProject job) throws Exception {
        return waiting(job.scheduleBuild2(0, new CauseAction(new TimerTrigger.TimerTriggerCause()))
                .waitForStart());
    }

    /**
     * Attack: an author wants to approve what a timer starts, and lets another job, which needs no change, seem to have
     * released the commits before.
     */
    @Test
    void aJobThatNeedsNoChangeReleasesNothingOfTheProject() throws Exception {
        simulator.addUser("alice", "Alice", "");
        simulator.addUser("bob", "Bob", "");
        Environment production = ControlledJenkins.environment("Production", true);
        production.setSeparateDuties(true);
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        FakeChangeLogSCM commits = new FakeChangeLogSCM();
        commits.addChange().withAuthor("alice").withMsg("one");
        FreeStyleProject shop = buildsElsewhere("shop");
        shop.setScm(commits);
        shop.getBuildersList().add(gate("1.0"));
        shop.getBuildersList().add(new Deploying());
        FreeStyleBuild first = byTimer(shop);
        abort(first);
        WorkflowJob free = ControlledJenkins.job(
                jenkins, "free", "serviceNowGate(environment: 'Production', project: 'apps/shop', version: '1')");
        jenkins.assertBuildStatusSuccess(
                free.scheduleBuild2(0, new CauseAction(new Cause.UpstreamCause((Run<?, ?>) first))));
        await().untilAsserted(() -> assertThat(web(READER)
                        .goTo("servicenow-gates/audit/api/json", "application/json")
                        .getWebResponse()
                        .getContentAsString())
                .contains("NOT_REQUIRED"));

        commits.addChange().withAuthor("bob").withMsg("two");
        FreeStyleBuild second = byTimer(shop);
        String number = theChange().number();
        simulator.people().requestApproval(number, "CAB", "alice").approveAs(number, "alice");
        simulator.people().approve(number);

        jenkins.assertLogContains("but nobody else than the starter of the build", refused(second));
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }

    // ---- what is renamed, moved or changed meanwhile

    /** Attack: give a build the name of a version that is approved, while it waits. */
    @Test
    void aBuildThatIsRenamedDeploysWhatItRequested() throws Exception {
        SimulatedChange other =
                simulator.addChange(Map.of("short_description", ControlledJenkins.title("apps/shop", "7")));
        simulator.people().approve(other.number());
        WorkflowRun run = waiting(build("shop", "serviceNowGate(environment: 'Production')\necho 'DEPLOYED'"));
        run.setDisplayName("#7");
        int polls = simulator.requests().count(Endpoint.LIST);
        await().until(() -> simulator.requests().count(Endpoint.LIST) > polls + 2);
        jenkins.assertLogNotContains("DEPLOYED", run);
        approve("shop");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        assertThat(other.workNotes()).isEmpty();
    }

    /** Attack: open the gate in a folder that is not controlled, and move the job to one that is. */
    @Test
    void aJobThatIsMovedBehindItsGateNeedsAChange() throws Exception {
        Folder controlled = jenkins.createProject(Folder.class, "controlled");
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        controlled.addProperty(mark);
        agent.toComputer().setTemporarilyOffline(true, null);
        WorkflowRun run = next(ControlledJenkins.job(jenkins, "moved", GATE + DEPLOY));
        await().until(() -> jenkins.jenkins.getQueue().getBuildableItems().size() == 1);
        Items.move(run.getParent(), controlled);
        agent.toComputer().setTemporarilyOffline(false, null);

        recordBlocked("an approved change is now required for Production");
        assertThat(simulator.requests().count()).isZero();
        abort(run);
        jenkins.assertLogNotContains("DEPLOYED", run);
    }

    /** Attack: wait for an agent that is reserved only later, and under another name. */
    @Test
    void anAgentThatIsReservedMeanwhileAdmitsNothing() throws Exception {
        DumbSlave late = newAgent("late", "late");
        late.toComputer().setTemporarilyOffline(true, null);
        WorkflowRun run = build("shop", DEPLOY.replace("production", "late"));
        await().until(() -> jenkins.jenkins.getQueue().getBuildableItems().size() == 1);
        late.setLabelString("late production");
        jenkins.jenkins.updateNode(late);
        late.toComputer().setTemporarilyOffline(false, null);

        recordBlocked("`node` on 'late' waits for serviceNowGate(environment: 'Production')");
        assertThat(late.toComputer().countBusy()).isZero();
        assertThat(simulator.requests().count()).isZero();
        abort(run);
        jenkins.assertLogNotContains("DEPLOYED", run);
    }
}
