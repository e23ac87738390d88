package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import io.jenkins.plugins.servicenowgate.Messages;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Warns administrators while the stored configuration is unreadable, and gates therefore fail. */
@Extension
@Symbol("serviceNowGateUnreadableConfiguration")
@Restricted(NoExternalUse.class)
public final class UnreadableConfigurationMonitor extends AdministrativeMonitor {
    @Override
    public boolean isActivated() {
        return FaultBarrier.call(UnreadableConfigurationMonitor.class, () -> getFault() != null, () -> false);
    }

    @Override
    public String getDisplayName() {
        return Messages.UnreadableConfigurationMonitor_DisplayName();
    }

    @Override
    public boolean isSecurity() {
        return true;
    }

    @CheckForNull
    public String getFault() {
        return ServiceNowGateConfiguration.get().getFault();
    }
}
