package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.queue.CauseOfBlockage;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Why a gate keeps an item in the queue, as Jenkins shows it. */
@Restricted(NoExternalUse.class)
public final class GateBlockage extends CauseOfBlockage {
    private final String reason;

    public GateBlockage(@NonNull String reason) {
        this.reason = reason;
    }

    @Override
    public String getShortDescription() {
        return reason;
    }
}
