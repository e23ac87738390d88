package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.AbstractProject;
import hudson.model.Cause;
import hudson.model.Job;
import hudson.model.Queue;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.Deployments;
import io.jenkins.plugins.servicenowgate.deployment.ParentBuild;
import io.jenkins.plugins.servicenowgate.policy.FolderPolicies;
import io.jenkins.plugins.servicenowgate.policy.RootJob;
import java.util.List;

/**
 * The project and run to which a queue item belongs.
 *
 * @param job the project, for a matrix configuration the matrix project; null for tasks without a project
 * @param run the build that needs another executor; null for an item that will become a build
 * @param gates its deployments
 * @param pipeline whether the item is part of a build, like a {@code node} block
 * @param unknown whether it is part of a build that is not found
 */
record QueueItemOwner(
        @CheckForNull Job<?, ?> job,
        @CheckForNull Run<?, ?> run,
        @NonNull List<? extends Deployments> gates,
        boolean pipeline,
        boolean unknown) {

    @NonNull
    static QueueItemOwner of(@NonNull Queue.Item item) {
        Queue.Task task = item.task;
        Run<?, ?> run = task.getOwnerExecutable() instanceof Run<?, ?> executable ? executable : null;
        if (run != null && !run.isBuilding()) {
            // It has no part that waits: until its script is loaded after a restart, a Pipeline is found by the name of
            // its
            // job, which another job may have by now.
            return new QueueItemOwner(null, null, List.of(), false, true);
        }
        boolean part = run != null;
        // A task finds its job by name, which another job may have by now; a build knows its job.
        Job<?, ?> owner = part ? run.getParent() : task.getOwnerTask() instanceof Job<?, ?> job ? job : null;
        Job<?, ?> known = owner == null ? null : RootJob.of(owner);
        // A job whose owner can't be found counts as controlled itself.
        Job<?, ?> root = known == null ? owner : known;
        if (run == null && root != owner) {
            run = ParentBuild.of(item, root);
        }
        if (run == null) {
            List<Deployments> own = item.getActions(Deployments.class).stream()
                    .filter(deployments -> deployments.isOf(item))
                    .toList();
            return new QueueItemOwner(root, null, own, part, root == null && ResumedTask.isPartOfBuild(task));
        }
        ChangeRequestsAction gates = run.getAction(ChangeRequestsAction.class);
        return new QueueItemOwner(root, run, gates == null ? List.of() : List.of(gates), part, false);
    }

    /** Whether an executable is the build or a part of it. */
    static boolean belongsTo(@CheckForNull Queue.Executable executable, @NonNull Run<?, ?> run) {
        if (executable == null) {
            return false;
        }
        if (!(executable instanceof Run<?, ?> build)) {
            return executable.getParentExecutable() == run;
        }
        // To Jenkins, the promoted build is the parent of a promotion, too.
        return build == run
                || RootJob.buildOf(build) == run
                || build.getParent() instanceof AbstractProject<?, ?> project
                        && RootJob.isConfiguration(project)
                        && project.getRootProject() == run.getParent()
                        && build.getCauses().stream()
                                .anyMatch(cause ->
                                        cause instanceof Cause.UpstreamCause upstream && upstream.pointsTo(run));
    }

    /** A part of a build that is not found counts as controlled: after a restart, it is not known before its script is loaded. */
    boolean isControlled() {
        return unknown || job != null && FolderPolicies.isControlled(job);
    }

    @NonNull
    GateStatus gateStatus(@NonNull String environment) {
        return GateStatus.of(gates, environment, job);
    }
}
