package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Is notified when the outcome of a deployment, or what is known of it, has changed. */
@Restricted(NoExternalUse.class)
public interface DeploymentListener extends ExtensionPoint {
    /** Called without any lock of the deployment; must return soon. */
    void onChanged(@NonNull DeploymentHost host, @NonNull DeploymentRecord record);

    /** Notifies all listeners; a listener that fails costs neither the others nor the deployment anything. */
    static void fireChanged(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        for (DeploymentListener listener : ExtensionList.lookup(DeploymentListener.class)) {
            FaultBarrier.run(listener.getClass(), () -> listener.onChanged(host, record));
        }
    }
}
