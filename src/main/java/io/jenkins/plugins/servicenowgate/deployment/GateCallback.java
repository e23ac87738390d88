package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The step, build step or queue item that requested a deployment. Called once in all, on a thread of
 * {@link GateExecutor}; not at all after {@link Deployment#abort} returned true.
 */
@Restricted(NoExternalUse.class)
public interface GateCallback {
    /** The deployment is released. */
    void proceed(@NonNull DeploymentRecord deployment);

    /**
     * The deployment must not start.
     *
     * @param reason one line
     */
    void refuse(@NonNull String reason);
}
