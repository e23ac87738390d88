package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.listeners.RunListener;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.deployment.SkippedGates;
import org.jenkinsci.plugins.pipeline.modeldefinition.causes.RestartDeclarativePipelineCause;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Records in a run that was restarted from a stage that it skipped the gates of earlier stages. Jenkins allows such a
 * restart to every user with Job/Build. Loaded only if Declarative Pipeline is installed.
 */
@Extension(optional = true)
@Restricted(NoExternalUse.class)
public final class RestartedRunListener extends RunListener<Run<?, ?>> {
    @Override
    public void onStarted(Run<?, ?> run, TaskListener listener) {
        FaultBarrier.run(RestartedRunListener.class, () -> {
            RestartDeclarativePipelineCause cause = run.getCause(RestartDeclarativePipelineCause.class);
            Run<?, ?> original = cause == null ? null : cause.getOriginal();
            if (original != null) {
                SkippedGates.expect(
                        run,
                        original,
                        environment -> Messages.Restarted_BehindGate(
                                environment, cause.getOriginStage(), original.getDisplayName()));
            }
        });
    }

    @Override
    public void onCompleted(Run<?, ?> run, @NonNull TaskListener listener) {
        FaultBarrier.run(RestartedRunListener.class, () -> SkippedGates.record(run, listener));
    }
}
