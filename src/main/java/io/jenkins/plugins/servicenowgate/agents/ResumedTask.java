package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.Queue;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import org.jenkinsci.plugins.durabletask.executors.ContinuedTask;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Detects tasks that ran before a restart of Jenkins and resume on their agent. */
@Restricted(NoExternalUse.class)
public interface ResumedTask extends ExtensionPoint {
    boolean isContinued(@NonNull Queue.Task task);

    /** Whether the task is one that could resume, so that it is part of a build. */
    boolean mayContinue(@NonNull Queue.Task task);

    static boolean isPartOfBuild(@NonNull Queue.Task task) {
        return ExtensionList.lookup(ResumedTask.class).stream().anyMatch(known -> known.mayContinue(task));
    }

    static boolean isResumedTask(@NonNull Queue.Task task) {
        return ExtensionList.lookup(ResumedTask.class).stream().anyMatch(known -> known.isContinued(task));
    }

    /** Tasks of pipelines. Loaded only if the plugin that defines them is installed. */
    @Extension(optional = true)
    @Restricted(NoExternalUse.class)
    final class OfPipelines implements ResumedTask {
        @Override
        public boolean isContinued(@NonNull Queue.Task task) {
            return FaultBarrier.call(
                    OfPipelines.class,
                    () -> task instanceof ContinuedTask continued && continued.isContinued(),
                    () -> false);
        }

        @Override
        public boolean mayContinue(@NonNull Queue.Task task) {
            return FaultBarrier.call(OfPipelines.class, () -> task instanceof ContinuedTask, () -> false);
        }
    }
}
