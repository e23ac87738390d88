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

/** Knows tasks that ran before Jenkins was restarted and only take their place again. */
@Restricted(NoExternalUse.class)
public interface ContinuedWork extends ExtensionPoint {
    boolean isContinued(@NonNull Queue.Task task);

    static boolean is(@NonNull Queue.Task task) {
        return ExtensionList.lookup(ContinuedWork.class).stream().anyMatch(known -> known.isContinued(task));
    }

    /** Those of pipelines; only where the plugin is installed that they come from. */
    @Extension(optional = true)
    @Restricted(NoExternalUse.class)
    final class OfPipelines implements ContinuedWork {
        @Override
        public boolean isContinued(@NonNull Queue.Task task) {
            return FaultBarrier.call(
                    OfPipelines.class,
                    () -> task instanceof ContinuedTask continued && continued.isContinued(),
                    () -> false);
        }
    }
}
