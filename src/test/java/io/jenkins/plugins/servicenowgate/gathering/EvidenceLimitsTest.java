package io.jenkins.plugins.servicenowgate.gathering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Run;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Much of everything: commits, builds, files; and files that are none of the build's. */
@Timeout(300)
class EvidenceLimitsTest extends EvidenceTestBase {
    @Test
    void manyCommits() throws Exception {
        WorkflowRun first = goes(build("shop", make() + GATE));
        for (int i = 1; i <= 162; i++) {
            repository.git(
                    "-c",
                    "user.name=Ann",
                    "-c",
                    "user.email=ann@example.com",
                    "commit",
                    "--quiet",
                    "--allow-empty",
                    "-m",
                    "Commit " + i);
        }
        WorkflowRun run = first.getParent().scheduleBuild2(0).waitForStart();
        assertThat(evidence(run).description())
                .hasSizeLessThanOrEqualTo(4000)
                .contains("Commits: 162 by 1 author since version 1 (")
                .containsPattern("- \\w{10} Commit 162 \\(ann\\)\n")
                .containsPattern("- \\w{10} Commit 113 \\(ann\\)\nand 112 more\n")
                .doesNotContain("Commit 112 ");
        assertThat(part(run, "changes").get("count")).isEqualTo(162);
        assertThat((List<?>) part(run, "changes").get("commits")).hasSize(50);
    }

    /** Not all builds between two releases are read, and those that were deleted can't be. */
    @Test
    void manyBuildsAndDeletedOnes() throws Exception {
        WorkflowRun first = goes(build("shop", make() + GATE));
        WorkflowJob job = first.getParent();
        repository.commit("Ann", "Lost with its build", "b.txt", "2");
        job.setDefinition(ControlledJenkins.script(make()));
        WorkflowRun lost = jenkins.buildAndAssertSuccess(job);
        repository.commit("Ann", "Still known", "c.txt", "3");
        jenkins.buildAndAssertSuccess(job);
        lost.delete();
        job.setDefinition(ControlledJenkins.script(make() + GATE));
        WorkflowRun fourth = waiting(job.scheduleBuild2(0).waitForStart());
        assertThat(evidence(fourth).description())
                .contains("Commits: not all known since version 1 ("
                        + deployment(first).getNumber()
                        + "). In 2 of 3 builds (the others are deleted): 1 by 1 author\n")
                .contains(" Still known (ann)")
                .doesNotContain("Lost with its build");
        assertThat(part(fourth, "changes").get("known")).isEqualTo(false);

        job.setDefinition(ControlledJenkins.script(""));
        for (int i = 0; i < 100; i++) {
            jenkins.buildAndAssertSuccess(job);
        }
        job.setDefinition(ControlledJenkins.script(make() + GATE));
        WorkflowRun last = waiting(job.scheduleBuild2(0).waitForStart());
        assertThat(evidence(last).description())
                .contains("Commits: not all known since version 1 ("
                        + deployment(first).getNumber()
                        + "). In the newest 100 of 104 builds: none\n");
    }

    /** Neither those before the version that was released before, nor all of the others where there are too many. */
    @Test
    void noMoreBuildsAreLoadedThanNeeded() throws Exception {
        WorkflowJob job = ControlledJenkins.controlledJob(jenkins, "shop", "");
        for (int i = 1; i <= 4; i++) {
            jenkins.buildAndAssertSuccess(job);
        }
        job.setDefinition(ControlledJenkins.script(GATE));
        WorkflowRun released = goes(job.scheduleBuild2(0).waitForStart());
        job.setDefinition(ControlledJenkins.script(""));
        jenkins.buildAndAssertSuccess(job);
        jenkins.buildAndAssertSuccess(job);
        job.setDefinition(ControlledJenkins.script(GATE));
        settled();
        job.doReload();
        assertThat(job.getLazyBuildMixIn().getRunMap().getLoadedBuilds()).isEmpty();

        WorkflowRun run = waiting(job.scheduleBuild2(0).waitForStart());

        assertThat(evidence(run).description())
                .contains(
                        "Commits: none since version 5 (" + deployment(released).getNumber() + ")\n");
        assertThat(job.getLazyBuildMixIn().getRunMap().getLoadedBuilds()).containsOnlyKeys(5, 6, 7, 8);
    }

    private WorkflowJob filesJob(String name, String patterns) throws Exception {
        return ControlledJenkins.controlledJob(
                jenkins, name, "node('worker') { " + GATE + ", evidence: [files: [" + patterns + "]] }");
    }

    private static Path workspace(WorkflowJob job) throws Exception {
        return Files.createDirectories(
                Path.of(agent("worker", "worker").getWorkspaceFor(job).getRemote()));
    }

    @Test
    void attachmentsAreBounded() throws Exception {
        WorkflowJob job = filesJob("bounded", "'*.bin', 'none/*'");
        Path workspace = workspace(job);
        for (int i = 0; i < 22; i++) {
            Files.writeString(workspace.resolve("f" + i + ".bin"), "x");
        }
        Files.write(workspace.resolve("big.bin"), new byte[21 * 1024 * 1024]);
        WorkflowRun run = waiting(job.scheduleBuild2(0).waitForStart());
        assertThat(evidence(run).files()).hasSize(20);
        jenkins.assertLogContains("Not attached: big.bin; all attachments together have at most 20 MiB.", run);
        jenkins.assertLogContains("Not attached: 2 more files; at most 20 are.", run);
    }

    @Test
    void notEachOfManyFilesThatAreTooLargeIsNamed() throws Exception {
        WorkflowJob job = filesJob("large", "'*.bin'");
        Path workspace = workspace(job);
        Files.write(workspace.resolve("a.bin"), new byte[20 * 1024 * 1024]);
        for (int i = 0; i < 60; i++) {
            Files.writeString(workspace.resolve("f" + i + ".bin"), "x");
        }
        WorkflowRun run = waiting(job.scheduleBuild2(0).waitForStart());
        assertThat(evidence(run).files()).extracting(EvidenceFile::name).containsExactly("a.bin");
        assertThat(deployment(run).getWarning())
                .isEqualTo(
                        "Not attached: 21 more files; at most 20 are. Not attached: f0.bin, f1.bin, f10.bin, f11.bin,"
                                + " f12.bin and 34 more; all attachments together have at most 20 MiB.");
    }

    /** Attack: a link in the archive to a file of the controller, which would be sent to ServiceNow. */
    @Test
    void anArchivedLinkLeadsNowhere() throws Exception {
        WorkflowRun made = jenkins.buildAndAssertSuccess(ControlledJenkins.job(jenkins, "make", make()));
        Path master = jenkins.jenkins.getRootDir().toPath().resolve("secrets/master.key");
        assertThat(master).isNotEmptyFile();
        Files.createSymbolicLink(made.getArtifactsDir().toPath().resolve("out/key.txt"), master);
        WorkflowJob deploy = ControlledJenkins.controlledJob(
                jenkins,
                "deploy",
                "serviceNowGate environment: 'Production', version: VERSION, evidence: [files: ['out/*.txt']]");
        deploy.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("VERSION", "")));
        WorkflowRun run = waiting(deploy.scheduleBuild2(
                        0,
                        new CauseAction(new Cause.UpstreamCause((Run<?, ?>) made)),
                        new ParametersAction(new StringParameterValue("VERSION", "1.0")))
                .waitForStart());
        ChangeEvidence evidence = evidence(run);
        assertThat(evidence.description())
                .contains("Version made by apps » make #1:")
                .doesNotContain(sha256(Files.readString(master)));
        assertThat(evidence.files()).extracting(EvidenceFile::name).doesNotContain("key.txt");
        await().untilAsserted(() -> assertThat(simulator.attachments(theChange().number()))
                .extracting(file -> file.text())
                .doesNotContain(Files.readString(master)));
    }
}
