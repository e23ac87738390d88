package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Prepares the deployments of a build for its pages. */
@Restricted(NoExternalUse.class)
public interface DeploymentView extends ExtensionPoint {
    @NonNull
    static DeploymentView get() {
        return ExtensionList.lookupFirst(DeploymentView.class);
    }

    /** What the page of a build shows of each deployment. */
    @NonNull
    List<?> cards(@NonNull List<DeploymentRecord> deployments);

    /** What a list of builds shows: the deployments that need a change, or would need one. */
    @NonNull
    List<?> badges(@NonNull List<DeploymentRecord> deployments);
}
