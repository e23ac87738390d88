package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Item;
import hudson.model.listeners.ItemListener;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Notifies {@link MarkEnforcer} of created, deleted and moved items, for which Jenkins fires no save event. */
@Extension(ordinal = 100) // Before listeners that read marks.
@Restricted(NoExternalUse.class)
public final class MarkItemListener extends ItemListener {
    @Override
    public void onCreated(@NonNull Item item) {
        FaultBarrier.run(MarkItemListener.class, () -> MarkEnforcer.get().created(item));
    }

    @Override
    public void onDeleted(@NonNull Item item) {
        FaultBarrier.run(MarkItemListener.class, () -> MarkEnforcer.get().deleted(item));
    }

    @Override
    public void onLocationChanged(@NonNull Item item, @NonNull String oldFullName, @NonNull String newFullName) {
        FaultBarrier.run(MarkItemListener.class, () -> MarkEnforcer.get().moved(item, oldFullName, newFullName));
    }
}
