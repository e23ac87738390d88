package io.jenkins.plugins.servicenowgate.control;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Item;
import hudson.model.listeners.ItemListener;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Tells {@link MarkWatch} of items that come, go and move, which nothing is saved for. */
@Extension(ordinal = 100) // Before those who read marks.
@Restricted(NoExternalUse.class)
public final class MarkedItems extends ItemListener {
    @Override
    public void onCreated(@NonNull Item item) {
        FaultBarrier.run(MarkedItems.class, () -> MarkWatch.get().created(item));
    }

    @Override
    public void onDeleted(@NonNull Item item) {
        FaultBarrier.run(MarkedItems.class, () -> MarkWatch.get().deleted(item));
    }

    @Override
    public void onLocationChanged(@NonNull Item item, @NonNull String oldFullName, @NonNull String newFullName) {
        FaultBarrier.run(MarkedItems.class, () -> MarkWatch.get().moved(item, oldFullName, newFullName));
    }
}
