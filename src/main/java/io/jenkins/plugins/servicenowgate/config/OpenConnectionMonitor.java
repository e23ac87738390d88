package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import io.jenkins.plugins.servicenowgate.Messages;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Tells administrators of controlled environments that name no connection while several exist: then a folder or a job
 * chooses the instance on which its deployments are approved.
 */
@Extension
@Symbol("serviceNowGateOpenConnection")
@Restricted(NoExternalUse.class)
public final class OpenConnectionMonitor extends AdministrativeMonitor {
    @Override
    public boolean isActivated() {
        return FaultBarrier.call(
                OpenConnectionMonitor.class, () -> !getEnvironments().isEmpty(), () -> false);
    }

    @Override
    public String getDisplayName() {
        return Messages.OpenConnectionMonitor_DisplayName();
    }

    @Override
    public boolean isSecurity() {
        return true;
    }

    /** The names of those environments. */
    @NonNull
    public List<String> getEnvironments() {
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        return configuration.getConnections().size() < 2
                ? List.of()
                : configuration.getEnvironments().stream()
                        .filter(Environment::isChangeControlled)
                        .filter(environment -> environment.getConnection().isEmpty())
                        .map(Environment::getName)
                        .toList();
    }
}
