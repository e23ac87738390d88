package io.jenkins.plugins.servicenowgate.freestyle;

import static io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins.queuedJob;
import static io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins.queuedMark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Queue;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRegistry;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.io.File;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The change control settings of a job are removed or changed while its build waits in the queue. */
class MarkChangedInQueueTest extends ControlledJenkinsTestBase {
    private FreeStyleProject job;

    @BeforeEach
    void waitInTheQueue() throws Exception {
        job = queuedJob(jenkins, "shop", "7");
        job.scheduleBuild2(0);
        await().until(() -> theChange().workNotes().size() == 1);
    }

    private String why() {
        jenkins.jenkins.getQueue().maintain();
        Queue.Item item = job.getQueueItem();
        return item == null || item.getWhy() == null ? "" : item.getWhy();
    }

    private void mark(ChangeControlJobProperty mark) throws Exception {
        job.removeProperty(ChangeControlJobProperty.class);
        if (mark != null) {
            job.addProperty(mark);
        }
        Queue.getInstance().scheduleMaintenance();
    }

    private SimulatedChange change(String version) {
        return simulator.changes().stream()
                .filter(change -> change.get("short_description").contains(" version " + version + " "))
                .findFirst()
                .orElse(null);
    }

    private void assertNotUsed(SimulatedChange change, String reason) {
        await().untilAsserted(() ->
                assertThat(change.workNotes()).hasSize(2).last().asString().contains("did not take place", reason));
    }

    private static String[] stored() {
        return new File(jenkins.jenkins.getRootDir(), "servicenow-gate/queued-deployments").list();
    }

    @Test
    void aRemovedMarkLeavesNoGate() throws Exception {
        SimulatedChange change = theChange();
        mark(null);
        newAgent("late", null);
        await().until(() -> job.getLastBuild() != null);
        FreeStyleBuild build = jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(job.getLastBuild()));

        assertNotUsed(change, "does not wait for its change in the queue any more");
        assertThat(DeploymentRegistry.get().waiting()).isEmpty();
        await().untilAsserted(() -> assertThat(stored()).isEmpty());
        jenkins.assertLogNotContains(change.number(), build);
        assertThat(build.getAction(ChangeRequestsAction.class)).isNull();
    }

    @Test
    void anotherVersionNeedsItsOwnChange() throws Exception {
        SimulatedChange before = theChange();
        mark(queuedMark("8"));
        newAgent("late", null);
        await().until(() -> change("8") != null && change("8").workNotes().size() == 1);

        assertNotUsed(before, "settings of the job were changed");
        assertThat(DeploymentRegistry.get().waiting())
                .singleElement()
                .satisfies(deployment ->
                        assertThat(deployment.record().getVersion()).isEqualTo("8"));
        simulator.people().approve(before.number());
        await().until(() -> why().contains(change("8").number()));
        assertThat(job.getLastBuild()).isNull();

        simulator.people().approve(change("8").number());
        await().until(() -> job.getLastBuild() != null);
        FreeStyleBuild build = jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(job.getLastBuild()));
        assertThat(build.getAction(ChangeRequestsAction.class).getDeployments())
                .singleElement()
                .satisfies(deployment ->
                        assertThat(deployment.getNumber()).isEqualTo(change("8").number()));
        settled();
        assertThat(change("8").workNotes()).hasSize(3);
        assertThat(before.workNotes()).hasSize(2);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(2);
    }

    /** The item was released already, and waits for an executor. */
    @Test
    void aReleaseForAnotherVersionDoesNotCount() throws Exception {
        simulator.people().approve(theChange().number());
        await().until(() -> DeploymentRegistry.get().waiting().isEmpty());
        mark(queuedMark("8"));
        newAgent("late", null);
        await().until(() -> why().startsWith("Waiting: "));

        assertThat(job.getLastBuild()).isNull();
        assertNotUsed(change("7"), "settings of the job were changed");
        assertThat(why()).contains(change("8").number());
        jenkins.jenkins.getQueue().cancel(job.getQueueItem());
    }

    /** While the item waits, and no agent is there. */
    @Test
    void aMarkThatIsRemovedAndSetAgainNeedsTheSameChange() throws Exception {
        mark(null);
        assertThat(why()).doesNotContain(theChange().number());
        mark(queuedMark("7"));
        assertThat(why()).startsWith("Waiting: " + theChange().number());
        newAgent("late", null);
        assertThat(why()).startsWith("Waiting: " + theChange().number());
        assertThat(job.getLastBuild()).isNull();

        simulator.people().approve(theChange().number());
        await().until(() -> job.getLastBuild() != null);
        FreeStyleBuild build = jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(job.getLastBuild()));
        assertThat(build.getAction(ChangeRequestsAction.class).getDeployments())
                .singleElement()
                .satisfies(deployment ->
                        assertThat(deployment.getNumber()).isEqualTo(theChange().number()));
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }

    /** After the release, and before there is an executor: the change is checked when the build starts. */
    @Test
    void aReleaseIsCheckedAgainAfterTheMarkWasRemovedAndSetAgain() throws Exception {
        simulator.people().approve(theChange().number());
        await().until(() -> DeploymentRegistry.get().waiting().isEmpty());
        mark(null);
        why();
        mark(queuedMark("7"));
        why();
        simulator.people().cancel(theChange().number());
        newAgent("late", null);
        await().untilAsserted(() -> assertThat(job.getLastBuild()).as(why()).isNotNull());
        FreeStyleBuild build =
                jenkins.assertBuildStatus(hudson.model.Result.FAILURE, jenkins.waitForCompletion(job.getLastBuild()));
        jenkins.assertLogContains("Refused: " + theChange().number() + " is in Canceled", build);
    }

    /** Enforcement is switched off while the item waits, and is still off when its build starts, or on again. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anItemThatIsReleasedWithoutEnforcement(boolean onAgain) throws Exception {
        ServiceNowGateConfiguration.get().setEnabled(false);
        await().until(() -> DeploymentRegistry.get().waiting().isEmpty());
        ServiceNowGateConfiguration.get().setEnabled(onAgain);
        newAgent("late", null);
        await().until(() -> job.getLastBuild() != null);
        FreeStyleBuild build = job.getLastBuild();
        if (onAgain) {
            jenkins.waitForMessage("Waiting: ", build);
            simulator.people().approve(theChange().number());
        }
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("change control", build);
    }

    /** The same settings, stored once more. */
    @Test
    void equalSettingsChangeNothing() throws Exception {
        mark(queuedMark("7"));
        why();
        await().during(java.time.Duration.ofMillis(300))
                .until(() -> simulator.changes().size() == 1
                        && theChange().workNotes().size() == 1
                        && why().startsWith("Waiting: "));
        jenkins.jenkins.getQueue().cancel(job.getQueueItem());
    }
}
