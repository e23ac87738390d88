package io.jenkins.plugins.servicenowgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.UnderControl;
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

/** A person aborts a deployment in the very moment in which its gate lets it go: the abort is not lost. */
class LateStopTest extends UnderControl {
    private static final FlowInterruptedException ABORT = new FlowInterruptedException(Result.ABORTED, true);

    /** What the pipeline and the body heard. */
    private final List<String> heard = new ArrayList<>();

    private boolean inTheMoment = true;
    private boolean over;
    private GateStepExecution execution;

    @Test
    void beforeThePipelineGoesOn() throws Exception {
        execution = new GateStepExecution(new Context(), new ServiceNowGateStep("Production"), false);
        execution.proceed(ControlledJenkins.needsNoChange("Production"));
        assertThat(heard).containsExactly("failure " + ABORT);
    }

    @Test
    void beforeTheBodyIsThere() throws Exception {
        execution = new GateStepExecution(new Context(), new ServiceNowDeploymentStep("Production"), true);
        execution.proceed(ControlledJenkins.needsNoChange("Production"));
        assertThat(heard).containsExactly("begins", "cancelled " + ABORT);
    }

    @Test
    void whileTheBodyRuns() throws Exception {
        inTheMoment = false;
        execution = new GateStepExecution(new Context(), new ServiceNowDeploymentStep("Production"), true);
        execution.proceed(ControlledJenkins.needsNoChange("Production"));
        execution.stop(ABORT);
        assertThat(heard).containsExactly("begins", "cancelled " + ABORT);
    }

    @Test
    void beforeTheGateLetsGo() throws Exception {
        execution = new GateStepExecution(new Context(), new ServiceNowGateStep("Production"), false);
        execution.stop(ABORT);
        execution.proceed(ControlledJenkins.needsNoChange("Production"));
        assertThat(heard).containsExactly("failure " + ABORT);
    }

    /** A pipeline whose step is asked to stop while it is let go. */
    private final class Context extends StepContext {
        private static final long serialVersionUID = 1L;

        @Override
        public <T> T get(Class<T> key) {
            if (key == FlowNode.class && inTheMoment) {
                // The wait has ended, and its pause is being ended.
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

        /** As in a pipeline, what is said first holds. */
        private void once(String outcome) {
            if (!over) {
                over = true;
                heard.add(outcome);
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
            heard.add("result " + result);
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
            heard.add("begins");
            return new Body();
        }
    }

    private final class Body extends BodyExecution {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean cancel(Throwable cause) {
            return heard.add("cancelled " + cause);
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
