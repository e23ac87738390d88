package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.Environment;
import hudson.model.Run;
import hudson.model.listeners.RunListener;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.deployment.BuildHost;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRequest;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRequestHandler;
import io.jenkins.plugins.servicenowgate.deployment.ParentBuild;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Checks the change of a build from the queue again when the build has an executor, before it does anything else,
 * because it may have waited long for the executor. A build that bypassed the queue waits here.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class BuildStartListener extends RunListener<AbstractBuild<?, ?>> {
    @Override
    @SuppressWarnings("rawtypes") // As declared by RunListener.
    public Environment setUpEnvironment(
            @NonNull AbstractBuild build, @NonNull Launcher launcher, @NonNull BuildListener listener)
            throws IOException, InterruptedException {
        AbstractBuild<?, ?> started = build;
        boolean waitsAtGate = FaultBarrier.call(
                BuildStartListener.class,
                () -> GateQueueTaskDispatcher.waitsInQueue(started.getProject()),
                () -> started.getProject().getRootProject().getProperty(ChangeControlJobProperty.class) != null);
        if (!waitsAtGate) {
            return null;
        }
        try {
            return setUp(started, listener);
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            started.addAction(new NotReleasedAction());
            throw e;
        }
    }

    private static Environment setUp(AbstractBuild<?, ?> started, BuildListener listener)
            throws IOException, InterruptedException {
        DeploymentRecord shared =
                ParentBuild.released(started, GateQueueTaskDispatcher.environment(started.getProject()));
        if (shared != null) {
            return new ChangeEnvironment(shared.getVariables());
        }
        BuildHost host = new BuildHost(started, listener);
        QueuedDeployment queued = QueuedDeployment.ownOf(started);
        if (queued != null && queued.isOutdated(started.getProject())) {
            queued.cancel(started.getProject(), Messages.Queue_MarkChanged());
            queued = null;
        }
        String id = queued == null ? UUID.randomUUID().toString() : queued.id();
        DeploymentRecord record = queued == null ? null : queued.record();
        if (queued != null) {
            for (String line : queued.consoleLines()) {
                host.print(line, record == null ? null : record.getNumber(), record == null ? null : record.getUrl());
            }
        }
        if (record != null) {
            DeploymentRequestHandler.moveToBuild(host, record);
            queued.transferToBuild();
        }
        String refusal = queued == null ? null : queued.refusal();
        if (refusal != null) {
            return refuse(listener, refusal);
        }
        if (record != null && DeploymentRequestHandler.isRequiredNow(host, record)) {
            // A change has become required since the deployment was released; the build waits here for a new release.
            id = UUID.randomUUID().toString();
        }
        DeploymentRequest request = QueuedDeployment.requestOf(started, listener);
        try {
            return new ChangeEnvironment(
                    BlockingGate.await(started, listener, id, request).getVariables());
        } catch (AbortException e) {
            return refuse(listener, e.getMessage());
        }
    }

    private static Environment refuse(BuildListener listener, String reason) {
        listener.error(reason);
        throw new Run.RunnerAbortedException();
    }

    private static final class ChangeEnvironment extends Environment {
        private final Map<String, String> variables;

        ChangeEnvironment(Map<String, String> variables) {
            this.variables = variables;
        }

        @Override
        public void buildEnvVars(Map<String, String> env) {
            env.putAll(variables);
        }
    }
}
