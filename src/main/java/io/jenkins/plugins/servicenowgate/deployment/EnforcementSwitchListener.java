package io.jenkins.plugins.servicenowgate.deployment;

import hudson.Extension;
import hudson.XmlFile;
import hudson.model.Saveable;
import hudson.model.listeners.SaveableListener;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Tells the gates that already wait when an administrator switches change control off. */
@Extension
@Restricted(NoExternalUse.class)
public final class EnforcementSwitchListener extends SaveableListener {
    @Override
    public void onChange(Saveable saved, XmlFile file) {
        FaultBarrier.run(EnforcementSwitchListener.class, () -> {
            if (saved instanceof ServiceNowGateConfiguration configuration && !configuration.isEnabled()) {
                DeploymentRegistry.get().releaseAllUnenforced();
            }
        });
    }
}
