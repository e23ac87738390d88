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
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.control.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.deployment.Arrival;
import io.jenkins.plugins.servicenowgate.deployment.BuildHome;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentQuery;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.ParentBuild;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Looks at the change of a build from the queue once more when it has its executor, before anything else: the time in
 * between may have been long. A build that came past the queue waits here.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class StartOfBuild extends RunListener<AbstractBuild<?, ?>> {
    @Override
    @SuppressWarnings("rawtypes") // As declared by RunListener.
    public Environment setUpEnvironment(
            @NonNull AbstractBuild build, @NonNull Launcher launcher, @NonNull BuildListener listener)
            throws IOException, InterruptedException {
        AbstractBuild<?, ?> started = build;
        boolean controlled = FaultBarrier.call(
                StartOfBuild.class,
                () -> QueueGate.waitsInQueue(started.getProject()),
                () -> started.getProject().getRootProject().getProperty(ChangeControlJobProperty.class) != null);
        if (!controlled) {
            return null;
        }
        try {
            return setUp(started, listener);
        } catch (IOException | InterruptedException | RuntimeException | LinkageError e) {
            started.addAction(new NotLetGo());
            throw e;
        }
    }

    private static Environment setUp(AbstractBuild<?, ?> started, BuildListener listener)
            throws IOException, InterruptedException {
        DeploymentRecord shared = ParentBuild.released(started, QueueGate.environment(started.getProject()));
        if (shared != null) {
            return new ChangeEnvironment(shared.getVariables());
        }
        BuildHome home = new BuildHome(started, listener);
        QueuedDeployment queued = started.getAction(QueuedDeployment.class);
        String id = queued == null ? UUID.randomUUID().toString() : queued.id();
        DeploymentRecord record = queued == null ? null : queued.record();
        if (queued != null) {
            for (String line : queued.lines()) {
                home.print(line, record == null ? null : record.getNumber(), record == null ? null : record.getUrl());
            }
        }
        if (record != null) {
            home.take(record);
            queued.taken();
        }
        String refusal = queued == null ? null : queued.refusal();
        if (refusal != null) {
            return refuse(listener, refusal);
        }
        if (record != null && Arrival.isRequiredNow(home, record)) {
            // The time in the queue may have been long: a change is required by now, and this build waits for it here.
            id = UUID.randomUUID().toString();
        }
        DeploymentQuery query = QueuedDeployment.query(started.getProject(), started.getEnvironment(listener));
        try {
            return new ChangeEnvironment(
                    WaitingBuild.await(started, listener, id, query).getVariables());
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
