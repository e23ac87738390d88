package io.jenkins.plugins.servicenowgate.pipeline;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.ParametersAction;
import hudson.model.Result;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.util.Map;
import org.htmlunit.html.HtmlAnchor;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.replay.ReplayAction;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * Attacks by a user who may edit the Jenkinsfile of a job in a controlled folder and wants to deploy without approval.
 */
class JenkinsfileAttackTest extends ControlledJenkinsTestBase {
    private static final String DEPLOY =
            "serviceNowDeployment(environment: 'Production', version: '1') { echo 'DEPLOYED' }\n";

    private Folder folder;

    @BeforeEach
    void markTheFolder() throws Exception {
        folder = jenkins.createProject(Folder.class, "ops");
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        folder.addProperty(mark);
    }

    private WorkflowRun build(String script) throws Exception {
        WorkflowJob job = folder.createProject(WorkflowJob.class, "shop");
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job.scheduleBuild2(0).waitForStart();
    }

    /** Asserts that the run waits for the change with its own title and that nothing was deployed. */
    private SimulatedChange waits(WorkflowRun run) throws Exception {
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        jenkins.assertLogNotContains("DEPLOYED", run);
        SimulatedChange change = simulator.changes().get(simulator.changes().size() - 1);
        assertThat(change.get("short_description"))
                .isEqualTo("Jenkins: Deploy \"ops/shop\" version 1 to \"Production\"");
        return change;
    }

    private void end(WorkflowRun run) throws Exception {
        run.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        jenkins.assertLogNotContains("DEPLOYED", run);
    }

    private void fails(WorkflowRun run, String line) throws Exception {
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains(line, run);
        jenkins.assertLogNotContains("DEPLOYED", run);
    }

    /** Attack: remove the folder's mark from within the job. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "properties([])\n",
                "properties([changeControl()])\nproperties([])\n",
                "withEnv(['SERVICENOW_GATE_ENABLED=false', 'enabled=false']) { echo env.enabled }\n"
            })
    void theFoldersMarkStays(String before) throws Exception {
        WorkflowRun run = build(before + DEPLOY);
        waits(run);
        end(run);
    }

    /** Attack: use another connection, to a server that approves everything. */
    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "mine", "CORP", "../corp"})
    void aJobNamesADeclaredConnectionOrNone(String connection) throws Exception {
        fails(build("properties([changeControl(connection: '" + connection + "')])\n" + DEPLOY), "Refused: ");
        assertThat(simulator.requests().all()).isEmpty();
    }

    /** Attack: pass a URL or a connection to the steps. */
    @ParameterizedTest
    @ValueSource(
            strings = {"connection: 'mine'", "baseUrl: 'https://evil.example'", "titlePrefix: 'x'", "enabled: false"})
    void theStepsAcceptNoOtherParameter(String parameter) throws Exception {
        WorkflowRun run =
                build("serviceNowGate(environment: 'Production', version: '1', " + parameter + ")\necho 'DEPLOYED'\n");
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogNotContains("DEPLOYED", run);
        assertThat(simulator.requests().all()).isEmpty();
    }

    /** Attack: an environment whose name only looks like a declared one, and is not change controlled. */
    @ParameterizedTest
    @ValueSource(
            strings = {"production", "Production ", "Pr\\u043eduction", "Production\\u200b", "PRODUCTION", "", "Prod"})
    void anEnvironmentIsDeclaredOrAnError(String environment) throws Exception {
        fails(build(DEPLOY.replace("Production", environment)), "Refused: the environment \"");
        assertThat(simulator.requests().all()).isEmpty();
    }

    /** Attack: variables that contain another job name and change number. */
    @Test
    void variablesDoNotSayWhoTheJobIs() throws Exception {
        SimulatedChange other = simulator.addChange(
                Map.of("short_description", "Jenkins: Deploy \"other\" version 1 to \"Production\""));
        simulator.people().approve(other.number());
        WorkflowRun run = build("withEnv(['JOB_NAME=other', 'JOB_BASE_NAME=other', 'BUILD_DISPLAY_NAME=9',"
                + " 'SERVICENOW_CHANGE_NUMBER=" + other.number() + "']) {\n"
                + "  env.SERVICENOW_CHANGE_SYS_ID = '" + other.sysId() + "'\n"
                + "  serviceNowDeployment(environment: 'Production', version: '1') {\n"
                + "    echo \"with ${env.SERVICENOW_CHANGE_NUMBER} ${env.SERVICENOW_CHANGE_SYS_ID}\"\n"
                + "  }\n"
                + "}\n");
        SimulatedChange own = waits(run);
        assertThat(own.number()).isNotEqualTo(other.number());
        simulator.people().approve(own.number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("with " + own.number() + " " + own.sysId(), run);
        assertThat(other.workNotes()).isEmpty();
    }

    /**
     * Attack: start the job with the number of another team's approved change in a parameter that the job does not
     * define.
     */
    @Test
    void aNumberThatTheJobDoesNotDefineDoesNotCount() throws Exception {
        SimulatedChange other = simulator.addChange(Map.of("short_description", "Restart the mail server"));
        simulator.people().approve(other.number());
        WorkflowJob job = folder.createProject(WorkflowJob.class, "shop");
        job.setDefinition(new CpsFlowDefinition(DEPLOY, true));
        WorkflowRun run = job.scheduleBuild2(
                        0,
                        new ParametersAction(
                                new StringParameterValue("SERVICENOW_CHANGE_REQUEST_NUMBER", other.number())))
                .waitForStart();
        assertThat(waits(run).number()).isNotEqualTo(other.number());
        end(run);
        assertThat(other.workNotes()).isEmpty();
    }

    /** Attack: get one version approved, then replay the build with a script that deploys another. */
    @Test
    void aReplayedScriptNeedsTheChangeOfWhatItDeploys() throws Exception {
        WorkflowRun run = build(DEPLOY);
        simulator.people().approve(waits(run).number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        WorkflowRun replayed = (WorkflowRun) run.getAction(ReplayAction.class)
                .run(DEPLOY.replace("'1'", "'2'"), Map.of())
                .waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", replayed);
        assertThat(simulator.changes()).hasSize(2);
        assertThat(simulator.changes().get(1).get("short_description")).contains("version 2");
        end(replayed);
    }

    /** Attack: catch the exception of the gate and continue as if it were released. */
    @Test
    void aCaughtRefusalIsNoRelease() throws Exception {
        SimulatedChange change = simulator.addChange(
                Map.of("short_description", "Jenkins: Deploy \"ops/shop\" version 1 to \"Production\""));
        simulator.people().reject(change.number());
        WorkflowRun run = build("def got = 'nothing'\ntry {\n  got = serviceNowDeployment(environment: 'Production',"
                + " version: '1') { echo 'DEPLOYED'; 'all' }\n} catch (e) { echo 'caught' }\necho \"got ${got}\"");
        jenkins.waitForCompletion(run);
        jenkins.assertLogContains("caught", run);
        jenkins.assertLogContains("got nothing", run);
        jenkins.assertLogNotContains("DEPLOYED", run);
    }

    /** Attack: a change whose texts contain a link with another scheme. */
    @Test
    void linksLeadToTheInstanceAlone() throws Exception {
        SimulatedChange change = simulator.addChange(Map.of("short_description", "javascript:alert(1)"));
        simulator.people().approve(change.number()).hold(change.number(), "<a href='javascript:alert(1)'>click</a>");
        WorkflowRun run = build("serviceNowGate environment: 'Production', version: '1', changeRequestNumber: '"
                + change.number() + "'");
        jenkins.waitForMessage("is on hold: ", run);
        JenkinsRule.WebClient web = web(READER);
        await().untilAsserted(() -> {
            var links = web.getPage(run, "change-requests/").getAnchors().stream()
                    .filter(anchor -> anchor.getTextContent().contains(change.number()))
                    .map(HtmlAnchor::getHrefAttribute)
                    .toList();
            assertThat(links).isNotEmpty().allSatisfy(link -> assertThat(link).startsWith(simulator.baseUrl() + "/"));
        });
        assertThat(web.getPage(run, "change-requests/").getAnchors())
                .noneMatch(anchor -> anchor.getHrefAttribute().startsWith("javascript"));
        end(run);
    }
}
