package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.listeners.RunListener;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The end of a build ends its deployments, also those that still wait. */
@Extension
@Restricted(NoExternalUse.class)
public final class BuildCompletionListener extends RunListener<Run<?, ?>> {
    @Override
    public void onCompleted(Run<?, ?> run, @NonNull TaskListener listener) {
        FaultBarrier.run(BuildCompletionListener.class, () -> end(run));
    }

    private static void end(Run<?, ?> run) {
        ChangeRequestsAction action = run.getAction(ChangeRequestsAction.class);
        if (action == null) {
            return;
        }
        for (DeploymentRecord record : action.getDeployments()) {
            if (record.getConnection() != null) {
                DeploymentRegistry.get().ownerOf(new BuildHost(run), record).buildEnded(run.getResult());
            }
        }
    }
}
