package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionPoint;
import hudson.model.Cause;
import hudson.model.Run;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Knows the causes by which a build repeats another one. Implemented where the plugins are known that have such causes. */
@Restricted(NoExternalUse.class)
public interface RepeatedBuild extends ExtensionPoint {
    boolean isRepetition(@NonNull Cause cause);

    /** The build that is repeated; null if it was deleted. */
    @CheckForNull
    Run<?, ?> original(@NonNull Cause cause);
}
