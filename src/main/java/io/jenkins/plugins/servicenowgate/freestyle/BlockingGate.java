package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.model.AbstractBuild;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.deployment.BuildHost;
import io.jenkins.plugins.servicenowgate.deployment.Deployment;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRequest;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRequestHandler;
import io.jenkins.plugins.servicenowgate.deployment.GateCallback;
import io.jenkins.plugins.servicenowgate.deployment.GateExecutor;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import jenkins.model.CauseOfInterruption;

/** Waits at a gate on the executor thread of a build. */
final class BlockingGate implements GateCallback {
    private final CompletableFuture<DeploymentRecord> outcome = new CompletableFuture<>();
    private Deployment owner;
    private boolean aborted;

    private BlockingGate() {}

    /**
     * Blocks until the deployment is released.
     *
     * @param id of the deployment within its build
     * @throws AbortException if the deployment is refused; the message is the reason
     * @throws InterruptedException if the build is aborted
     */
    @NonNull
    static DeploymentRecord await(
            @NonNull AbstractBuild<?, ?> build,
            @NonNull TaskListener log,
            @NonNull String id,
            @NonNull DeploymentRequest request)
            throws IOException, InterruptedException {
        BlockingGate waiter = new BlockingGate();
        GateExecutor.get().execute(() -> waiter.open(build, log, id, request));
        try {
            return waiter.outcome.get();
        } catch (ExecutionException e) {
            throw new AbortException(e.getCause().getMessage());
        } catch (InterruptedException e) {
            waiter.abort(reason(build));
            throw e;
        }
    }

    private void open(AbstractBuild<?, ?> build, TaskListener log, String id, DeploymentRequest request) {
        BuildHost host = new BuildHost(build, log);
        DeploymentRecord requested = host.find(id);
        if (requested != null
                && !requested.isWithoutChange()
                && !requested.getVersion().equals(request.version())) {
            // As the queue knew it: a variable of the build has another value by now.
            DeploymentRequestHandler.refuse(
                    host, id, request, this, Messages.Queue_OtherVersion(requested.getVersion(), request.version()));
            return;
        }
        Deployment opened = DeploymentRequestHandler.open(host, id, request, this);
        boolean late;
        synchronized (this) {
            owner = opened;
            late = aborted;
        }
        if (late && opened != null) {
            opened.abort(Messages.Gate_Aborted());
        }
    }

    private void abort(String reason) {
        Deployment open;
        synchronized (this) {
            aborted = true;
            open = owner;
        }
        if (open != null) {
            open.abort(reason);
        }
    }

    private static String reason(AbstractBuild<?, ?> build) {
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
