package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.MappedProject;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Administrators change who decides about approvals while a deployment waits with a change of its own choice. */
class DecidedMeanwhileTest extends ProductionPipelineTestBase {
    private static final String LINE = "the settings that decide who approves deployments to Production were changed";

    private static void administratorsDecide(String template) {
        Environment decided = ControlledJenkins.environment("Production", true);
        decided.setApprovalSettings("administrator");
        decided.setConnection("corp");
        decided.setStandardChangeTemplate(template);
        ServiceNowGateConfiguration.get().setEnvironments(List.of(decided));
    }

    @Test
    void aPipeline() throws Exception {
        WorkflowRun run = waiting(build("shop", DEPLOY));
        await().until(() -> theChange().workNotes().size() == 1);
        administratorsDecide(null);
        simulator.people().approve(theChange().number());

        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains(LINE, run);
        jenkins.assertLogNotContains("by " + theChange().number(), run);
        settled();
        assertThat(sent()).containsExactly("waits", "did");
    }

    @Test
    void anotherTemplate() throws Exception {
        administratorsDecide(null);
        WorkflowRun run = waiting(build("shop", DEPLOY));
        simulator.addTemplate("Reviewed", true, Map.of());
        administratorsDecide("Reviewed");
        simulator.people().approve(theChange().number());

        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains(LINE, run);
    }

    @Test
    void aQueueItem() throws Exception {
        FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "shop", "1");
        job.scheduleBuild2(0);
        await().until(() -> theChange().workNotes().size() == 1);
        administratorsDecide(null);
        newAgent("late", null);
        simulator.people().approve(theChange().number());
        await().until(() -> job.getLastBuild() != null);

        FreeStyleBuild build = jenkins.waitForCompletion(job.getLastBuild());
        jenkins.assertBuildStatus(Result.FAILURE, build);
        jenkins.assertLogContains(LINE, build);
    }

    /** The change has the title of a project that administrators map to another job by now, or not any more. */
    @ParameterizedTest
    @CsvSource({"apps/shop, Shop, false", "apps/shop, apps/shop, true", "apps/web, Shop, true"})
    void anotherProject(String job, String project, boolean released) throws Exception {
        administratorsDecide(null);
        WorkflowRun run = waiting(build("shop", DEPLOY));
        Environment decided =
                ServiceNowGateConfiguration.get().getEnvironments().get(0);
        decided.setProjects(List.of(new MappedProject(job, project)));
        simulator.people().approve(theChange().number());

        jenkins.assertBuildStatus(released ? Result.SUCCESS : Result.FAILURE, jenkins.waitForCompletion(run));
        if (!released) {
            jenkins.assertLogContains(LINE, run);
        }
    }

    /** A job that is renamed deploys what was approved under its former name. */
    @Test
    void aJobThatIsRenamed() throws Exception {
        administratorsDecide(null);
        WorkflowRun run = waiting(build("shop", DEPLOY));
        run.getParent().renameTo("shop2");
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    /** Of an Emergency change that was found while such changes were allowed, or into which somebody turned the change. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anotherType(boolean allowed) throws Exception {
        administratorsDecide(null);
        Environment decided =
                ServiceNowGateConfiguration.get().getEnvironments().get(0);
        decided.setAllowEmergency(true);
        SimulatedChange emergency = simulator.addChange(
                Map.of("short_description", ControlledJenkins.title("apps/shop", "1"), "type", "emergency"));
        WorkflowRun run = waiting(build("shop", DEPLOY));
        decided.setAllowEmergency(allowed);
        simulator.people().approve(emergency.number());

        jenkins.assertBuildStatus(allowed ? Result.SUCCESS : Result.FAILURE, jenkins.waitForCompletion(run));
        if (!allowed) {
            jenkins.assertLogContains(LINE, run);
        }
    }

    /** Whoever decides who approves: an Emergency change is one that its environment must allow. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEmergency(boolean allowed) throws Exception {
        production.setAllowEmergency(true);
        WorkflowRun run = waiting(build("shop", DEPLOY.replace("version: '1'", "version: '1', emergency: true")));
        assertThat(theChange().get("type")).isEqualTo("emergency");
        production.setAllowEmergency(allowed);
        simulator.people().approve(theChange().number());

        jenkins.assertBuildStatus(allowed ? Result.SUCCESS : Result.FAILURE, jenkins.waitForCompletion(run));
        if (!allowed) {
            jenkins.assertLogContains(LINE, run);
            jenkins.assertLogNotContains("by " + theChange().number(), run);
        }
    }

    /** The plugin moves a Standard change by itself; then administrators leave that to people. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAutomaticTransition(boolean automatic) throws Exception {
        simulator.addTemplate("Reviewed", true, Map.of());
        simulator.behaviour().assignmentGroupNeeded(true);
        administratorsDecide("Reviewed");
        Environment decided =
                ServiceNowGateConfiguration.get().getEnvironments().get(0);
        decided.setAutomaticTransition("true");
        WorkflowRun run = build("shop", DEPLOY);
        jenkins.waitForMessage("rejected the transition of", run);
        decided.setAutomaticTransition(automatic ? "close" : "");
        simulator.people().approve(theChange().number());

        jenkins.assertBuildStatus(automatic ? Result.SUCCESS : Result.FAILURE, jenkins.waitForCompletion(run));
        if (!automatic) {
            jenkins.assertLogContains(LINE, run);
            jenkins.assertLogNotContains("by " + theChange().number(), run);
        }
    }

    /** The same settings, saved again. */
    @Test
    void equalSettingsChangeNothing() throws Exception {
        administratorsDecide(null);
        WorkflowRun run = waiting(build("shop", DEPLOY));
        administratorsDecide(null);
        simulator.people().approve(theChange().number());

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("by " + theChange().number(), run);
    }
}
