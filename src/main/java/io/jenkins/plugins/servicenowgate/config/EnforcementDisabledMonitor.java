package io.jenkins.plugins.servicenowgate.config;

import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import io.jenkins.plugins.servicenowgate.Messages;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Warns administrators while change control is switched off. */
@Extension
@Symbol("serviceNowGateSwitchedOff")
@Restricted(NoExternalUse.class)
public final class EnforcementDisabledMonitor extends AdministrativeMonitor {
    @Override
    public boolean isActivated() {
        return FaultBarrier.call(
                EnforcementDisabledMonitor.class,
                () -> !ServiceNowGateConfiguration.get().isEnabled(),
                () -> false);
    }

    @Override
    public String getDisplayName() {
        return Messages.EnforcementDisabledMonitor_DisplayName();
    }
}
