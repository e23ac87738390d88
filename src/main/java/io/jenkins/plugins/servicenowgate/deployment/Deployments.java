package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Action;
import hudson.model.Queue;
import hudson.model.Run;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The deployments of a build or queue item. */
@Restricted(NoExternalUse.class)
public interface Deployments extends Action {
    @NonNull
    List<DeploymentRecord> getDeployments();

    /** The build; null for a queue item. */
    @CheckForNull
    Run<?, ?> getRun();

    /** Whether they are those of this queue item, and not of a build or another item from which its actions were copied. */
    boolean isOf(@NonNull Queue.Item item);
}
