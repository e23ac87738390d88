package io.jenkins.plugins.servicenowgate.gathering;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.FreeStyleProject;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.PasswordParameterDefinition;
import hudson.model.PasswordParameterValue;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import hudson.util.Secret;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceFile;
import io.jenkins.plugins.servicenowgate.evidence.EvidencePart;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.cps.replay.ReplayAction;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.TestExtension;

/** What is gathered about a deployment, from Git, JUnit, archived artifacts, workspaces and other sources. */
@Timeout(180)
class EvidenceTest extends EvidenceTestBase {
    private static volatile Failure failure = Failure.NONE;
    private static final AtomicInteger ASKED = new AtomicInteger();
    private static volatile CountDownLatch hanging = new CountDownLatch(1);

    /** How the source of another plugin behaves. */
    private enum Failure {
        NONE,
        EXCEPTION,
        LINKAGE,
        HANG
    }

    /** The source of another plugin. */
    @TestExtension
    public static final class ScanSource implements EvidenceSource {
        @NonNull
        @Override
        public String key() {
            return "scan";
        }

        @Override
        public EvidencePart gather(@NonNull EvidenceContext context) throws Exception {
            ASKED.incrementAndGet();
            switch (failure) {
                case EXCEPTION -> throw new IllegalStateException("the scanner\nis down");
                case LINKAGE -> throw new NoClassDefFoundError("gone/Scanner");
                case HANG -> {
                    while (hanging.getCount() > 0) {
                        try {
                            hanging.await();
                        } catch (InterruptedException e) {
                            // As code does that ignores it.
                            Thread.interrupted();
                        }
                    }
                }
                default -> {}
            }
            return EvidencePart.of("Scan", "0 critical").value("critical", 0);
        }
    }

    @BeforeEach
    void mend() {
        failure = Failure.NONE;
        ASKED.set(0);
    }

    @AfterEach
    void release() {
        EvidenceGathering.setTimeoutForTests(30_000);
        hanging.countDown();
        hanging = new CountDownLatch(1);
    }

    @Test
    void aBuildThatMakesAndDeploysItsVersion() throws Exception {
        WorkflowRun first = goes(build("shop", make() + GATE));
        assertThat(evidence(first).description())
                .contains("Commits: unknown since when, because no earlier release to Production is known; none in")
                .contains("Version to go back to: unknown");
        String number = deployment(first).getNumber();
        String fix = repository.commit("Ann", "Fix the price\n\nLong story", "b.txt", "2");
        repository.commit("Bob", "Mention s3cr3t-value", "c.txt", "3");
        WorkflowJob job = first.getParent();
        // A build that does not deploy is counted, too.
        job.setDefinition(ControlledJenkins.script(make()));
        jenkins.buildAndAssertSuccess(job);
        repository.commit("Bob", "<b>Last</b> [code]x[/code]", "d.txt", "4");
        job.setDefinition(ControlledJenkins.script(make() + GATE));
        WorkflowRun third = waiting(job.scheduleBuild2(
                        0,
                        new ParametersAction(
                                new PasswordParameterValue("TOKEN", Secret.fromString("s3cr3t-value"), "")))
                .waitForStart());

        ChangeEvidence evidence = evidence(third);

        assertThat(evidence.description())
                .contains("Commits: 3 by 2 authors since version 1 (" + number + ")\n")
                .contains("- " + fix.substring(0, 10) + " Fix the price (ann)\n")
                .contains("Mention ****", "<b>Last</b>")
                .doesNotContain("Long story", "s3cr3t")
                .contains("Tests: 2 passed, 0 failed, 1 skipped in apps » shop #3\n- " + jenkins.getURL()
                        + third.getUrl() + "testReport\n")
                .contains("Artifacts: 1 of apps » shop #3\n- out/app.txt, " + app(3).length() + " bytes, SHA-256 "
                        + sha256(app(3)) + ", fingerprint ")
                .contains("Scan: 0 critical")
                .contains("Version to go back to: 1 (" + number + ", released ");
        assertThat(evidence.testPlan()).contains("2 passed").doesNotContain("Commits");
        assertThat(evidence.backoutPlan()).startsWith("Deploy apps/shop version 1 (" + number);
        assertThat(evidence.justification()).contains("3 by 2 authors since version 1");
        assertThat(evidence.json()).doesNotContain("s3cr3t");
        assertThat(part(third, "changes").get("count")).isEqualTo(3);
        assertThat(part(third, "changes").get("known")).isEqualTo(true);
        assertThat(part(third, "scan").get("critical")).isEqualTo(0);
        assertThat(third.getRootDir().toPath().resolve("build.xml")).content().doesNotContain("s3cr3t-value");

        JSONObject api = JSONObject.fromObject(web(READER)
                .goTo(third.getUrl() + "change-requests/api/json", "application/json")
                .getWebResponse()
                .getContentAsString());
        JSONObject shown = api.getJSONArray("changeRequests").getJSONObject(0).getJSONObject("evidence");
        assertThat(shown.getString("description")).isEqualTo(evidence.description());
        assertThat(shown.getJSONObject("details")
                        .getJSONObject("parts")
                        .getJSONObject("tests")
                        .getInt("passed"))
                .isEqualTo(2);
    }

    /** A replay, and a build with the same parameters, are builds of their own. */
    @Test
    void replaysAndRebuilds() throws Exception {
        WorkflowRun first = goes(build("shop", make() + GATE));
        String change = repository.commit("Ann", "Second", "b.txt", "2").substring(0, 10);
        WorkflowRun replay = (WorkflowRun)
                first.getAction(ReplayAction.class).run(make() + GATE, Map.of()).waitForStart();
        waiting(replay);
        assertThat(evidence(replay).description())
                .contains("Version made by apps » shop #2:")
                .contains("Commits: 1 by 1 author since version 1 ("
                        + deployment(first).getNumber() + ")\n- " + change);
        WorkflowRun rebuild = first.getParent()
                .scheduleBuild2(0, new CauseAction(first.getCauses()))
                .waitForStart();
        waiting(rebuild);
        assertThat(evidence(rebuild).description())
                .contains("Version made by apps » shop #3:")
                .contains("Commits: 1 by 1 author since version 1 ("
                        + deployment(first).getNumber() + ")\n- " + change);
    }

    /** Jenkins knows the first build that made a file; the build that made the same one again made its version, too. */
    @Test
    void anArtifactThatDidNotChange() throws Exception {
        String script = make().replace(" ${currentBuild.number}", "") + GATE;
        WorkflowRun first = goes(build("shop", script));
        WorkflowRun second = first.getParent().scheduleBuild2(0).waitForStart();
        assertThat(evidence(second).description())
                .contains("Version made by apps » shop #2:", "Commits: none since version 1 (");
    }

    /** A version that is deployed again goes back to the other one. */
    @Test
    void theSameVersionAgain() throws Exception {
        WorkflowRun first = build("shop", make() + GATE + ", version: '1'");
        waiting(first);
        WorkflowJob job = first.getParent();
        repository.commit("Ann", "Second", "b.txt", "2");
        WorkflowRun second = goes(job.scheduleBuild2(0).waitForStart());
        assertThat(second.getNumber()).isEqualTo(2);
        // The first goes with the second's change; another version is built and released before it.
        job.setDefinition(ControlledJenkins.script(make() + GATE + ", version: '3'"));
        repository.commit("Ann", "Third", "b.txt", "3");
        goes(job.scheduleBuild2(0).waitForStart());
        job.setDefinition(ControlledJenkins.script("serviceNowGate environment: 'Production', version: '1'"));
        WorkflowRun again = job.scheduleBuild2(0).waitForStart();
        assertThat(evidence(again).description()).contains("Version to go back to: 3 (");
    }

    private WorkflowJob deployJob(String script) throws Exception {
        WorkflowJob deploy = ControlledJenkins.controlledJob(jenkins, "deploy", script);
        deploy.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("VERSION", "")));
        return deploy;
    }

    private static ParametersAction version(String version) {
        return new ParametersAction(new StringParameterValue("VERSION", version));
    }

    @Test
    void aVersionThatAnotherJobMade() throws Exception {
        WorkflowJob deploy = deployJob("serviceNowGate environment: 'Production', version: VERSION");
        WorkflowJob make = ControlledJenkins.job(
                jenkins,
                "make",
                make()
                        + "build job: 'deploy', wait: false, parameters: [string(name: 'VERSION', value: \"1.${currentBuild.number}\")]");
        jenkins.buildAndAssertSuccess(make);
        await().until(() -> deploy.getLastBuild() != null);
        goes(deploy.getLastBuild());
        String id = repository.commit("Ann", "Second", "b.txt", "2").substring(0, 10);
        jenkins.buildAndAssertSuccess(make);
        await().until(() -> deploy.getLastBuild().getNumber() == 2);
        WorkflowRun run = deploy.getLastBuild();
        assertThat(evidence(run).description())
                .contains("Version made by apps » make #2:")
                .contains("Commits: 1 by 1 author since version 1.1 (", "- " + id + " Second (ann)")
                .contains("Artifacts: 1 of apps » make #2");
        goes(run);
        WorkflowRun older = deploy.scheduleBuild2(
                        0,
                        new CauseAction(new Cause.UpstreamCause((Run<?, ?>) make.getBuildByNumber(1))),
                        version("1.1"))
                .waitForStart();
        assertThat(evidence(older).description())
                .contains("Version made by apps » make #1:")
                .contains("Commits: 1 by 1 author taken back: version 1.2 ("
                        + deployment(run).getNumber() + ") is newer");
        // Nothing tells who made this one: a person gave its number.
        WorkflowRun unknown = deploy.scheduleBuild2(0, version("7.7")).waitForStart();
        assertThat(evidence(unknown).description())
                .contains("Version made by an unknown build")
                .contains("Commits: unknown, because it is not known which build made version 7.7")
                .contains("Tests: unknown")
                .contains("Artifacts: unknown");
        assertThat(part(unknown, "changes").get("known")).isEqualTo(false);
    }

    @Test
    void aVersionWhoseArtifactsWereCopied() throws Exception {
        WorkflowJob make = ControlledJenkins.job(jenkins, "make", make());
        make.addProperty(new hudson.plugins.copyartifact.CopyArtifactPermissionProperty("*"));
        jenkins.buildAndAssertSuccess(make);
        WorkflowJob deploy = deployJob(
                "node('worker') { copyArtifacts projectName: 'make', selector: specific('1'), fingerprintArtifacts: true }\n"
                        + "serviceNowGate environment: 'Production', version: VERSION");
        WorkflowRun run = deploy.scheduleBuild2(0, version("1.0")).waitForStart();
        assertThat(evidence(run).description())
                .contains("Version made by apps » make #1:")
                .contains("Tests: 2 passed", "SHA-256 " + sha256(app(1)));
    }

    @Test
    void severalRepositoriesAreListed() throws Exception {
        GitRepository other = GitRepository.create(directory.resolve("library"));
        other.commit("Cid", "Library", "l.txt", "1");
        String script = make() + "node('worker') { dir('library') { git url: '" + other.url()
                + "', branch: 'main' } }\n" + GATE;
        WorkflowRun first = goes(build("shop", script));
        repository.commit("Ann", "In the shop", "b.txt", "2");
        other.commit("Cid", "In the library", "l.txt", "2");
        WorkflowRun run = first.getParent().scheduleBuild2(0).waitForStart();
        assertThat(evidence(run).description())
                .contains("Commits: 2 by 2 authors since version 1", ", in 2 repositories\n")
                .containsPattern("- \\[git \\d] \\w{10} In the shop \\(ann\\)")
                .containsPattern("- \\[git \\d] \\w{10} In the library \\(cid\\)");
    }

    @Test
    void aSourceThatFailsCostsItsOwnPart() throws Exception {
        for (Failure one : List.of(Failure.EXCEPTION, Failure.LINKAGE, Failure.HANG)) {
            failure = one;
            EvidenceGathering.setTimeoutForTests(one == Failure.HANG ? 8000 : 30_000);
            WorkflowRun run = waiting(build("shop-" + one, make() + GATE));
            String why = Map.of(
                            Failure.EXCEPTION, "the scanner is down",
                            Failure.LINKAGE, "gone/Scanner",
                            Failure.HANG, "not ready after 8 s")
                    .get(one);
            jenkins.assertLogContains("[ServiceNow] Not gathered: scan: " + why, run);
            jenkins.assertLogNotContains("\tat ", run);
            assertThat(deployment(run).getWarning()).contains("Not gathered: scan: " + why);
            assertThat(evidence(run).description())
                    .contains("Not gathered: scan: " + why, "Tests: 2 passed")
                    .doesNotContain("Scan: ");
            goes(run);
        }
    }

    @Test
    void nothingIsGatheredWhereNoChangeIsRequired() throws Exception {
        jenkins.buildAndAssertSuccess(ControlledJenkins.controlledJob(
                jenkins, "shop", "serviceNowGate environment: 'Dev', evidence: [changes: true]"));
        production.setEvidence(null);
        waiting(build("other", GATE));
        assertThat(ASKED.get()).isZero();
    }

    /** A step adds to the environment's evidence and takes nothing away. */
    @Test
    void aStepAddsToItsEnvironment() throws Exception {
        production.getEvidence().setLinks(Map.of("Dashboard", "https://example.com/d"));
        WorkflowRun run = build("shop", """
                node('worker') {
                  writeFile file: 'report.txt', text: 'All is well'
                  writeFile file: 'out/app.txt', text: 'app'
                  serviceNowGate environment: 'Production', evidence: [changes: false, files: ['*.txt'],
                      links: [Dashboard: 'https://evil.example', Ticket: "https://example.com/${1 + 1}"]]
                }""");
        ChangeEvidence evidence = evidence(run);
        assertThat(evidence.description())
                .contains("Links: 2\n- Dashboard: https://example.com/d\n- Ticket: https://example.com/2\n")
                .contains("Commits: ")
                .contains(
                        "Artifacts: 1 in the workspace, not archived\n- out/app.txt, 3 bytes, SHA-256 " + sha256("app"))
                .contains("Attachments: 1\n- report.txt, SHA-256 " + sha256("All is well"));
        EvidenceFile file = evidence.files().get(0);
        assertThat(file.contentType()).isEqualTo("text/plain");
        assertThat(Path.of(file.path())).isAbsolute().hasContent("All is well");
        waiting(run);
        simulator.people().reject(deployment(run).getNumber());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        settled();
        await().until(() -> Files.notExists(Path.of(file.path())));
    }

    @Test
    void attachmentsAreBounded() throws Exception {
        WorkflowJob job = ControlledJenkins.controlledJob(jenkins, "shop", """
                node('worker') {
                  for (int i = 0; i < 22; i++) { writeFile file: "f${i}.bin", text: 'x' }
                  serviceNowGate environment: 'Production', evidence: [files: ['*.bin', 'none/*']]
                }""");
        agent("worker", "worker")
                .getWorkspaceFor(job)
                .child("big.bin")
                .copyFrom(new ByteArrayInputStream(new byte[21 * 1024 * 1024]));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        assertThat(evidence(run).files()).hasSize(20);
        waiting(run);
        jenkins.assertLogContains("Not attached: big.bin; all attachments together have at most 20 MiB.", run);
        jenkins.assertLogContains("Not attached: 2 more files; at most 20 are.", run);
    }

    @Test
    void linksAreOfTheWebAlone() throws Exception {
        for (String address :
                List.of("ftp://a.example", "javascript:alert(1)", "https://u:p@a.example/", "example.com")) {
            WorkflowRun run = jenkins.buildAndAssertStatus(
                    Result.FAILURE,
                    ControlledJenkins.controlledJob(
                            jenkins,
                            "shop-" + address.length(),
                            "serviceNowGate environment: 'Production', evidence: [links: [It: '" + address + "']]"));
            jenkins.assertLogContains("is not a valid address of the link It in the evidence", run);
            jenkins.assertLogNotContains("\tat ", run);
        }
        assertThat(simulator.changes()).isEmpty();
    }

    /** A job that waits in the queue has no build yet, but may have one upstream. */
    @Test
    void aJobThatWaitsInTheQueue() throws Exception {
        WorkflowJob make = ControlledJenkins.job(jenkins, "make", make());
        WorkflowRun made = jenkins.buildAndAssertSuccess(make);
        FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "queued", "$VERSION");
        job.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition("VERSION", ""), new PasswordParameterDefinition("TOKEN", "", "")));
        job.scheduleBuild2(0, new Cause.UpstreamCause((Run<?, ?>) made), version("1.0"));
        String number = theChange().number();
        simulator.people().approve(number);
        await().until(() -> job.getLastBuild() != null);
        Run<?, ?> build = jenkins.waitForCompletion(job.getLastBuild());
        assertThat(evidence(build).description())
                .contains("Version made by apps » make #1:", "Tests: 2 passed", "SHA-256 " + sha256(app(1)));
    }
}
