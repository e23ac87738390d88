package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.AbstractProject;
import hudson.model.Cause;
import hudson.model.Job;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.queue.SubTask;
import io.jenkins.plugins.servicenowgate.control.Levels;
import io.jenkins.plugins.servicenowgate.control.RootJob;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.Deployments;
import io.jenkins.plugins.servicenowgate.deployment.ParentBuild;
import io.jenkins.plugins.servicenowgate.deployment.Standing;
import java.util.List;

/**
 * Whose work an item of the queue is.
 *
 * @param job the project; null for tasks that belong to none. Of a matrix, the matrix and not its configuration
 * @param run the build that wants more room, or null for an item that will become one
 * @param gates what is known of its gates
 * @param pipeline whether it is a part of a build, as a {@code node} block is
 */
record Work(
        @CheckForNull Job<?, ?> job,
        @CheckForNull Run<?, ?> run,
        @NonNull List<? extends Deployments> gates,
        boolean pipeline) {

    @NonNull
    static Work of(@NonNull Queue.Item item) {
        Queue.Task task = item.task;
        Job<?, ?> owner = task.getOwnerTask() instanceof Job<?, ?> job ? job : null;
        Job<?, ?> known = owner == null ? null : RootJob.of(owner);
        // Where it is not known whose job it is, it counts as controlled itself.
        Job<?, ?> root = known == null ? owner : known;
        Run<?, ?> run = task.getOwnerExecutable() instanceof Run<?, ?> executable ? executable : null;
        boolean part = run != null;
        if (run == null && root != owner) {
            run = ParentBuild.of(item, root);
        }
        if (run == null) {
            return new Work(root, null, item.getActions(Deployments.class), part);
        }
        ChangeRequestsAction gates = run.getAction(ChangeRequestsAction.class);
        return new Work(root, run, gates == null ? List.of() : List.of(gates), part);
    }

    /** What an executor works on as part of that build, or as the build itself. */
    static boolean belongsTo(@CheckForNull Queue.Executable executable, @NonNull Run<?, ?> run) {
        if (executable == null) {
            return false;
        }
        if (executable == run || executable.getParentExecutable() == run) {
            return true;
        }
        SubTask parent = executable.getParent();
        return parent instanceof AbstractProject<?, ?> project
                && project.getRootProject() == run.getParent()
                && executable instanceof Run<?, ?> child
                && child.getCauses().stream()
                        .anyMatch(cause -> cause instanceof Cause.UpstreamCause upstream && upstream.pointsTo(run));
    }

    boolean isControlled() {
        return job != null && Levels.isControlled(job);
    }

    @NonNull
    Standing standing(@NonNull String environment) {
        return Standing.of(gates, environment, job);
    }
}
