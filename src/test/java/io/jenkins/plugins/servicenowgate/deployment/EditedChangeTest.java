package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.time.Instant;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** People edit the change of a deployment in ServiceNow after the deployment was linked to it. */
@Timeout(180)
class EditedChangeTest extends ProductionPipelineTestBase {
    private static final String RENAMED = "was changed from \"" + ControlledJenkins.title("apps/shop", "1")
            + "\" to \"Water the plants\" while the deployment was waiting";

    private void isRefused(WorkflowRun run, String line) throws Exception {
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains(line, run);
        jenkins.assertLogNotContains("by " + theChange().number(), run);
        jenkins.assertLogNotContains("\tat ", run);
        assertThat(deployment(run).getOutcome()).isEqualTo(GateOutcome.REFUSE);
        settled();
    }

    @Test
    void aTitleUnderWhichPeopleApproveSomethingElse() throws Exception {
        WorkflowRun run = waiting(build("shop", DEPLOY));
        await().until(() -> theChange().workNotes().size() == 1);
        theChange().set("short_description", "Water the plants");
        simulator.people().approve(theChange().number());

        isRefused(run, RENAMED);
        assertThat(sent()).as("a note, no transition").containsExactly("waits", "did");
    }

    /** Released, and renamed while the item still waits for an executor. */
    @Test
    void aTitleBetweenReleaseAndStart() throws Exception {
        FreeStyleProject job = ControlledJenkins.queuedJob(jenkins, "shop", "1");
        job.scheduleBuild2(0);
        await().until(() -> theChange().workNotes().size() == 1);
        simulator.people().approve(theChange().number());
        await().until(() -> jenkins.jenkins.getQueue().getItems()[0].isBuildable());
        theChange().set("short_description", "Water the plants");
        newAgent("late", null);
        await().until(() -> job.getLastBuild() != null);

        FreeStyleBuild build = jenkins.waitForCompletion(job.getLastBuild());
        jenkins.assertBuildStatus(Result.FAILURE, build);
        jenkins.assertLogContains(RENAMED, build);
        settled();
        assertThat(sent()).containsExactly("waits", "did");
    }

    /** The plugin would move it to Implement at its planned start. */
    @Test
    void aTitleOfAChangeThatThePluginMoves() throws Exception {
        standard("true");
        simulator.addChange(Map.of("short_description", ControlledJenkins.title("apps/shop", "1"), "type", "standard"));
        simulator.people().window(theChange().number(), Instant.now().plusSeconds(86_400), null);
        WorkflowRun run = waiting(build("shop", DEPLOY));
        await().until(() -> theChange().workNotes().size() == 1);
        theChange().set("short_description", "Water the plants");
        simulator.people().window(theChange().number(), null, null);

        isRefused(run, RENAMED);
        assertThat(theChange().state()).contains(SimulatedState.SCHEDULED);
        assertThat(sent()).as("no transition after the change was renamed").containsExactly("-2", "waits", "did");
    }

    /** With any settings: who approves the other type is not whom the environment asks for. */
    @Test
    void aType() throws Exception {
        WorkflowRun run = waiting(build("shop", DEPLOY));
        await().until(() -> theChange().workNotes().size() == 1);
        theChange().set("type", "standard");
        simulator.people().approve(theChange().number());

        isRefused(run, "Refused: the type of " + theChange().number() + " was changed from \"normal\" to \"standard\"");
        assertThat(sent()).containsExactly("waits", "did");
    }

    /** Whoever names a change by its number chooses it, whatever its title. */
    @Test
    void theTitleOfAChangeThatIsGivenByItsNumber() throws Exception {
        String number = simulator
                .addChange(Map.of("short_description", "Weekly deployment"))
                .number();
        WorkflowRun run = waiting(
                build("shop", DEPLOY.replace("version: '1'", "version: '1', changeRequestNumber: '" + number + "'")));
        theChange().set("short_description", "Weekly deployment, 2");
        simulator.people().approve(number);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("by " + number, run);
    }
}
