package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionPoint;
import java.io.IOException;
import java.util.List;

/** Deployments that wait outside of builds and, after a restart, are not in memory yet. */
public interface UnopenedDeployments extends ExtensionPoint {
    /**
     * @throws IOException if they can't be read, so that any change may be used by one of them
     */
    @NonNull
    List<DeploymentRecord> unopened() throws IOException;
}
