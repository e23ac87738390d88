package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.AbstractProject;
import hudson.model.Executor;
import hudson.model.ExecutorListener;
import hudson.model.Queue;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueListener;
import hudson.model.queue.QueueTaskDispatcher;
import hudson.model.queue.WorkUnit;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.deployment.GateBlockage;
import io.jenkins.plugins.servicenowgate.deployment.ParentBuild;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.policy.FolderPolicies;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Keeps builds of jobs whose mark names an environment in the queue until their change releases them. Called under the
 * lock of the queue, so it uses only data in memory.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class GateQueueTaskDispatcher extends QueueTaskDispatcher {
    @CheckForNull
    @Override
    public CauseOfBlockage canRun(Queue.Item item) {
        // After a failure only items that may need a change stay blocked.
        return FaultBarrier.call(
                GateQueueTaskDispatcher.class,
                () -> blockage(item),
                () -> mayWait(item) ? new GateBlockage(Messages.Queue_Failed()) : null);
    }

    private static boolean mayWait(Queue.Item item) {
        return item.task instanceof AbstractProject<?, ?> job
                && job.getRootProject().getProperty(ChangeControlJobProperty.class) != null;
    }

    @CheckForNull
    private static CauseOfBlockage blockage(Queue.Item item) {
        if (!(item.task instanceof AbstractProject<?, ?> job) || !waitsInQueue(job)) {
            return null;
        }
        if (ParentBuild.released(item, job, environment(job)) != null) {
            return null;
        }
        QueuedDeployment deployment = QueuedDeployment.of(item);
        if (deployment.isOutdated(job)) {
            deployment = QueuedDeployment.renew(item, job, deployment);
        }
        String blockage = deployment.blockage(item, job);
        return blockage == null ? null : new GateBlockage(blockage);
    }

    /** Whether the job's mark names an environment, or may have named one that can't be read. */
    static boolean waitsInQueue(@NonNull AbstractProject<?, ?> job) {
        ChangeControlJobProperty mark = FolderPolicies.mark(job);
        return mark != null && (!mark.isReadable() || !mark.getEnvironment().isEmpty());
    }

    /** The environment of the job's mark; empty if its builds don't wait in the queue. */
    @NonNull
    static String environment(@NonNull AbstractProject<?, ?> job) {
        ChangeControlJobProperty mark = FolderPolicies.mark(job);
        return mark == null ? "" : mark.getEnvironment();
    }

    /** Cancels the deployment of an item that has left the queue, and of which Jenkins makes no build after all. */
    @Extension
    @Restricted(NoExternalUse.class)
    public static final class WithoutBuild implements ExecutorListener {
        @Override
        public void taskStarted(Executor executor, Queue.Task task) {
            FaultBarrier.run(WithoutBuild.class, () -> {
                WorkUnit unit = executor.getCurrentWorkUnit();
                if (unit == null
                        || executor.getCurrentExecutable() != null
                        || !(task instanceof AbstractProject<?, ?> job)) {
                    return;
                }
                QueuedDeployment deployment = QueuedDeployment.ownOf(unit.context.item);
                if (deployment != null) {
                    deployment.cancel(job, Messages.Queue_NotBuilt());
                }
            });
        }
    }

    /** Cancels the deployment of a queue item that a user cancels, or whose job does not wait in the queue any more. */
    @Extension
    @Restricted(NoExternalUse.class)
    public static final class Cancellation extends QueueListener {
        @Override
        public void onLeft(Queue.LeftItem left) {
            FaultBarrier.run(Cancellation.class, () -> {
                QueuedDeployment deployment = QueuedDeployment.ownOf(left);
                if (deployment == null || !(left.task instanceof AbstractProject<?, ?> job)) {
                    return;
                }
                if (left.isCancelled()) {
                    deployment.cancel(job, Messages.Queue_Canceled());
                } else if (!waitsInQueue(job)) {
                    deployment.cancel(job, Messages.Queue_MarkRemoved());
                }
            });
        }
    }
}
