package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionPoint;
import hudson.model.Run;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Whoever does something about work that runs when its change no longer allows the deployment. */
@Restricted(NoExternalUse.class)
public interface OpenGateListener extends ExtensionPoint {
    /**
     * The change of a deployment that was let go no longer allows it. Called on a thread of {@link GateExecutor}, once for
     * each time that it comes to this.
     *
     * @param why one sentence
     */
    void onBlocked(@NonNull Run<?, ?> run, @NonNull String environment, @NonNull String why);
}
