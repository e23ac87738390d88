package io.jenkins.plugins.servicenowgate.gathering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import java.time.Duration;
import java.util.List;
import jenkins.branch.BranchSource;
import jenkins.plugins.git.GitSCMSource;
import jenkins.plugins.git.traits.BranchDiscoveryTrait;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The branches of a Git repository, each with its own Jenkinsfile, its own versions and its own releases. */
@Timeout(300)
class BranchEvidenceTest extends EvidenceTestBase {
    private WorkflowMultiBranchProject shop;

    private void createTheProject() throws Exception {
        repository.commit(
                "Ann",
                "The Pipeline",
                "Jenkinsfile",
                make().replaceAll("git url: '[^']*', branch: 'main'", "checkout scm") + GATE);
        repository.git("checkout", "--quiet", "-b", "feature/x");
        repository.commit("Bob", "Begin the feature", "f.txt", "1");
        repository.git("checkout", "--quiet", "main");
        Folder organization = jenkins.createProject(Folder.class, "org");
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        organization.addProperty(mark);
        shop = organization.createProject(WorkflowMultiBranchProject.class, "shop");
        GitSCMSource source = new GitSCMSource(repository.url());
        source.setTraits(List.of(new BranchDiscoveryTrait()));
        shop.getSourcesList().add(new BranchSource(source));
        shop.scheduleBuild2(0).getFuture().get();
        assertThat(shop.getItems()).hasSize(2);
    }

    /** The indexing schedules the first build, after the quiet period of Jenkins. */
    private WorkflowRun first(WorkflowJob branch) {
        await().atMost(Duration.ofMinutes(1)).until(() -> branch.getBuildByNumber(1) != null);
        return branch.getBuildByNumber(1);
    }

    @Test
    void eachBranchHasItsOwnCommitsAndReleases() throws Exception {
        createTheProject();
        WorkflowJob main = shop.getItemByBranchName("main");
        WorkflowJob feature = shop.getItemByBranchName("feature/x");
        WorkflowRun onMain = goes(first(main));
        WorkflowRun onFeature = goes(first(feature));
        assertThat(evidence(onFeature).description())
                .contains(
                        "Deployment of org/shop/feature/x, version 1, to Production.",
                        "Version made by org » shop » feature/x #1: " + jenkins.getURL() + onFeature.getUrl(),
                        "Version to go back to: unknown, because no earlier release to Production is known");
        String fix = repository.commit("Ann", "Fix main", "m.txt", "1").substring(0, 10);
        repository.git("checkout", "--quiet", "feature/x");
        String more =
                repository.commit("Bob", "Go on with the feature", "f.txt", "2").substring(0, 10);
        repository.git("checkout", "--quiet", "main");

        WorkflowRun secondOnFeature = waiting(feature.scheduleBuild2(0).waitForStart());
        WorkflowRun secondOnMain = goes(main.scheduleBuild2(0).waitForStart());

        assertThat(evidence(secondOnFeature).description())
                .contains("Commits: 1 by 1 author since version 1 ("
                        + deployment(onFeature).getNumber() + ")\n- " + more + " Go on with the feature (bob)\n\n")
                .contains("Version to go back to: 1 (" + deployment(onFeature).getNumber() + ", released ");
        assertThat(evidence(secondOnMain).description())
                .contains("Commits: 1 by 1 author since version 1 ("
                        + deployment(onMain).getNumber() + ")\n- " + fix + " Fix main (ann)\n\n")
                .contains("Tests: 2 passed, 0 failed, 1 skipped in org » shop » main #2")
                .contains("Artifacts: 1 archived by org » shop » main #2");

        // What was merged since is what the other branch had.
        repository.git(
                "-c",
                "user.name=Ann",
                "-c",
                "user.email=ann@example.com",
                "merge",
                "--quiet",
                "--no-edit",
                "feature/x");
        WorkflowRun merged = waiting(main.scheduleBuild2(0).waitForStart());
        assertThat(evidence(merged).description())
                .contains("Commits: 2 by 1 author since version 2 ("
                        + deployment(secondOnMain).getNumber() + ")\n- " + more + " Go on with the feature (bob)\n- ")
                .contains(" Begin the feature (bob)\n\n");
    }
}
