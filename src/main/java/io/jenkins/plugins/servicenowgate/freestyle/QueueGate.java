package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.AbstractProject;
import hudson.model.Queue;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueListener;
import hudson.model.queue.QueueTaskDispatcher;
import io.jenkins.plugins.servicenowgate.control.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.control.Levels;
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
        if (!(item.task instanceof AbstractProject<?, ?> job) || !waitsInQueue(job)) {
            return null;
        }
        String blockage = QueuedDeployment.of(item).blockage(item, job);
        return blockage == null ? null : new Blockage(blockage);
    }

    static boolean waitsInQueue(@NonNull AbstractProject<?, ?> job) {
        ChangeControlJobProperty mark = Levels.mark(job);
        return mark != null && !mark.getEnvironment().isEmpty();
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
            QueuedDeployment deployment = left.isCancelled() ? left.getAction(QueuedDeployment.class) : null;
            if (deployment != null) {
                deployment.cancel();
            }
        }
    }
}
