package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.deployment.Deployment;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRegistry;
import io.jenkins.plugins.servicenowgate.deployment.GateExecutor;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Finishes the deployment when the body of the step ends. */
final class DeploymentBodyCallback extends BodyExecutionCallback {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = Logger.getLogger(DeploymentBodyCallback.class.getName());

    private final GateStepExecution step;
    private final String id;

    /** What the build's result was when the body started; null where none was set. */
    private String resultBefore;

    DeploymentBodyCallback(@NonNull GateStepExecution step, @NonNull String id) {
        this.step = step;
        this.id = id;
    }

    @Override
    public void onStart(StepContext context) {
        try {
            Result set = context.get(Run.class).getResult();
            resultBefore = set == null ? null : set.toString();
        } catch (IOException e) {
            LOGGER.log(Level.FINE, e, () -> "Could not read the result before a deployment");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        step.recordBodyStarted();
    }

    private Result before() {
        return resultBefore == null ? Result.SUCCESS : Result.fromString(resultBefore);
    }

    @Override
    public void onSuccess(StepContext context, Object result) {
        finishDeployment(context, id, before(), null);
        context.onSuccess(result);
    }

    @Override
    public void onFailure(StepContext context, Throwable failure) {
        finishDeployment(context, id, before(), failure);
        context.onFailure(failure);
    }

    static void finishDeployment(
            @NonNull StepContext context, @NonNull String id, @NonNull Result before, @CheckForNull Throwable failure) {
        try {
            Run<?, ?> run = context.get(Run.class);
            Deployment deployment = DeploymentRegistry.get().find(run, id);
            if (deployment != null) {
                Result result = result(context, run, before, failure);
                deployment.closeGate();
                GateExecutor.get().execute(() -> deployment.finish(result));
            }
        } catch (IOException | RuntimeException e) {
            // The deployment is finished at the latest when the build completes.
            LOGGER.log(
                    Level.WARNING,
                    e,
                    () -> "Could not record the end of a deployment; the end of the build will record it.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The result of the body alone. */
    private static Result result(StepContext context, Run<?, ?> run, Result before, @CheckForNull Throwable failure)
            throws IOException, InterruptedException {
        if (failure instanceof FlowInterruptedException interrupted) {
            return interrupted.getResult();
        }
        return failure == null ? BodyResult.of(context.get(FlowNode.class), run.getResult(), before) : Result.FAILURE;
    }
}
