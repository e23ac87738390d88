package io.jenkins.plugins.servicenowgate.config;

import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import io.jenkins.plugins.servicenowgate.Messages;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Reminds administrators, for as long as it lasts, that change control is switched off. */
@Extension
@Symbol("serviceNowGateSwitchedOff")
@Restricted(NoExternalUse.class)
public final class SwitchedOffMonitor extends AdministrativeMonitor {
    @Override
    public boolean isActivated() {
        return FaultBarrier.call(
                SwitchedOffMonitor.class,
                () -> !ServiceNowGateConfiguration.get().isEnabled(),
                () -> false);
    }

    @Override
    public String getDisplayName() {
        return Messages.SwitchedOffMonitor_DisplayName();
    }
}
