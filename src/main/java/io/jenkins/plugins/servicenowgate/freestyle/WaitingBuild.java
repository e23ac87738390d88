package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.model.AbstractBuild;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.deployment.Arrival;
import io.jenkins.plugins.servicenowgate.deployment.BuildHome;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentGate;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentQuery;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.GateService;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import jenkins.model.CauseOfInterruption;

/** A build that waits at its gate on its own executor, whose thread it therefore may use. */
final class WaitingBuild implements DeploymentGate.Face {
    private final CompletableFuture<DeploymentRecord> outcome = new CompletableFuture<>();
    private DeploymentGate gate;
    private boolean left;

    private WaitingBuild() {}

    /**
     * Returns when the deployment may go.
     *
     * @param id of the deployment within its build
     * @throws AbortException when it must not; the message is the line that says why
     * @throws InterruptedException when the build was aborted
     */
    @NonNull
    static DeploymentRecord await(
            @NonNull AbstractBuild<?, ?> build,
            @NonNull TaskListener log,
            @NonNull String id,
            @NonNull DeploymentQuery query)
            throws IOException, InterruptedException {
        WaitingBuild waiting = new WaitingBuild();
        GateService.get().execute(() -> waiting.open(build, log, id, query));
        try {
            return waiting.outcome.get();
        } catch (ExecutionException e) {
            throw new AbortException(e.getCause().getMessage());
        } catch (InterruptedException e) {
            waiting.leave(why(build));
            throw e;
        }
    }

    private void open(AbstractBuild<?, ?> build, TaskListener log, String id, DeploymentQuery query) {
        DeploymentGate opened = Arrival.open(new BuildHome(build, log), id, query, this);
        boolean late;
        synchronized (this) {
            gate = opened;
            late = left;
        }
        if (late && opened != null) {
            opened.abort(Messages.Gate_Aborted());
        }
    }

    private void leave(String why) {
        DeploymentGate open;
        synchronized (this) {
            left = true;
            open = gate;
        }
        if (open != null) {
            open.abort(why);
        }
    }

    private static String why(AbstractBuild<?, ?> build) {
        hudson.model.Executor executor = build.getExecutor();
        if (executor == null || executor.getCausesOfInterruption().isEmpty()) {
            return Messages.Gate_Aborted();
        }
        return Messages.Gate_AbortedBecause(executor.getCausesOfInterruption().stream()
                .map(CauseOfInterruption::getShortDescription)
                .collect(java.util.stream.Collectors.joining("; ")));
    }

    @Override
    public void proceed(@NonNull DeploymentRecord deployment) {
        outcome.complete(deployment);
    }

    @Override
    public void refuse(@CheckForNull String reason) {
        outcome.completeExceptionally(new AbortException(reason));
    }
}
