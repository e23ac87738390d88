package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.Cause;
import hudson.model.Job;
import hudson.model.Queue;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.policy.RootJob;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The build of a matrix to which the build of one of its configurations belongs, and whose deployment it shares. Other jobs
 * within jobs, such as promotions, have deployments of their own.
 */
@Restricted(NoExternalUse.class)
public final class ParentBuild {
    private ParentBuild() {}

    /** The running build of a matrix to which an item of one of its configurations belongs; null for all others. */
    @CheckForNull
    public static Run<?, ?> of(@NonNull Queue.Item item, @NonNull Job<?, ?> root) {
        if (!(item.task instanceof AbstractProject<?, ?> job) || !RootJob.isConfiguration(job)) {
            return null;
        }
        for (Cause cause : item.getCauses()) {
            if (cause instanceof Cause.UpstreamCause upstream
                    && upstream.getUpstreamProject().equals(root.getFullName())) {
                Run<?, ?> run = root.getBuildByNumber(upstream.getUpstreamBuild());
                return run != null && run.isBuilding() ? run : null;
            }
        }
        return null;
    }

    /** What the build that contains another has released for an environment; null where there is none. From memory. */
    @CheckForNull
    public static DeploymentRecord released(@NonNull AbstractBuild<?, ?> build, @NonNull String environment) {
        Run<?, ?> parent = RootJob.buildOf(build);
        return parent == build ? null : released(parent, environment);
    }

    /** The same for an item of the queue that will become such a build. */
    @CheckForNull
    public static DeploymentRecord released(
            @NonNull Queue.Item item, @NonNull AbstractProject<?, ?> job, @NonNull String environment) {
        return released(of(item, job.getRootProject()), environment);
    }

    @CheckForNull
    private static DeploymentRecord released(@CheckForNull Run<?, ?> parent, String environment) {
        ChangeRequestsAction action = parent == null ? null : parent.getAction(ChangeRequestsAction.class);
        return action == null
                ? null
                : action.getDeployments().stream()
                        .filter(record -> record.getEnvironment().equals(environment))
                        .filter(record -> DeploymentState.of(record) == DeploymentState.RUNNING)
                        .filter(DeploymentRecord::isGateOpen)
                        .findFirst()
                        .orElse(null);
    }
}
