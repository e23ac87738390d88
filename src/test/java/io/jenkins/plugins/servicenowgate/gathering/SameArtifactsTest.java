package io.jenkins.plugins.servicenowgate.gathering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import jenkins.model.ArtifactManager;
import jenkins.model.ArtifactManagerConfiguration;
import jenkins.model.ArtifactManagerFactory;
import jenkins.model.StandardArtifactManager;
import jenkins.util.VirtualFile;
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

    @Test
    void artifactsThatCannotBeReadAreRefused() throws Exception {
        ArtifactManagerConfiguration.get().getArtifactManagerFactories().add(new StoreFactory());
        try {
            refusedAfter(
                    "unreadable",
                    "Refused: the archived artifacts of apps » unreadable #1 can't be read, so they can't be compared with"
                            + " the evidence: java.io.UncheckedIOException: the store is down",
                    run -> storeIsDown = true);
        } finally {
            storeIsDown = false;
            ArtifactManagerConfiguration.get().getArtifactManagerFactories().clear();
        }
    }

    private static volatile boolean storeIsDown;

    /** Chooses the store below. */
    private static final class StoreFactory extends ArtifactManagerFactory {
        @Override
        public ArtifactManager managerFor(Run<?, ?> build) {
            return new Store(build);
        }
    }

    /** A store of artifacts that can fail. */
    private static final class Store extends StandardArtifactManager {
        Store(Run<?, ?> build) {
            super(build);
        }

        @Override
        public VirtualFile root() {
            if (storeIsDown) {
                throw new UncheckedIOException("the store is down", new IOException());
            }
            return super.root();
        }
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

    private static final String SAME = GATE + ", version: '1', sameArtifacts: true";

    /** What was sent about the change after its creation. */
    private List<String> columnsSent() {
        return simulator.requests().to(Endpoint.UPDATE).stream()
                .flatMap(request -> request.json().propertyNames().stream())
                .distinct()
                .toList();
    }

    private void isRefused(WorkflowRun run, String line) throws Exception {
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains(line, run);
        jenkins.assertLogNotContains("\tat ", run);
        assertThat(deployment(run).getOutcome()).isEqualTo(GateOutcome.REFUSE);
        settled();
        assertThat(simulator.changes()).hasSize(1);
        assertThat(columnsSent()).as("notes, and no transition").containsExactly("work_notes");
    }

    /** It finds the change of the first build, which people approved for other artifacts. */
    @Test
    void otherArtifactsOfTheSameVersionAreRefused() throws Exception {
        WorkflowRun first = goes(build("shop", make() + SAME));
        WorkflowRun second = first.getParent().scheduleBuild2(0).waitForStart();
        isRefused(
                second,
                "Refused: the approvers of " + theChange().number()
                        + " were told of the artifacts of build 1 of apps/shop, and those of this deployment are others.");
        assertThat(theChange().get("description")).contains(sha256(app(1))).doesNotContain(sha256(app(2)));
    }

    /** Both wait for the same change: its approvers saw the artifacts of the first one before those of the second. */
    @Test
    void theArtifactsThatWereToldFirstCount() throws Exception {
        WorkflowRun first = waiting(build("shop", make() + SAME));
        WorkflowRun second = waiting(first.getParent().scheduleBuild2(0).waitForStart());
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(first));
        isRefused(second, "were told of the artifacts of build 1 of apps/shop, and those");
    }

    /** A build that makes the same files again deploys what was approved. */
    @Test
    void equalArtifactsOfTheSameVersionGo() throws Exception {
        WorkflowRun first = goes(build("shop", make().replace(" ${currentBuild.number}", "") + SAME));
        WorkflowRun second = first.getParent().scheduleBuild2(0).waitForStart();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(second));
        assertThat(deployment(second).getNumber()).isEqualTo(theChange().number());
    }

    /** The first deployment told of its artifacts, though it was not compared. */
    @Test
    void alsoIfOnlyTheSecondBuildMustBeCompared() throws Exception {
        WorkflowRun first = goes(build("shop", make() + GATE + ", version: '1'"));
        production.setSameArtifacts(true);
        isRefused(first.getParent().scheduleBuild2(0).waitForStart(), "were told of the artifacts of build 1");
    }

    /** Nobody saw any artifacts before they approved it. */
    @Test
    void aChangeThatWasApprovedBeforeIsRefused() throws Exception {
        String number = simulator
                .addChange(Map.of("short_description", ControlledJenkins.title("apps/shop", "1")))
                .number();
        simulator.people().approve(number);
        isRefused(
                build("shop", make() + SAME),
                "Refused: sameArtifacts is on, and it is not known of which artifacts the approvers of " + number
                        + " were told");
    }

    /** The first deployment named no artifacts, so the approvers saw none. */
    @Test
    void aChangeThatWasApprovedWithoutArtifactsIsRefused() throws Exception {
        production.setEvidence(null);
        WorkflowRun first = goes(build("shop", make() + GATE + ", version: '1'"));
        first.getParent()
                .setDefinition(ControlledJenkins.script(make() + SAME + ", evidence: [artifacts: ['out/*.txt']]"));
        isRefused(first.getParent().scheduleBuild2(0).waitForStart(), "it is not known of which artifacts");
    }

    /** Created by hand, and told of the artifacts by a note before anybody approved it. */
    @Test
    void aChangeThatIsToldBeforeItsApprovalGoes() throws Exception {
        SimulatedChange change =
                simulator.addChange(Map.of("short_description", ControlledJenkins.title("apps/shop", "1")));
        WorkflowRun run = waiting(build("shop", make() + SAME));
        await().until(() -> change.workNotes().size() == 2);
        assertThat(String.join("", change.workNotes())).contains(sha256(app(1)));
        simulator.people().approve(change.number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    /** The environment names no artifacts: then a step can't choose those that are compared. */
    @Test
    void withoutPatternsAllArchivedArtifactsCount() throws Exception {
        production.setEvidence(null);
        production.setSameArtifacts(true);
        String archive =
                "node('worker') { writeFile file: 'docs/a.txt', text: 'a'\nwriteFile file: 'app.bin', text: 'b'\n"
                        + "archiveArtifacts 'docs/*.txt,app.bin' }\n";
        WorkflowRun run = waiting(build("shop", archive + GATE + ", evidence: [artifacts: ['docs/*.txt']]"));
        assertThat(evidence(run).description())
                .contains("Artifacts: 2 archived by apps » shop #1", "- app.bin", "- docs/a.txt");
        Files.writeString(run.getArtifactsDir().toPath().resolve("app.bin"), "other");
        simulator.people().approve(deployment(run).getNumber());
        isRefused(run, "Refused: the archived artifact app.bin of apps » shop #1 is not the one");
    }

    /** All archived artifacts: a workspace is no archive, and may be large. */
    @Test
    void withoutPatternsAWorkspaceIsNotListed() throws Exception {
        production.setEvidence(null);
        production.setSameArtifacts(true);
        WorkflowRun run = jenkins.buildAndAssertStatus(
                Result.FAILURE,
                ControlledJenkins.controlledJob(
                        jenkins, "shop", "node('worker') { writeFile file: 'app.bin', text: 'b'\n" + GATE + " }"));
        jenkins.assertLogContains("Refused: sameArtifacts is on", run);
        assertThat(evidence(run).description())
                .contains("Artifacts: none that apps » shop #1 archived matches **")
                .doesNotContain("app.bin");
        assertThat(simulator.changes()).isEmpty();
    }

    /** Administrators require it while a deployment waits whose step chose what its evidence names. */
    @Test
    void whatIsRequiredMeanwhileIsCompared() throws Exception {
        production.setEvidence(null);
        WorkflowRun run =
                waiting(build("shop", make() + GATE + ", version: '1', evidence: [artifacts: ['out/*.txt']]"));
        production.setSameArtifacts(true);
        simulator.people().approve(deployment(run).getNumber());
        isRefused(run, "Refused: sameArtifacts is on, but the evidence does not name all archived artifacts");
    }
}
