package io.jenkins.plugins.servicenowgate.gathering;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import java.io.File;
import java.nio.file.Files;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A release whose archived artifacts are not those that approvers were told is refused. */
@Timeout(180)
class SameArtifactsTest extends EvidenceTestBase {
    private File archived(WorkflowRun run) {
        return new File(run.getArtifactsDir(), "out/app.txt");
    }

    @Test
    void theSameArtifactsGo() throws Exception {
        production.setSameArtifacts(true);
        goes(build("shop", make() + GATE));
    }

    private void refusedAfter(String job, String word, ArtifactChange change) throws Exception {
        WorkflowRun run = waiting(build(job, make() + GATE + ", sameArtifacts: true"));
        change.apply(run);
        simulator.people().approve(deployment(run).getNumber());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains(word, run);
        jenkins.assertLogNotContains("\tat ", run);
    }

    private interface ArtifactChange {
        void apply(WorkflowRun run) throws Exception;
    }

    @Test
    void otherArtifactsAreRefused() throws Exception {
        refusedAfter(
                "changed",
                "Refused: the archived artifact out/app.txt of apps » changed #1 is not the one",
                run -> Files.writeString(archived(run).toPath(), "app 2"));
        refusedAfter(
                "gone",
                "Refused: the evidence names out/app.txt, which apps » gone #1 has not archived any more",
                run -> Files.delete(archived(run).toPath()));
        refusedAfter(
                "added",
                "Refused: the archived artifact out/more.txt of apps » added #1 is not the one",
                run -> Files.writeString(archived(run).toPath().resolveSibling("more.txt"), "x"));
    }

    /** At once, and not after people approved it. */
    @Test
    void sameArtifactsNeedArtifacts() throws Exception {
        production.setSameArtifacts(true);
        WorkflowRun none =
                jenkins.buildAndAssertStatus(Result.FAILURE, ControlledJenkins.controlledJob(jenkins, "none", GATE));
        jenkins.assertLogContains("Refused: sameArtifacts is on, but the evidence does not name", none);
        production.setEvidence(null);
        WorkflowRun off =
                jenkins.buildAndAssertStatus(Result.FAILURE, ControlledJenkins.controlledJob(jenkins, "off", GATE));
        jenkins.assertLogContains("Refused: sameArtifacts is on", off);
        assertThat(simulator.changes()).isEmpty();
    }
}
