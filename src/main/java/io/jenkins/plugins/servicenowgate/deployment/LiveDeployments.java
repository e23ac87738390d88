package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;

/** What a deployment needs to know of the others. */
interface LiveDeployments {
    /** Whether any other deployment that is not over uses the change of this one. */
    boolean isUsedByAnother(@NonNull DeploymentRecord record);

    /** The deployment is over, and everything about it was sent. */
    void remove(@NonNull DeploymentRecord record);
}
