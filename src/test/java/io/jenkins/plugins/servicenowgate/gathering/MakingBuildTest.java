package io.jenkins.plugins.servicenowgate.gathering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Action;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which build made the version, where somebody could say so who did not make it. */
@Timeout(180)
class MakingBuildTest extends EvidenceTestBase {
    private static final String DEPLOY = "serviceNowGate environment: 'Production', version: '1.0'";
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
}
