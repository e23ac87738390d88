package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** The end of the body is the end of the deployment. */
final class GateBody extends BodyExecutionCallback {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = Logger.getLogger(GateBody.class.getName());

    private final GateStepExecution step;
    private final String id;

    GateBody(@NonNull GateStepExecution step, @NonNull String id) {
        this.step = step;
        this.id = id;
    }

    @Override
    public void onStart(StepContext context) {
        step.begun();
    }

    @Override
    public void onSuccess(StepContext context, Object result) {
        over(context, id, null);
        context.onSuccess(result);
    }

    @Override
    public void onFailure(StepContext context, Throwable failure) {
        over(context, id, failure);
        context.onFailure(failure);
    }

    static void over(@NonNull StepContext context, @NonNull String id, @CheckForNull Throwable failure) {
        try {
            Run<?, ?> run = context.get(Run.class);
            ChangeRequestsAction action = run.getAction(ChangeRequestsAction.class);
            if (action != null) {
                action.bodyIsOver(id, result(run, failure));
            }
        } catch (IOException | RuntimeException e) {
            // The end of the build ends the deployment as well.
            LOGGER.log(Level.WARNING, e, () -> "The end of a deployment could not be noted yet.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Result result(Run<?, ?> run, @CheckForNull Throwable failure) {
        if (failure instanceof FlowInterruptedException interrupted) {
            return interrupted.getResult();
        }
        if (failure != null) {
            return Result.FAILURE;
        }
        Result soFar = run.getResult();
        return soFar == null ? Result.SUCCESS : soFar;
    }
}
