package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.AsyncPeriodicWork;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Searches all configurations for undeclared names and unrecorded marks every ten minutes, so that pages need not do
 * it.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class UndeclaredNamesPeriodicWork extends AsyncPeriodicWork {
    public UndeclaredNamesPeriodicWork() {
        super("ServiceNow gate: search for undeclared names");
    }

    @Override
    public long getRecurrencePeriod() {
        return TimeUnit.MINUTES.toMillis(10);
    }

    @Override
    public long getInitialDelay() {
        return TimeUnit.MINUTES.toMillis(1);
    }

    @NonNull
    @Override
    protected Level getNormalLoggingLevel() {
        return Level.FINE;
    }

    @Override
    protected void execute(TaskListener listener) {
        FaultBarrier.run(UndeclaredNamesPeriodicWork.class, () -> {
            MarkEnforcer.get().recordFromDisk();
            UndeclaredNames.get().search();
        });
    }
}
