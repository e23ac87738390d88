package io.jenkins.plugins.servicenowgate.gathering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.ParameterDefinition;
import hudson.model.ParameterValue;
import hudson.model.RunParameterDefinition;
import hudson.model.RunParameterValue;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import hudson.plugins.git.BranchSpec;
import hudson.plugins.git.GitSCM;
import hudson.plugins.promoted_builds.JobPropertyImpl;
import hudson.plugins.promoted_builds.Promotion;
import hudson.plugins.promoted_builds.PromotionProcess;
import hudson.plugins.promoted_builds.conditions.ManualCondition;
import hudson.tasks.ArtifactArchiver;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.TestBuilder;

/** Versions that the plugin Promoted Builds promotes: the promoted build made them, not the promotion. */
@Timeout(300)
class PromotedEvidenceTest extends EvidenceTestBase {
    private FreeStyleProject shop;
    private PromotionProcess process;

    @BeforeEach
    void createTheJob() throws Exception {
        shop = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        shop.addProperty(new ChangeControlJobProperty());
        shop.setScm(new GitSCM(
                GitSCM.createRepoList(repository.url(), null), List.of(new BranchSpec("main")), null, null, List.of()));
        shop.getBuildersList().add(new AppBuilder(app(0)));
        shop.getPublishersList().add(new ArtifactArchiver("out/*.txt"));
        JobPropertyImpl promotions = new JobPropertyImpl(shop);
        shop.addProperty(promotions);
        process = promotions.addProcess("to-production");
        process.conditions.add(new ManualCondition());
        ServiceNowGateBuilder gate = new ServiceNowGateBuilder("Production");
        gate.setVersion("$PROMOTED_NUMBER");
        process.getBuildSteps().add(gate);
    }

    private Promotion promote(FreeStyleBuild build) throws Exception {
        int number = process.getNextBuildNumber();
        Future<Promotion> promotion = new ManualCondition().approve(build, process, List.of());
        assertThat(promotion).isNotNull();
        await().until(() -> process.getBuildByNumber(number) != null);
        return process.getBuildByNumber(number);
    }

    private Promotion goes(Promotion promotion) throws Exception {
        waiting(promotion);
        simulator.people().approve(deployment(promotion).getNumber());
        return jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(promotion));
    }

    @Test
    void thePromotedBuildMadeIt() throws Exception {
        FreeStyleBuild first = jenkins.buildAndAssertSuccess(shop);
        Promotion promotion = goes(promote(first));
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", "1"));
        assertThat(evidence(promotion).description())
                .contains("Version made by apps » shop #1: " + jenkins.getURL() + first.getUrl() + "\n")
                .contains("Artifacts: 1 archived by apps » shop #1\n- out/app.txt, ");
        String second = repository.commit("Ann", "Second", "b.txt", "2").substring(0, 10);
        jenkins.buildAndAssertSuccess(shop);
        String third = repository.commit("Bob", "Third", "c.txt", "3").substring(0, 10);
        FreeStyleBuild last = jenkins.buildAndAssertSuccess(shop);

        Promotion later = waiting(promote(last));

        String change = deployment(promotion).getNumber();
        assertThat(evidence(later).description())
                .contains("Version made by apps » shop #3: ")
                .contains("Commits: 2 by 2 authors since version 1 (" + change + ")\n- " + third + " Third (bob)\n- "
                        + second + " Second (ann)\n\n")
                .contains("Version to go back to: 1 (" + change + ", released ");
        goes(later);

        // The build that the last promotion promoted was deleted since.
        last.delete();
        Promotion again = waiting(promote(jenkins.buildAndAssertSuccess(shop)));
        assertThat(evidence(again).description())
                .contains("Version made by apps » shop #4: ")
                .contains("Commits: unknown, because it is not known which build made version 3, which was released"
                        + " before")
                .contains("Version to go back to: 3 (");
    }

    /** Promotes a build of the shop with a parameter that the promoter gives; the promotion waits at its gate. */
    private Promotion promotedByHand(String version, ParameterDefinition defined, ParameterValue given)
            throws Exception {
        ManualCondition condition = new ManualCondition();
        condition.getParameterDefinitions().add(defined);
        process.conditions.replace(condition);
        ServiceNowGateBuilder gate = new ServiceNowGateBuilder("Production");
        gate.setVersion(version);
        process.getBuildSteps().clear();
        process.getBuildSteps().add(gate);
        condition.approve(jenkins.buildAndAssertSuccess(shop), process, List.of(given));
        await().until(() -> process.getBuildByNumber(1) != null);
        return waiting(process.getBuildByNumber(1));
    }

    /** Attack: whoever promotes names the version, or a part of it, so that the promoted build seems to have made it. */
    @ParameterizedTest
    @ValueSource(strings = {"$VERSION", "v${VERSION}", "1.$VERSION-rc"})
    void nobodyKnowsWhoMadeAVersionThatThePromotionIsGiven(String version) throws Exception {
        Promotion promotion = promotedByHand(
                version, new StringParameterDefinition("VERSION", "7"), new StringParameterValue("VERSION", "9"));
        String named = version.replaceAll("\\$(VERSION|\\{VERSION})", "9");
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", named));
        assertThat(evidence(promotion).description())
                .contains("Version made by an unknown build", "it is not known which build made version " + named);
    }

    /** Attack: the same with a build that the promoter chooses, of which the version is the number. */
    @ParameterizedTest
    @CsvSource({"${UP_NUMBER}, 1", "v$UP_NUMBER, v1"})
    void nobodyKnowsWhoMadeAVersionThatAnotherVariableOfThePromotionNames(String version, String named)
            throws Exception {
        jenkins.buildAndAssertSuccess(ControlledJenkins.create(jenkins, FreeStyleProject.class, "up"));
        Promotion promotion = promotedByHand(
                version,
                new RunParameterDefinition("UP", "apps/up", "", null),
                new RunParameterValue("UP", "apps/up#1"));
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", named));
        assertThat(evidence(promotion).description()).contains("Version made by an unknown build");
    }

    /** Writes the artifact. */
    private static final class AppBuilder extends TestBuilder {
        private final String content;

        AppBuilder(String content) {
            this.content = content;
        }

        @Override
        public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
                throws InterruptedException, IOException {
            build.getWorkspace().child("out/app.txt").write(content + build.getNumber(), "UTF-8");
            return true;
        }
    }
}
