package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import io.jenkins.plugins.servicenowgate.Messages;
import java.util.List;
import java.util.stream.Stream;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Warns administrators about controlled environments that name no connection while several are configured: a folder or
 * a job can then choose the instance on which its deployments are approved.
 */
@Extension
@Symbol("serviceNowGateOpenConnection")
@Restricted(NoExternalUse.class)
public final class OpenConnectionMonitor extends AdministrativeMonitor {
    private volatile List<String> folderEnvironments = List.of();

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

    /** Stores the result of the last search in folders. */
    public void setFolderEnvironments(@NonNull List<String> found) {
        folderEnvironments = List.copyOf(found);
    }

    /** The names of these environments; those declared in folders with the folder's name, as of the last search. */
    @NonNull
    public List<String> getEnvironments() {
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        return configuration.getConnections().size() < 2
                ? List.of()
                : Stream.concat(
                                configuration.getEnvironments().stream()
                                        .filter(Environment::isChangeControlled)
                                        .filter(environment ->
                                                environment.getConnection().isEmpty())
                                        .map(Environment::getName),
                                folderEnvironments.stream())
                        .toList();
    }
}
