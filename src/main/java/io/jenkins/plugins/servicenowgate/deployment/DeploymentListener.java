package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Is notified when the state of a deployment, or what is known of it, has changed. */
@Restricted(NoExternalUse.class)
public interface DeploymentListener extends ExtensionPoint {
    /**
     * Called after the change was stored, as far as it could be, and without any lock of the deployment; must return soon.
     *
     * @param from equal to {@code to} if only something else of the deployment has changed, or may have
     */
    void onChanged(@NonNull Deployment deployment, @NonNull DeploymentState from, @NonNull DeploymentState to);

    /** Notifies all listeners; a listener that fails costs neither the others nor the deployment anything. */
    static void fireChanged(
            @NonNull Deployment deployment, @NonNull DeploymentState from, @NonNull DeploymentState to) {
        for (DeploymentListener listener : ExtensionList.lookup(DeploymentListener.class)) {
            FaultBarrier.run(listener.getClass(), () -> listener.onChanged(deployment, from, to));
        }
    }
}
