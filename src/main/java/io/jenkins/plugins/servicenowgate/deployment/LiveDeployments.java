package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.List;

/** What a deployment needs to know of the others. */
interface LiveDeployments {
    /** Whether any other deployment that is not over uses the change of this one, or may find it. */
    boolean isUsedByAnother(@NonNull DeploymentRecord record);

    /** The other deployments that are over, but still have to move the same change. */
    @NonNull
    List<DeploymentRecord> othersToMove(@NonNull DeploymentRecord record);

    /** The deployment is over, and everything about it was sent. */
    void remove(@NonNull DeploymentHost host, @NonNull DeploymentRecord record);
}
