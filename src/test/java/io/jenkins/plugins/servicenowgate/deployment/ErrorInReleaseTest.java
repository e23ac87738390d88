package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.console.LineTransformationOutputStream;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.log.TaskListenerDecorator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.jvnet.hudson.test.TestExtension;

/** Code of other plugins throws an error in the middle of a release: the deployment ends refused and is not silent. */
class ErrorInReleaseTest extends ProductionPipelineTestBase {
    private static volatile Supplier<Error> failure;

    /** What is thrown. */
    enum Failure {
        ASSERTION(AssertionError::new),
        ENDLESS(StackOverflowError::new),
        MISSING(() -> new NoClassDefFoundError("gone/Plugin")),
        MEMORY(OutOfMemoryError::new);

        private final Supplier<Error> error;

        Failure(Supplier<Error> error) {
            this.error = error;
        }
    }

    /** Decorates the console, as some plugins do, and fails when the release is printed. */
    static final class BrokenDecorator extends TaskListenerDecorator {
        private static final long serialVersionUID = 1L;

        @NonNull
        @Override
        public OutputStream decorate(@NonNull OutputStream logger) {
            return new LineTransformationOutputStream.Delegating(logger) {
                @Override
                protected void eol(byte[] line, int length) throws IOException {
                    boolean isRelease = Arrays.stream(new Throwable().getStackTrace())
                            .anyMatch(frame -> frame.getClassName().equals(Deployment.class.getName())
                                    && frame.getMethodName().matches(".*(proceed|releaseUnenforced).*"));
                    Supplier<Error> error = failure;
                    if (isRelease && error != null) {
                        throw error.get();
                    }
                    out.write(line, 0, length);
                }
            };
        }
    }

    @TestExtension
    public static final class BrokenDecorators implements TaskListenerDecorator.Factory {
        @Override
        public TaskListenerDecorator of(@NonNull FlowExecutionOwner owner) {
            return new BrokenDecorator();
        }
    }

    @AfterEach
    void mend() {
        failure = null;
    }

    private void assertRefused(WorkflowRun run) throws Exception {
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogNotContains("DEPLOYED", run);
        assertThat(deployment(run).getOutcome()).isEqualTo(GateOutcome.REFUSE);
    }

    /** The same in a release by a person. */
    @Test
    void aBreakGlassReleaseIsRefused() throws Exception {
        WorkflowRun run = waiting(job(DEPLOY).scheduleBuild2(0).waitForStart());
        failure = Failure.ASSERTION.error;
        assertThat(DeploymentRegistry.get().waiting().get(0).bypass("ann", "Ann", "fire"))
                .isTrue();

        assertRefused(run);
    }

    /** The same if enforcement is switched off meanwhile. */
    @Test
    void anUnenforcedReleaseIsRefused() throws Exception {
        WorkflowRun run = waiting(job(DEPLOY).scheduleBuild2(0).waitForStart());
        failure = Failure.ASSERTION.error;
        ServiceNowGateConfiguration.get().setEnabled(false);

        assertRefused(run);
    }

    @ParameterizedTest
    @EnumSource
    void isRefused(Failure kind) throws Exception {
        WorkflowRun run = waiting(job(DEPLOY).scheduleBuild2(0).waitForStart());
        failure = kind.error;
        simulator.people().approve(theChange().number());

        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogNotContains("DEPLOYED", run);
        jenkins.assertLogContains("Refused: the gate could not be opened (" + kind.error.get(), run);
        assertThat(deployment(run).getOutcome()).isEqualTo(GateOutcome.REFUSE);
        failure = null;
        settled();
        assertThat(theChange().workNotes()).last().asString().contains("Refused: the gate could not be opened");
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }
}
