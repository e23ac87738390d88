package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Action;
import hudson.model.Run;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The deployments that are kept with a build, or with an item of the queue. */
@Restricted(NoExternalUse.class)
public interface Deployments extends Action {
    @NonNull
    List<DeploymentRecord> getDeployments();

    /** The build; null where there is none yet. */
    @CheckForNull
    Run<?, ?> getRun();
}
