package io.jenkins.plugins.servicenowgate.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.matrix.AxisList;
import hudson.matrix.LabelAxis;
import hudson.matrix.MatrixBuild;
import hudson.matrix.MatrixProject;
import hudson.model.Action;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Queue;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import hudson.model.queue.SubTask;
import hudson.security.ACL;
import hudson.security.AccessControlled;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.Deployments;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.durabletask.executors.ContinuedTask;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks on reserved agents through the queue of Jenkins: {@code docs/threat-model.md} lists them. */
@Timeout(90)
class QueueOfAgentsAttackTest extends AttackTestBase {
    // ---- labels

    /** Attack: the agent by its own name, and by expressions that match it among others. */
    @ParameterizedTest
    @ValueSource(strings = {"prod-1", "\"prod-1\"", "!builds && linux", "(production)", "builds || production"})
    void aLabelThatMatchesTheAgentIsNoWayAround(String label) throws Exception {
        agent("builds-1", "builds").toComputer().setTemporarilyOffline(true, null);
        WorkflowRun run = build("shop", "node('" + label + "') { echo 'DEPLOYED' }");
        recordBlocked(NO_GATE);
        abort(run);
        jenkins.assertLogNotContains("DEPLOYED", run);
        assertThat(simulator.requests().count()).isZero();
    }

    /** A parameter that names the label, as those of the plugin NodeLabel Parameter do. */
    public static final class LabelParameter extends StringParameterValue {
        private static final long serialVersionUID = 1L;

        LabelParameter(String name, String label) {
            super(name, label);
        }

        @Override
        public Label getAssignedLabel(SubTask task) {
            return Label.get(getValue());
        }
    }

    /** Attack: the build of a matrix, for which Jenkins does not ask about the agent, with a label from a parameter. */
    @Test
    void aMatrixWithALabelFromAParameterStaysOffTheAgent() throws Exception {
        agent("builds-1", "builds");
        // Which of the two agents Jenkins prefers depends on the name of the job.
        for (int number = 1; number <= 8; number++) {
            MatrixProject shop = ControlledJenkins.create(jenkins, MatrixProject.class, "shop" + number);
            shop.addProperty(new ChangeControlJobProperty());
            shop.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("LABEL", "")));
            shop.setAxes(new AxisList(new LabelAxis("label", List.of("builds"))));
            shop.scheduleBuild2(0, new ParametersAction(new LabelParameter("LABEL", "builds || production")));
            await().until(() -> shop.getBuildByNumber(1) != null);
            MatrixBuild build = shop.getBuildByNumber(1);
            jenkins.waitForCompletion(build);
            assertThat(build.getBuiltOnStr()).isEqualTo("builds-1");
        }
    }

    // ---- gates

    /** Attack: the gate of one environment is open, and work of the same build asks for the agent of another. */
    @Test
    void twoEnvironmentsInParallelHaveTheirOwnAgents() throws Exception {
        newAgent("bank-1", "bank");
        io.jenkins.plugins.servicenowgate.config.Environment production =
                ControlledJenkins.environment("Production", true);
        production.setAgentLabel("production");
        io.jenkins.plugins.servicenowgate.config.Environment bank = ControlledJenkins.environment("Bank", true);
        bank.setAgentLabel("bank");
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production, bank));
        approved("shop");
        WorkflowRun run = build("shop", """
                parallel(
                  a: { serviceNowDeployment(environment: 'Production', version: '1') { semaphore 'body' } },
                  b: { semaphore 'other'
                       parallel(c: { node('bank') { echo 'DEPLOYED TO BANK' } },
                                d: { node('bank && !production') { echo 'DEPLOYED TO BANK' } }) })
                """);
        SemaphoreStep.waitForStart("body/1", run);
        SemaphoreStep.success("other/1", null);
        await().until(() -> Stream.of(jenkins.jenkins.getQueue().getItems())
                        .filter(item -> String.valueOf(item.getWhy()).contains("serviceNowGate(environment: 'Bank')"))
                        .count()
                == 2);
        SemaphoreStep.success("body/1", null);
        abort(run);
        jenkins.assertLogNotContains("DEPLOYED TO BANK", run);
    }

    /** Attack: work that asks for the agent while the body runs, and is asked again after it has ended. */
    @Test
    void workThatWasQueuedInTheBodyOfAnotherBranchIsHeldAfterIt() throws Exception {
        approved("shop");
        agent.toComputer().setTemporarilyOffline(true, null);
        WorkflowRun run = build("shop", """
                parallel(
                  a: { serviceNowDeployment(environment: 'Production', version: '1') { semaphore 'body' } },
                  b: { semaphore 'other'
                       node('production') { echo 'DEPLOYED' } })
                """);
        SemaphoreStep.waitForStart("body/1", run);
        SemaphoreStep.success("other/1", null);
        await().until(() -> jenkins.jenkins.getQueue().getItems().length == 1);
        SemaphoreStep.success("body/1", null);
        await().until(() -> !deployment(run).isGateOpen());
        agent.toComputer().setTemporarilyOffline(false, null);
        recordBlocked(NO_GATE);
        abort(run);
        jenkins.assertLogNotContains("DEPLOYED", run);
    }

    // ---- items of the queue

    private FreeStyleProject gated() throws Exception {
        FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "shop", "1");
        job.setAssignedLabel(Label.get("production"));
        job.getBuildersList().add(new Deploying());
        return job;
    }

    /** Attack: cancel an item whose change was refused, and start it again; the refusal is that of its change alone. */
    @Test
    void anItemThatIsStartedAgainAfterARefusalWaitsForAnotherChange() throws Exception {
        FreeStyleProject job = gated();
        job.scheduleBuild2(0);
        String number = theChange().number();
        simulator.people().cancel(number);
        Queue.Item refused = recordBlocked("does not start on 'prod-1': Refused: " + number);
        jenkins.jenkins.getQueue().cancel(refused);
        job.scheduleBuild2(0);
        await().until(() -> simulator.changes().size() == 2);
        recordBlocked("Waiting");
        assertThat(job.getBuilds()).isEmpty();
        SimulatedChange second = simulator.changes().get(1);
        simulator.people().approve(second.number());
        await().until(() -> job.getBuildByNumber(1) != null);
        FreeStyleBuild build = jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(job.getBuildByNumber(1)));
        assertThat(deployment(build).getNumber()).isEqualTo(second.number());
    }

    /** Attack: an administrator reloads the queue, so that the items are read from its file. */
    @Test
    void aQueueThatIsReadAgainReleasesNothing() throws Exception {
        FreeStyleProject job = gated();
        FreeStyleProject tied = tiedToTheAgent();
        job.scheduleBuild2(0);
        SimulatedChange change = theChange();
        await().until(() -> change.workNotes().size() == 1);
        jenkins.jenkins.getQueue().save();
        jenkins.jenkins.getQueue().load();
        await().until(() -> jenkins.jenkins.getQueue().getItems().length == 2);
        int polls = simulator.requests().count(Endpoint.LIST);
        await().until(() -> simulator.requests().count(Endpoint.LIST) > polls + 2);
        recordBlocked("tied on 'prod-1' has no ServiceNow gate");
        assertThat(job.getBuilds()).isEmpty();
        assertThat(tied.getBuilds()).isEmpty();
        simulator.people().cancel(change.number());
        recordBlocked("does not start on 'prod-1': Refused: " + change.number());
        assertThat(job.getBuilds()).isEmpty();
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }

    /** Attack: pass the open gate of a running build on to an item, as plugins do that copy all actions of a build. */
    @Test
    void theGateOfARunningBuildIsNotThatOfAnItemWithItsActions() throws Exception {
        approved("shop");
        WorkflowRun run = build("shop", GATE + "semaphore 'deploys'");
        SemaphoreStep.waitForStart("deploys/1", run);
        FreeStyleProject tied = ControlledJenkins.create(jenkins, FreeStyleProject.class, "tied");
        tied.addProperty(new ChangeControlJobProperty());
        tied.setAssignedLabel(Label.get("production"));
        Action[] copies = run.getActions(Deployments.class).stream()
                .map(Action.class::cast)
                .toArray(Action[]::new);
        assertThat(copies).hasSize(1);
        tied.scheduleBuild2(0, copies);
        recordBlocked("tied on 'prod-1' has no ServiceNow gate");
        assertThat(tied.getBuilds()).isEmpty();
        SemaphoreStep.success("deploys/1", null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    /** Part of a Pipeline whose build Jenkins does not find, because its job was renamed and its script is not loaded yet. */
    private static final class UnknownPart implements ContinuedTask, Queue.TransientTask, AccessControlled {
        private final Queue.Executable build;
        private volatile boolean ran;

        UnknownPart(Queue.Executable build) {
            this.build = build;
        }

        @Override
        public Queue.Executable getOwnerExecutable() {
            return build;
        }

        @Override
        public Queue.Task getOwnerTask() {
            return build == null ? this : build.getParent().getOwnerTask();
        }

        @Override
        public boolean isContinued() {
            return false;
        }

        @Override
        public String getName() {
            return "part of an unknown build";
        }

        @Override
        public String getFullDisplayName() {
            return getName();
        }

        @Override
        public String getDisplayName() {
            return getName();
        }

        @Override
        public String getUrl() {
            return "unknown";
        }

        @Override
        public ACL getACL() {
            return Jenkins.get().getACL();
        }

        @Override
        public Label getAssignedLabel() {
            return Label.get("production");
        }

        @Override
        public Queue.Executable createExecutable() {
            ran = true;
            return null;
        }
    }

    @Test
    void workOfAPipelineWhoseBuildIsNotFoundIsKeptOff() throws Exception {
        isKeptOff(new UnknownPart(null));
    }

    /** A job that needs no change has the name that the job of the build had. */
    @Test
    void workOfAPipelineForWhichABuildOfAnotherJobIsFoundIsKeptOff() throws Exception {
        FreeStyleProject other = ControlledJenkins.create(jenkins, FreeStyleProject.class, "other");
        other.setAssignedLabel(Label.get("production"));
        isKeptOff(new UnknownPart(jenkins.buildAndAssertSuccess(other)));
    }

    private void isKeptOff(UnknownPart task) throws Exception {
        Queue.Item item = jenkins.jenkins.getQueue().schedule2(task, 0).getItem();
        recordBlocked("part of an unknown build on 'prod-1' has no ServiceNow gate");
        assertThat(task.ran).isFalse();
        UngatedRunReaper.get().check(Instant.now().plus(Duration.ofMinutes(11)));
        assertThat(jenkins.jenkins.getQueue().getItem(item.getId())).isInstanceOf(Queue.LeftItem.class);
        assertThat(task.ran).isFalse();
    }
}
