package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionPoint;
import hudson.model.Run;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Is notified when the change of a running deployment no longer allows it. */
@Restricted(NoExternalUse.class)
public interface OpenGateListener extends ExtensionPoint {
    /**
     * The change of a released deployment no longer allows it. Called on a thread of the gates, once for each time.
     *
     * @param why one sentence
     */
    void onBlocked(@NonNull Run<?, ?> run, @NonNull String environment, @NonNull String why);
}
