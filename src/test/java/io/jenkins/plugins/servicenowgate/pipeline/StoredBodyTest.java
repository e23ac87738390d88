package io.jenkins.plugins.servicenowgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.deployment.RestartTestBase;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.steps.BodyExecution;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.Test;

/** A pipeline is stored while its deployment is released: the body runs exactly once, whatever happened first. */
class StoredBodyTest extends RestartTestBase {
    private static final String SCRIPT = "parallel gate: {\n"
            + "  serviceNowDeployment(environment: 'Production', version: '1') { echo 'DEPLOYED'\n semaphore 'within' }\n"
            + "}, other: { semaphore 'one'\n semaphore 'two' }";

    private static long deployed(WorkflowRun run) throws Exception {
        return org.jvnet.hudson.test.JenkinsRule.getLog(run)
                .lines()
                .filter(line -> line.endsWith("DEPLOYED"))
                .count();
    }

    /** Stores a waiting pipeline as if its body had reached the given state. */
    private void storedWith(BodyExecution body, boolean begun) throws Throwable {
        sessions.then(jenkins -> {
            WorkflowRun run = beginWaiting(jenkins, SCRIPT);
            SemaphoreStep.waitForStart("one/1", run);
            StepExecution step = run.getExecution().getCurrentExecutions(true).get().stream()
                    .filter(GateStepExecution.class::isInstance)
                    .findFirst()
                    .orElseThrow();
            set(step, "body", body);
            set(step, "begun", begun);
            SemaphoreStep.success("one/1", null);
            SemaphoreStep.waitForStart("two/1", run);
        });
    }

    private static void set(StepExecution step, String name, Object value) throws ReflectiveOperationException {
        Field field = GateStepExecution.class.getDeclaredField(name);
        field.setAccessible(true);
        field.set(step, value);
    }

    /** The program was stored on the CPS VM thread before it received the release. */
    @Test
    void aBodyStoredBeforeItStartedStartsAfterTheRestart() throws Throwable {
        storedWith(new StoredBody(false), false);
        simulator.people().approve(simulator.changes().get(0).number());
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            SemaphoreStep.success("two/1", null);
            SemaphoreStep.success("within/1", null);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            assertThat(deployed(run)).isEqualTo(1);
        });
        assertThat(simulator.changes()).hasSize(1);
    }

    /** The program was stored before it received the result of the body. */
    @Test
    void aBodyStoredAfterItEndedDoesNotRunAgain() throws Throwable {
        storedWith(new StoredBody(true), true);
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            SemaphoreStep.success("two/1", null);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            assertThat(deployed(run)).isZero();
        });
        assertThat(simulator.changes()).hasSize(1);
    }

    @Test
    void aBodyStoredWhileRunningContinues() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowRun run = beginWaiting(jenkins, SCRIPT);
            simulator.people().approve(simulator.changes().get(0).number());
            SemaphoreStep.waitForStart("within/1", run);
            SemaphoreStep.waitForStart("one/1", run);
        });
        sessions.then(jenkins -> {
            WorkflowRun run = theRun(jenkins);
            SemaphoreStep.success("one/1", null);
            SemaphoreStep.success("two/1", null);
            SemaphoreStep.success("within/1", null);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            assertThat(deployed(run)).isEqualTo(1);
        });
    }

    /** A body that is not part of the program. */
    public static final class StoredBody extends BodyExecution {
        private static final long serialVersionUID = 1L;
        private final boolean done;

        StoredBody(boolean done) {
            this.done = done;
        }

        @Override
        public Collection<StepExecution> getCurrentExecutions() {
            return List.of();
        }

        @Override
        public boolean cancel(Throwable t) {
            return false;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public boolean isDone() {
            return done;
        }

        @Override
        public Object get() {
            return null;
        }

        @Override
        public Object get(long timeout, TimeUnit unit) {
            return null;
        }
    }
}
