package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.AbstractProject;
import hudson.model.Queue;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueListener;
import hudson.model.queue.QueueTaskDispatcher;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.control.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.control.Levels;
import io.jenkins.plugins.servicenowgate.deployment.ParentBuild;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Keeps the builds of jobs with an environment of their own in the queue until their change lets them go. Asked under
 * the queue's lock: answers from memory.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class QueueGate extends QueueTaskDispatcher {
    @CheckForNull
    @Override
    public CauseOfBlockage canRun(Queue.Item item) {
        // In doubt it waits, and nobody else does.
        return FaultBarrier.call(
                QueueGate.class,
                () -> blockage(item),
                () -> mayWait(item) ? new Blockage(Messages.Queue_Failed()) : null);
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
        String blockage = QueuedDeployment.of(item).blockage(item, job);
        return blockage == null ? null : new Blockage(blockage);
    }

    static boolean waitsInQueue(@NonNull AbstractProject<?, ?> job) {
        return !environment(job).isEmpty();
    }

    /** Where the builds of a job are deployed to; empty for those that don't wait in the queue. */
    @NonNull
    static String environment(@NonNull AbstractProject<?, ?> job) {
        ChangeControlJobProperty mark = Levels.mark(job);
        return mark == null ? "" : mark.getEnvironment();
    }

    private static final class Blockage extends CauseOfBlockage {
        private final String why;

        Blockage(String why) {
            this.why = why;
        }

        @Override
        public String getShortDescription() {
            return why;
        }
    }

    /** Ends the wait of an item that somebody cancels. */
    @Extension
    @Restricted(NoExternalUse.class)
    public static final class Cancellation extends QueueListener {
        @Override
        public void onLeft(Queue.LeftItem left) {
            FaultBarrier.run(Cancellation.class, () -> {
                QueuedDeployment deployment = left.isCancelled() ? left.getAction(QueuedDeployment.class) : null;
                if (deployment != null && left.task instanceof AbstractProject<?, ?> job) {
                    deployment.cancel(job);
                }
            });
        }
    }
}
