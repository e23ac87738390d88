package io.jenkins.plugins.servicenowgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.BodyExecution;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.BodyInvoker;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.junit.jupiter.api.Test;

/** A user aborts a deployment at the same time as its gate releases it: the abort is not lost. */
class LateStopTest extends ControlledJenkinsTestBase {
    private static final FlowInterruptedException ABORT = new FlowInterruptedException(Result.ABORTED, true);

    /** The events that the pipeline and the body received. */
    private final List<String> events = new ArrayList<>();

    private boolean stopDuringRelease = true;
    private boolean over;
    private GateStepExecution execution;

    @Test
    void beforeThePipelineGoesOn() throws Exception {
        execution = new GateStepExecution(new Context(), new ServiceNowGateStep("Production"), false);
        execution.proceed(ControlledJenkins.needsNoChange("Production"));
        assertThat(events).containsExactly("failure " + ABORT);
    }

    @Test
    void beforeTheBodyIsThere() throws Exception {
        execution = new GateStepExecution(new Context(), new ServiceNowDeploymentStep("Production"), true);
        execution.proceed(ControlledJenkins.needsNoChange("Production"));
        assertThat(events).containsExactly("begins", "cancelled " + ABORT);
    }

    @Test
    void whileTheBodyRuns() throws Exception {
        stopDuringRelease = false;
        execution = new GateStepExecution(new Context(), new ServiceNowDeploymentStep("Production"), true);
        execution.proceed(ControlledJenkins.needsNoChange("Production"));
        execution.stop(ABORT);
        assertThat(events).containsExactly("begins", "cancelled " + ABORT);
    }

    @Test
    void beforeTheRelease() throws Exception {
        execution = new GateStepExecution(new Context(), new ServiceNowGateStep("Production"), false);
        execution.stop(ABORT);
        execution.proceed(ControlledJenkins.needsNoChange("Production"));
        assertThat(events).containsExactly("failure " + ABORT);
    }

    /** A pipeline whose step is stopped while its deployment is released. */
    private final class Context extends StepContext {
        private static final long serialVersionUID = 1L;

        @Override
        public <T> T get(Class<T> key) {
            if (key == FlowNode.class && stopDuringRelease) {
                // The wait has ended, and the pause is being ended.
                execution.stop(ABORT);
            }
            return null;
        }

        @Override
        public void onSuccess(Object result) {
            once("success");
        }

        @Override
        public void onFailure(Throwable failure) {
            once("failure " + failure);
        }

        /** As in a pipeline, the first result is used. */
        private void once(String outcome) {
            if (!over) {
                over = true;
                events.add(outcome);
            }
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public ListenableFuture<Void> saveState() {
            return Futures.immediateFuture(null);
        }

        @Override
        public void setResult(Result result) {
            events.add("result " + result);
        }

        @Override
        public BodyInvoker newBodyInvoker() {
            return new Invoker();
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    private final class Invoker extends BodyInvoker {
        @Override
        public BodyInvoker withContext(Object override) {
            return this;
        }

        @Override
        public BodyInvoker withDisplayName(String name) {
            return this;
        }

        @Override
        public BodyInvoker withCallback(BodyExecutionCallback callback) {
            return this;
        }

        @Override
        public BodyExecution start() {
            events.add("begins");
            return new Body();
        }
    }

    private final class Body extends BodyExecution {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean cancel(Throwable cause) {
            return events.add("cancelled " + cause);
        }

        @Override
        public Collection<StepExecution> getCurrentExecutions() {
            return List.of();
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public Object get() {
            throw new IllegalStateException("not over");
        }

        @Override
        public Object get(long timeout, TimeUnit unit) {
            throw new IllegalStateException("not over");
        }
    }
}
