package io.jenkins.plugins.servicenowgate.agents;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.Launcher;
import hudson.matrix.AxisList;
import hudson.matrix.LabelAxis;
import hudson.matrix.MatrixBuild;
import hudson.matrix.MatrixProject;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.BuildListener;
import hudson.model.Cause;
import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Run;
import hudson.model.StringParameterDefinition;
import hudson.model.User;
import hudson.plugins.promoted_builds.JobPropertyImpl;
import hudson.plugins.promoted_builds.Promotion;
import hudson.plugins.promoted_builds.PromotionProcess;
import hudson.plugins.promoted_builds.Status;
import hudson.plugins.promoted_builds.conditions.ManualCondition;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.tasks.BuildStep;
import io.jenkins.plugins.servicenowgate.audit.AuditLog;
import io.jenkins.plugins.servicenowgate.audit.AuditedReleases;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRequest;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.TestBuilder;

/** Attacks with promotions, of the plugin Promoted Builds: {@code docs/threat-model.md} lists them. */
@Timeout(90)
class PromotionAttackTest extends AttackTestBase {
    /** A deployment that runs until the test ends it. */
    private static final class Running extends TestBuilder {
        private static CountDownLatch end = new CountDownLatch(1);

        @Override
        public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
                throws InterruptedException {
            listener.getLogger().println("RUNS");
            end.await();
            return true;
        }
    }

    /** Jobs within jobs are not ended with the others. */
    @AfterEach
    void endPromotions() {
        Running.end.countDown();
        for (Computer computer : jenkins.jenkins.getComputers()) {
            computer.getExecutors().stream()
                    .filter(executor -> executor.getCurrentExecutable() instanceof Promotion)
                    .forEach(Executor::interrupt);
        }
    }

    private static PromotionProcess promotion(AbstractProject<?, ?> owner, BuildStep... steps) throws Exception {
        JobPropertyImpl promotions = new JobPropertyImpl(owner);
        owner.addProperty(promotions);
        PromotionProcess process = promotions.addProcess("to-production");
        process.conditions.add(new ManualCondition());
        agent("promotions-1", "promotions");
        process.assignedLabel = "promotions";
        process.getBuildSteps().addAll(Arrays.asList(steps));
        return process;
    }

    /** A build whose deployment was released and runs. */
    private FreeStyleBuild runs(FreeStyleProject owner) throws Exception {
        Running.end = new CountDownLatch(1);
        owner.getBuildersList().add(gate("1"));
        owner.getBuildersList().add(new Running());
        approved(owner.getName());
        FreeStyleBuild build = owner.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("RUNS", build);
        return build;
    }

    private static void promote(AbstractBuild<?, ?> build, PromotionProcess process) throws Exception {
        process.promote2(build, new Cause.UpstreamCause((Run<?, ?>) build), new Status(process, List.of()));
    }

    private static Promotion started(PromotionProcess process) {
        await().until(() -> process.getBuildByNumber(1) != null);
        return process.getBuildByNumber(1);
    }

    /** The change of a promotion to version 2 is rejected while the promoted build runs, which goes on. */
    private void isRefusedByItsOwnChange(Promotion promotion, AbstractBuild<?, ?> build) throws Exception {
        SimulatedChange own = simulator.changes().get(1);
        assertThat(title(own)).isEqualTo(ControlledJenkins.title("apps/shop", "2"));
        simulator.people().reject(own.number());
        refused(promotion);
        Running.end.countDown();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
    }

    /** Attack: promote a build while it runs, so that the promotion deploys another version with the build's release. */
    @Test
    void aPromotionHasNoPartInTheReleaseOfTheBuildThatItPromotes() throws Exception {
        FreeStyleProject shop = buildsElsewhere("shop");
        PromotionProcess process = promotion(shop, gate("2"), new Deploying());
        FreeStyleBuild build = runs(shop);
        promote(build, process);

        Promotion promotion = waiting(started(process));
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        isRefusedByItsOwnChange(promotion, build);
    }

    /** Attack: the same on an agent that is reserved, and without a gate. */
    @Test
    void aPromotionHasNoPartInTheGateOfTheBuildThatItPromotes() throws Exception {
        FreeStyleProject shop = buildsElsewhere("shop");
        PromotionProcess process = promotion(shop, new Deploying());
        process.assignedLabel = "production";
        FreeStyleBuild build = runs(shop);
        promote(build, process);

        recordBlocked("has no ServiceNow gate: set the environment Production");
        assertThat(process.getBuilds()).isEmpty();
        Running.end.countDown();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        assertThat(simulator.changes()).hasSize(1);
    }

    /** Attack: have the number of the promoted build as the version, whatever is promoted to whichever stage. */
    @Test
    void aPromotionHasNoDefaultVersion() throws Exception {
        FreeStyleProject shop = buildsElsewhere("shop");
        PromotionProcess process = promotion(shop, gate(null), new Deploying());
        promote(jenkins.buildAndAssertSuccess(shop), process);

        jenkins.assertLogContains("have no default version. Specify a version.", refused(started(process)));
        assertThat(simulator.requests().count()).isZero();
    }

    /** Attack: promote a matrix, whose configurations share its release, while it runs. */
    @Test
    void aPromotionHasNoPartInTheReleaseOfAMatrix() throws Exception {
        agent("builds-1", "builds");
        Running.end = new CountDownLatch(1);
        MatrixProject shop = ControlledJenkins.create(jenkins, MatrixProject.class, "shop");
        shop.addProperty(ControlledJenkins.queuedMark("1"));
        shop.setAssignedLabel(Label.get("builds"));
        shop.setAxes(new AxisList(new LabelAxis("label", List.of("builds"))));
        shop.getBuildersList().add(gate("1"));
        shop.getBuildersList().add(new Running());
        // The mark keeps the promotion in the queue, too, until it has a change of its own.
        PromotionProcess process = promotion(shop, gate("2"), new Deploying());
        approved("shop");
        shop.scheduleBuild2(0);
        await().until(() -> shop.getBuildByNumber(1) != null
                && !shop.getBuildByNumber(1).getExactRuns().isEmpty());
        MatrixBuild build = shop.getBuildByNumber(1);
        jenkins.waitForMessage("RUNS", build.getExactRuns().get(0));
        promote(build, process);

        Promotion promotion = waiting(started(process));
        assertThat(promotion.getAction(ChangeRequestsAction.class).getDeployments())
                .extracting(DeploymentRecord::getVersion)
                .containsExactly("1", "2");
        isRefusedByItsOwnChange(promotion, build);
    }

    /** A promotion with a gate of its own goes on, whatever becomes of the change of the build that it promotes. */
    @Test
    void aPromotionIsNotAbortedWithTheBuildThatItPromotes() throws Exception {
        settings(settings -> settings.setRunningWork("abort"));
        Running.end = new CountDownLatch(1);
        FreeStyleProject shop = buildsElsewhere("shop");
        shop.removeProperty(ChangeControlJobProperty.class);
        shop.addProperty(ControlledJenkins.queuedMark("1"));
        shop.getBuildersList().add(new Running());
        PromotionProcess process = promotion(shop, new Running());
        process.assignedLabel = "production";
        approved("shop");
        FreeStyleBuild build = shop.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("RUNS", build);
        promote(build, process);
        Promotion promotion = started(process);
        jenkins.waitForMessage("RUNS", promotion);

        new RunningWorkAborter().onBlocked(build, "Production", "The change of the build was canceled.");

        Running.end.countDown();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(promotion));
        jenkins.waitForCompletion(build);
    }

    /**
     * Attack: promote a build that was started with the number of an approved change, which its promotion would use, too; in
     * any case of letters, because variables ignore it.
     */
    @ParameterizedTest
    @ValueSource(strings = {DeploymentRequest.NUMBER_VARIABLE, "servicenow_Change_request_number"})
    void theNumberOfThePromotedBuildIsNotThatOfThePromotion(String parameter) throws Exception {
        SimulatedChange ofBuild = simulator.addChange(Map.of("short_description", "For the build alone"));
        simulator.people().approve(ofBuild.number());
        FreeStyleProject shop = buildsElsewhere("shop");
        shop.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition(parameter, ofBuild.number())));
        PromotionProcess process = promotion(shop, gate("2"), new Deploying());
        promote(jenkins.buildAndAssertSuccess(shop), process);
        waitsForItsOwn(process, "2", ofBuild);
    }

    /** Attack: the same, and the parameter of the promoted build names another one that has the number. */
    @Test
    void theNumberOfThePromotedBuildInAVariableIsNotThatOfThePromotionEither() throws Exception {
        SimulatedChange ofBuild = simulator.addChange(Map.of("short_description", "For the build alone"));
        simulator.people().approve(ofBuild.number());
        FreeStyleProject shop = buildsElsewhere("shop");
        shop.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition(DeploymentRequest.NUMBER_VARIABLE, "${OF_BUILD}"),
                new StringParameterDefinition("OF_BUILD", ofBuild.number())));
        PromotionProcess process = promotion(shop, gate("2"), new Deploying());
        promote(jenkins.buildAndAssertSuccess(shop), process);
        waitsForItsOwn(process, "2", ofBuild);
    }

    private void waitsForItsOwn(PromotionProcess process, String version, SimulatedChange other) throws Exception {
        Promotion promotion = waiting(started(process));
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        SimulatedChange own = simulator.changes().get(1);
        assertThat(title(own)).isEqualTo(ControlledJenkins.title("apps/shop", version));
        simulator.people().reject(own.number());
        refused(promotion);
        settled();
        assertThat(other.workNotes()).isEmpty();
    }

    /** Attack: the same with a promotion that left the queue while change control was off, and is asked when it starts. */
    @Test
    void norIsItIfThePromotionIsAskedWhenItStarts() throws Exception {
        SimulatedChange ofBuild = simulator.addChange(Map.of("short_description", "For the build alone"));
        simulator.people().approve(ofBuild.number());
        FreeStyleProject shop = buildsElsewhere("shop");
        shop.removeProperty(ChangeControlJobProperty.class);
        shop.addProperty(ControlledJenkins.queuedMark("1"));
        shop.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition(DeploymentRequest.NUMBER_VARIABLE, ofBuild.number())));
        PromotionProcess process = promotion(shop, new Deploying());
        ServiceNowGateConfiguration.get().setEnabled(false);
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(shop);
        Computer promotions = jenkins.jenkins.getNode("promotions-1").toComputer();
        promotions.setTemporarilyOffline(true, null);
        promote(build, process);
        await().until(() -> jenkins.jenkins.getQueue().getBuildableItems().size() == 1);
        ServiceNowGateConfiguration.get().setEnabled(true);
        promotions.setTemporarilyOffline(false, null);

        waitsForItsOwn(process, "1", ofBuild);
    }

    /** Attack: a mark of the promotion's own, with another name and another instance; the root job decides. */
    @Test
    void aMarkOfThePromotionChangesNothing() throws Exception {
        FreeStyleProject shop = buildsElsewhere("shop");
        PromotionProcess process = promotion(shop, gate("2"), new Deploying());
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        mark.setProject("apps/other");
        mark.setConnection("elsewhere");
        process.addProperty(mark);
        SimulatedChange other =
                simulator.addChange(Map.of("short_description", ControlledJenkins.title("apps/other", "2")));
        simulator.people().approve(other.number());
        promote(jenkins.buildAndAssertSuccess(shop), process);

        Promotion promotion = waiting(started(process));
        SimulatedChange own = simulator.changes().get(1);
        assertThat(title(own)).isEqualTo(ControlledJenkins.title("apps/shop", "2"));
        simulator.people().reject(own.number());
        refused(promotion);
        settled();
        assertThat(other.workNotes()).isEmpty();
    }

    /** Attack: only an outer folder is controlled, and the promoted build waits, or was refused. */
    @Test
    void aPromotionOfABuildThatWaitsWaitsForItsOwnChange() throws Exception {
        FreeStyleProject shop = buildsElsewhere("shop");
        shop.removeProperty(ChangeControlJobProperty.class);
        ChangeControlFolderProperty outer = new ChangeControlFolderProperty();
        outer.setChangeControlled(true);
        jenkins.jenkins
                .getItemByFullName(ControlledJenkins.FOLDER, Folder.class)
                .addProperty(outer);
        shop.getBuildersList().add(gate("1"));
        PromotionProcess process = promotion(shop, gate("2"), new Deploying());
        FreeStyleBuild build = waiting(shop.scheduleBuild2(0).waitForStart());
        SimulatedChange first = theChange();
        promote(build, process);
        Promotion promotion = waiting(started(process));
        simulator.people().reject(first.number());
        refused(build);

        jenkins.assertLogNotContains("DEPLOYED", promotion);
        SimulatedChange own = simulator.changes().get(1);
        assertThat(title(own)).isEqualTo(ControlledJenkins.title("apps/shop", "2"));
        simulator.people().approve(own.number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(promotion));
        jenkins.assertLogContains("DEPLOYED", promotion);
    }

    /** Attack: a user promotes by hand, and approves; the build was started by somebody else. */
    @Test
    void whoPromotesByHandStartedThePromotion() throws Exception {
        simulator.addUser(DEVELOPER, "Dev Eloper", "");
        authorization.grant(Promotion.PROMOTE).everywhere().to(DEVELOPER);
        reserve(environment -> environment.setSeparateDuties(true));
        FreeStyleProject shop = buildsElsewhere("shop");
        PromotionProcess process = promotion(shop, gate("2"), new Deploying());
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(shop);
        try (ACLContext developer = ACL.as2(User.getById(DEVELOPER, true).impersonate2())) {
            ((ManualCondition) process.conditions.get(ManualCondition.class)).approve(build, process, List.of());
        }
        Promotion promotion = started(process);
        refused(promotion);
        jenkins.assertLogContains("it is not known who that is", promotion);
        assertThat(simulator.changes()).isEmpty();
    }

    /** Attack: a job under the name of one that was deleted or renamed, whose promotion has released something. */
    @Test
    void aPromotionOfAnotherJobReleasedNothing() throws Exception {
        reserve(environment -> environment.setChangeControlled(false));
        FreeStyleProject shop = buildsElsewhere("shop");
        PromotionProcess process = promotion(shop, gate("2"), new Deploying());
        promote(jenkins.buildAndAssertSuccess(shop), process);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(started(process)));
        shop.renameTo("store");
        assertThat(AuditLog.get().newest())
                .singleElement()
                .satisfies(entry -> assertThat(entry.job()).isEqualTo("apps/store/promotion/to-production"));
        AuditLog.get().reloadForTests();
        shop.delete();
        AuditLog.get().reloadForTests();
        assertThat(AuditLog.get().newest()).singleElement().satisfies(entry -> {
            assertThat(entry.jobDeleted()).isTrue();
            assertThat(entry.place()).isEmpty();
        });

        FreeStyleProject next = buildsElsewhere("store");
        PromotionProcess same = promotion(next, gate("3"), new Deploying());
        assertThat(new AuditedReleases().before(same, "apps/store", "Production", "3"))
                .isNull();
        assertThat(new AuditedReleases().before(same, "apps/shop", "Production", "3"))
                .isNull();
    }
}
