package io.jenkins.plugins.servicenowgate.gathering;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.replay.ReplayAction;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;

/** What is gathered about a deployment, from Git, JUnit, archived artifacts, workspaces and other sources. */
@Timeout(180)
class EvidenceTest extends EvidenceTestBase {
    @Test
    void aBuildThatMakesAndDeploysItsVersion() throws Exception {
        WorkflowRun first = goes(build("shop", make() + GATE));
        assertThat(evidence(first).description())
                .contains(
                        "Commits: unknown, because no earlier release to Production is known. In the build apps » shop #1"
                                + " alone: none\n")
                .contains("Version to go back to: unknown, because no earlier release to Production is known");
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
                .contains("Artifacts: 1 archived by apps » shop #3\n- out/app.txt, " + app(3).length()
                        + " bytes, SHA-256 " + sha256(app(3)) + ", MD5 fingerprint ")
                .contains("Version to go back to: 1 (" + number + ", released ");
        assertThat(evidence.testPlan()).contains("2 passed").doesNotContain("Commits");
        assertThat(evidence.backoutPlan()).startsWith("Deploy apps/shop version 1 (" + number);
        assertThat(evidence.justification()).contains("3 by 2 authors since version 1");
        assertThat(evidence.json()).doesNotContain("s3cr3t");
        assertThat(part(third, "changes").get("count")).isEqualTo(3);
        assertThat(part(third, "changes").get("known")).isEqualTo(true);
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

    /** Each number is another one. */
    @Test
    void failedTestsAreCounted() throws Exception {
        WorkflowRun run = waiting(build("shop", """
                node('worker') {
                  deleteDir()
                  writeFile file: 'tests.xml', text: '''<testsuite name="all"><testcase name="a"/>
                      <testcase name="b"><failure/></testcase><testcase name="c"><failure/></testcase>
                      <testcase name="d"><skipped/></testcase><testcase name="e"><skipped/></testcase>
                      <testcase name="f"><skipped/></testcase></testsuite>'''
                  junit 'tests.xml'
                }
                """ + GATE));
        assertThat(evidence(run).testPlan()).contains("Tests: 1 passed, 2 failed, 3 skipped in apps » shop #1");
        assertThat(part(run, "tests").get("passed")).isEqualTo(1);
        assertThat(part(run, "tests").get("failed")).isEqualTo(2);
        assertThat(part(run, "tests").get("skipped")).isEqualTo(3);
        assertThat(part(run, "tests").get("link")).isEqualTo(jenkins.getURL() + run.getUrl() + "testReport");
    }

    /** A replay, and a build of the plugin Rebuilder, are builds of their own. */
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
        JenkinsRule.WebClient web = webWithErrors(DEVELOPER);
        web.getOptions().setRedirectEnabled(false);
        URL rebuilder = new URL(jenkins.getURL(), first.getUrl() + "rebuild/");
        assertThat(web.getPage(new WebRequest(rebuilder, HttpMethod.POST))
                        .getWebResponse()
                        .getStatusCode())
                .isEqualTo(302);
        await().until(() -> first.getParent().getBuildByNumber(3) != null);
        WorkflowRun rebuild = waiting(first.getParent().getBuildByNumber(3));
        assertThat(evidence(rebuild).description())
                .contains("user developer", "Version made by apps » shop #3:")
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
                .contains("Artifacts: 1 archived by apps » make #2");
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

    /** The plugin Rebuilder keeps parameters and causes: the same build made the version. */
    @Test
    void aDeploymentThatIsRebuilt() throws Exception {
        WorkflowRun made = jenkins.buildAndAssertSuccess(ControlledJenkins.job(jenkins, "make", make()));
        WorkflowJob deploy = deployJob("serviceNowGate environment: 'Production', version: VERSION");
        WorkflowRun run = deploy.scheduleBuild2(
                        0, new CauseAction(new Cause.UpstreamCause((Run<?, ?>) made)), version("1.1"))
                .waitForStart();
        waiting(run);
        HtmlPage form = web(DEVELOPER).getPage(run, "rebuild/parameterized");
        jenkins.submit(form.getFormByName("config"));
        await().until(() -> deploy.getBuildByNumber(2) != null);
        WorkflowRun rebuilt = waiting(deploy.getBuildByNumber(2));
        assertThat(deployment(rebuilt).getNumber()).isEqualTo(theChange().number());
        assertThat(evidence(rebuilt).description())
                .contains("Requested by apps » deploy #2:", "user developer")
                .contains("Version made by apps » make #1:", "Artifacts: 1 archived by apps » make #1");
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

    /** A long message costs neither the author nor the link. */
    @Test
    void commitsHaveLinks() throws Exception {
        String script = make().replace(
                                "git url: '" + repository.url() + "', branch: 'main'",
                                "checkout scmGit(branches: [[name: 'main']], browser: github('https://git.example/shop/'),"
                                        + " userRemoteConfigs: [[url: '" + repository.url() + "']])")
                + GATE;
        WorkflowRun first = goes(build("shop", script));
        String id = repository.commit("Ann", "x".repeat(500), "b.txt", "2");
        WorkflowRun run = first.getParent().scheduleBuild2(0).waitForStart();
        assertThat(evidence(run).description())
                .contains("- " + id.substring(0, 10) + " " + "x".repeat(120)
                        + "… (ann) https://git.example/shop/commit/" + id + "\n");
        assertThat(part(run, "changes").get("repositories")).isEqualTo(List.of("https://git.example/shop"));
    }

    /** As for a Jenkinsfile that Jenkins checks out, and that checks its repository out again. */
    @Test
    void aRepositoryThatIsCheckedOutTwiceIsListedOnce() throws Exception {
        String script = make() + "node('worker') { dir('again') { git url: '" + repository.url()
                + "', branch: 'main' } }\n" + GATE;
        WorkflowRun first = goes(build("shop", script));
        String id = repository.commit("Ann", "Second", "b.txt", "2").substring(0, 10);
        WorkflowRun run = first.getParent().scheduleBuild2(0).waitForStart();
        assertThat(evidence(run).description())
                .contains("Commits: 1 by 1 author since version 1 ("
                        + deployment(first).getNumber() + ")\n- " + id + " Second (ann)\n\n");
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
                .contains("Commits: 2 by 2 authors since version 1", ", in several repositories\n")
                .containsPattern("- \\[repository \\d of #2] \\w{10} In the shop \\(ann\\)")
                .containsPattern("- \\[repository \\d of #2] \\w{10} In the library \\(cid\\)");
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
