package io.jenkins.plugins.servicenowgate.gathering;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Action;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.RunParameterDefinition;
import hudson.model.RunParameterValue;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import java.util.Map;
import java.util.stream.Stream;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.pipeline.modeldefinition.actions.RestartDeclarativePipelineAction;
import org.jenkinsci.plugins.workflow.cps.replay.ReplayAction;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which build made the version, where somebody could say so who did not make it. */
@Timeout(180)
class MakingBuildTest extends EvidenceTestBase {
    private static final String DEPLOY = "serviceNowGate environment: 'Production', version: '1.0'";
    private static final String GIVEN = "serviceNowGate environment: 'Production', version: VERSION";
    private static final String LOG =
            "node('worker') { writeFile file: 'out/log.txt', text: 'deployed'\narchiveArtifacts 'out/*.txt' }\n";

    private WorkflowJob job(String name, String script, String... parameters) throws Exception {
        WorkflowJob job = ControlledJenkins.controlledJob(jenkins, name, script);
        for (String parameter : parameters) {
            job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition(parameter, "")));
        }
        return job;
    }

    private WorkflowRun started(WorkflowJob job, Action... actions) throws Exception {
        return job.scheduleBuild2(0, actions).waitForStart();
    }

    private static Action version() {
        return new ParametersAction(new StringParameterValue("VERSION", "1.0"));
    }

    private Action causedByMake() throws Exception {
        WorkflowJob make = ControlledJenkins.job(jenkins, "make", make());
        return new CauseAction(new Cause.UpstreamCause((Run<?, ?>) jenkins.buildAndAssertSuccess(make)));
    }

    /** Whoever starts a build may add a parameter with the version, so that the job that starts it seems to have made it. */
    @Test
    void aParameterThatTheJobDoesNotDefineDoesNotCount() throws Exception {
        WorkflowRun own = started(job("archives", LOG + DEPLOY), version(), causedByMake());
        assertThat(evidence(waiting(own)).description())
                .contains("Version made by apps » archives #1:", "Artifacts: 1 archived by apps » archives #1")
                .doesNotContain("apps » make #1");
        await().until(() -> simulator.changes().size() == 1);
        assertThat(simulator.changes().get(0).get("description")).contains("apps » archives #1");
    }

    /** The archived file may be the version, or a log of its deployment. */
    @Test
    void nobodyKnowsWhoMadeAVersionThatIsAParameter() throws Exception {
        WorkflowJob deploy = job("deploy", LOG + DEPLOY, "VERSION");
        for (Action[] actions : new Action[][] {{version()}, {version(), causedByMake()}}) {
            WorkflowRun run = started(deploy, actions);
            assertThat(evidence(waiting(run)).description())
                    .contains("Version made by an unknown build", "Artifacts: unknown");
        }
        production.setSameArtifacts(true);
        WorkflowRun run = started(deploy, version());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("Refused: sameArtifacts is on, but the evidence does not name", run);
    }

    /** The version is the number of a build that is a parameter, or is put together from parameters. */
    @ParameterizedTest
    @CsvSource({"${UP_NUMBER}, 1", "$BOTH, 1.7"})
    void nobodyKnowsWhoMadeAVersionThatAParameterSets(String version, String named) throws Exception {
        FreeStyleProject up = ControlledJenkins.create(jenkins, FreeStyleProject.class, "up");
        jenkins.buildAndAssertSuccess(up);
        FreeStyleProject deploy = ControlledJenkins.create(jenkins, FreeStyleProject.class, "deploy");
        deploy.addProperty(new ChangeControlJobProperty());
        deploy.addProperty(new ParametersDefinitionProperty(
                new RunParameterDefinition("UP", "apps/up", "", null),
                new StringParameterDefinition("BOTH", ""),
                new StringParameterDefinition("MINOR", "")));
        ServiceNowGateBuilder gate = new ServiceNowGateBuilder("Production");
        gate.setVersion(version);
        deploy.getBuildersList().add(gate);
        FreeStyleBuild run = deploy.scheduleBuild2(
                        0,
                        new ParametersAction(
                                new RunParameterValue("UP", "apps/up#1"),
                                new StringParameterValue("BOTH", "1.${MINOR}"),
                                new StringParameterValue("MINOR", "7")))
                .waitForStart();
        waiting(run);
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/deploy", named));
        assertThat(evidence(run).description()).contains("Version made by an unknown build");
    }

    /** Fingerprints prove it. */
    @Test
    void aBuildThatMakesTheVersionThatIsItsParameter() throws Exception {
        WorkflowRun run = started(job("release", make() + DEPLOY, "VERSION"), version());
        assertThat(evidence(waiting(run)).description())
                .contains("Version made by apps » release #1:", "SHA-256 " + sha256(app(1)));
    }

    /** It archives a log of its own besides the files that it copies. */
    @Test
    void aBuildThatCopiesTheVersionThatIsItsParameter() throws Exception {
        WorkflowJob make = ControlledJenkins.job(jenkins, "make", make());
        make.addProperty(new hudson.plugins.copyartifact.CopyArtifactPermissionProperty("*"));
        jenkins.buildAndAssertSuccess(make);
        WorkflowRun run = started(
                job(
                        "deploy",
                        "node('worker') { deleteDir()\n"
                                + "copyArtifacts projectName: 'make', selector: specific('1'), fingerprintArtifacts: true }\n"
                                + LOG + DEPLOY,
                        "VERSION"),
                version());
        assertThat(evidence(waiting(run)).description())
                .contains("Version made by apps » make #1:", "SHA-256 " + sha256(app(1)));
    }

    private Action causedBy(Run<?, ?>... builds) {
        return new CauseAction(Stream.of(builds).map(Cause.UpstreamCause::new).toArray(Cause[]::new));
    }

    private static Action version(String version) {
        return new ParametersAction(
                new StringParameterValue("VERSION", version), new StringParameterValue("TARGET", "a"));
    }

    /** A job that deploys what it is told to, and a build that made 1.1 and started its first build. */
    private WorkflowRun deployed(String script, String version) throws Exception {
        WorkflowJob deploy = ControlledJenkins.controlledJob(jenkins, "deploy", script);
        deploy.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition("VERSION", ""), new StringParameterDefinition("TARGET", "")));
        return waiting(started(deploy, causedByMake(), version(version)));
    }

    /** Rebuilds it with the plugin Rebuilder, as its form does. */
    private WorkflowRun rebuilt(WorkflowRun run, Map<String, String> changed) throws Exception {
        WorkflowJob job = run.getParent();
        int next = job.getNextBuildNumber();
        HtmlForm form =
                web(DEVELOPER).<HtmlPage>getPage(run, "rebuild/parameterized").getFormByName("config");
        for (HtmlElement parameter : form.getElementsByAttribute("div", "name", "parameter")) {
            String name = ((HtmlInput) parameter
                            .getElementsByAttribute("input", "name", "name")
                            .get(0))
                    .getValue();
            HtmlInput value = (HtmlInput)
                    parameter.getElementsByAttribute("input", "name", "value").get(0);
            value.setValue(changed.getOrDefault(name, value.getValue()));
        }
        jenkins.submit(form);
        await().until(() -> job.getBuildByNumber(next) != null);
        WorkflowRun rebuilt = waiting(job.getBuildByNumber(next));
        assertThat(rebuilt.getCauses())
                .as("copied from the first build")
                .anyMatch(cause -> cause instanceof Cause.UpstreamCause upstream
                        && upstream.getUpstreamProject().equals("apps/make"));
        return rebuilt;
    }

    /** Rebuilder copies the causes of the build that it repeats: the build that made its version seems to start this one. */
    @Test
    void nobodyKnowsWhoMadeTheOtherVersionOfARebuild() throws Exception {
        WorkflowRun first = deployed(GIVEN, "1.1");
        assertThat(evidence(first).description()).contains("Version made by apps » make #1:");
        WorkflowRun other = rebuilt(first, Map.of("VERSION", "1.2"));
        assertThat(evidence(other).description())
                .startsWith("Deployment of apps/deploy, version 1.2,")
                .contains("Version made by an unknown build", "Artifacts: unknown", "Tests: unknown")
                .contains("Commits: unknown, because it is not known which build made version 1.2");
        assertThat(simulator.changes().get(1).get("description"))
                .contains("Version made by an unknown build")
                .doesNotContain("Version made by apps");
        // It repeats the second one, whose causes are copies already.
        assertThat(evidence(rebuilt(other, Map.of())).description()).contains("Version made by an unknown build");
        WorkflowRun same = rebuilt(first, Map.of("TARGET", "b"));
        assertThat(evidence(same).description())
                .contains("Version made by apps » make #1:", "Artifacts: 1 archived by apps » make #1");
        stop(first).delete();
        assertThat(evidence(rebuilt(same, Map.of())).description())
                .startsWith("Deployment of apps/deploy, version 1.1,")
                .contains("Version made by an unknown build");
    }

    private WorkflowRun stop(WorkflowRun run) throws Exception {
        run.doStop();
        return jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
    }

    /** Nor is the build that is repeated, and deployed what somebody told it to, the one that made anything. */
    @Test
    void aBuildThatIsRebuiltMadeNothing() throws Exception {
        WorkflowJob deploy = job("deploy", GIVEN, "VERSION");
        WorkflowRun first = waiting(started(deploy, version()));
        assertThat(evidence(first).description()).contains("Version made by an unknown build");
        HtmlPage form = web(DEVELOPER).getPage(first, "rebuild/parameterized");
        jenkins.submit(form.getFormByName("config"));
        await().until(() -> deploy.getBuildByNumber(2) != null);
        assertThat(evidence(waiting(deploy.getBuildByNumber(2))).description())
                .contains("Version made by an unknown build");
    }

    /** The script makes the version from its parameters, so that none of them is it. */
    @Test
    void nobodyKnowsWhichParameterIsPartOfTheVersion() throws Exception {
        WorkflowRun first = deployed("serviceNowGate environment: 'Production', version: \"v${VERSION}\"", "1.1");
        assertThat(evidence(first).description()).contains("Version made by apps » make #1:");
        assertThat(evidence(rebuilt(first, Map.of())).description()).contains("Version made by apps » make #1:");
        assertThat(evidence(rebuilt(first, Map.of("VERSION", "1.2"))).description())
                .contains("version v1.2,", "Version made by an unknown build");
    }

    /** A replay copies parameters and no causes; its script may have been changed. */
    @Test
    void nobodyKnowsWhoMadeTheVersionOfAReplay() throws Exception {
        WorkflowRun first = deployed(GIVEN, "1.1");
        WorkflowRun replay = (WorkflowRun)
                first.getAction(ReplayAction.class).run(GIVEN, Map.of()).waitForStart();
        assertThat(evidence(waiting(replay)).description())
                .contains("version 1.1,", "Version made by an unknown build");
    }

    /** The stage that made the version does not run again. */
    @Test
    void nobodyKnowsWhatARestartFromALaterStageDeploys() throws Exception {
        WorkflowRun first = build("shop", """
                pipeline {
                  agent none
                  stages {
                    stage('Make') { steps { echo 'made' } }
                    stage('Deploy') { steps { serviceNowGate(environment: 'Production', version: '1.0') } }
                  }
                }""");
        waiting(first);
        assertThat(evidence(first).description()).contains("Version made by apps » shop #1:");
        stop(first);
        first.getAction(RestartDeclarativePipelineAction.class).run("Deploy");
        await().until(() -> first.getParent().getBuildByNumber(2) != null);
        assertThat(evidence(waiting(first.getParent().getBuildByNumber(2))).description())
                .contains("Version made by an unknown build");
    }

    /** As where two builds start the job while it waits in the queue. */
    @Test
    void twoBuildsThatStartOneMadeNothingThatIsKnown() throws Exception {
        WorkflowJob make = ControlledJenkins.job(jenkins, "make", make());
        WorkflowRun first = jenkins.buildAndAssertSuccess(make);
        WorkflowRun second = jenkins.buildAndAssertSuccess(make);
        WorkflowRun run = waiting(started(job("deploy", DEPLOY), causedBy(first, second)));
        assertThat(evidence(run).description())
                .contains("Version made by an unknown build", "Artifacts: unknown")
                .doesNotContain("make #");
        second.setDisplayName("1.0");
        WorkflowRun named = waiting(started(run.getParent(), causedBy(first, second)));
        assertThat(evidence(named).description()).contains("Version made by apps » make 1.0:");
    }
}
