package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.lang.reflect.Field;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** The controller went down right after a deployment was refused or aborted, and before its build heard of it. */
class EndedBeforeCrashTest extends RestartTestBase {
    private interface Edit {
        void accept(DeploymentRecord record) throws Exception;
    }

    /** What is stored of the deployment of a build, while the pipeline waits on. */
    private void storeWhileItWaits(JenkinsRule jenkins, Edit edit) throws Exception {
        WorkflowRun run = beginWaiting(
                jenkins, "serviceNowDeployment(environment: 'Production', version: '1') { echo 'DEPLOYED' }");
        DeploymentRegistry.get().clearForTests();
        edit.accept(run.getAction(ChangeRequestsAction.class).getDeployments().get(0));
        new BuildHost(run, TaskListener.NULL).save();
    }

    @ParameterizedTest
    @EnumSource(
            value = GateOutcome.class,
            names = {"REFUSE", "ABORTED"})
    void isNotAskedAgain(GateOutcome outcome) throws Throwable {
        sessions.then(jenkins -> {
            storeWhileItWaits(jenkins, record -> {
                record.transitionTo(outcome, "It was over before the crash.");
                record.timeline().end();
            });
            simulator.people().approve(simulator.changes().get(0).number());
        });
        sessions.then(jenkins -> {
            WorkflowRun run = jenkins.waitForCompletion(theRun(jenkins));
            jenkins.assertBuildStatus(Result.FAILURE, run);
            jenkins.assertLogContains("It was over before the crash.", run);
            jenkins.assertLogNotContains("DEPLOYED", run);
            assertThat(run.getAction(ChangeRequestsAction.class).getDeployments())
                    .singleElement()
                    .satisfies(record -> assertThat(record.getOutcome()).isEqualTo(outcome));
        });
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        assertThat(simulator.changes()).hasSize(1);
    }

    /**
     * Somebody edits the stored record while Jenkins is down: released, and without the change that would be checked again.
     */
    @ParameterizedTest
    @EnumSource(
            value = GateOutcome.class,
            names = {"PROCEED", "BYPASSED"})
    void aReleaseWithoutAConnectionProvesNothing(GateOutcome outcome) throws Throwable {
        sessions.then(jenkins -> {
            storeWhileItWaits(jenkins, record -> {
                for (String field : new String[] {"connection", "order"}) {
                    Field edited = DeploymentRecord.class.getDeclaredField(field);
                    edited.setAccessible(true);
                    edited.set(record, null);
                }
                record.transitionTo(outcome, "CHG0030001 is in Implement; the deployment is released.");
                record.timeline().start();
            });
        });
        sessions.then(jenkins -> {
            WorkflowRun run = jenkins.waitForCompletion(theRun(jenkins));
            jenkins.assertBuildStatus(Result.FAILURE, run);
            jenkins.assertLogContains("Refused: the stored record of this deployment is not complete", run);
            jenkins.assertLogNotContains("DEPLOYED", run);
            assertThat(run.getAction(ChangeRequestsAction.class).getDeployments())
                    .extracting(DeploymentRecord::getOutcome)
                    .containsExactly(GateOutcome.REFUSE);
        });
        assertThat(simulator.changes()).hasSize(1);
        assertThat(simulator.requests().to(Endpoint.UPDATE))
                .noneMatch(request -> request.json().has("state"));
    }

    /** The same for a release because enforcement was off: after the restart it is off still, or on again. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReleaseWithoutEnforcementCountsWhileThereIsNone(boolean enforced) throws Throwable {
        sessions.then(jenkins -> {
            storeWhileItWaits(jenkins, record -> {
                record.transitionTo(GateOutcome.SWITCHED_OFF, "Change control is off.");
                record.timeline().start();
            });
            ServiceNowGateConfiguration.get().setEnabled(enforced);
        });
        sessions.then(jenkins -> {
            WorkflowRun run = jenkins.waitForCompletion(theRun(jenkins));
            if (enforced) {
                jenkins.assertBuildStatus(Result.FAILURE, run);
                jenkins.assertLogNotContains("DEPLOYED", run);
            } else {
                jenkins.assertBuildStatusSuccess(run);
                jenkins.assertLogContains("DEPLOYED", run);
            }
        });
    }
}
