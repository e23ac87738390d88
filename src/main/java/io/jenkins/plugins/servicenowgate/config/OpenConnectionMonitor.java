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
 * Tells administrators of controlled environments that name no connection while several exist: then a folder or a job
 * chooses the instance on which its deployments are approved.
 */
@Extension
@Symbol("serviceNowGateOpenConnection")
@Restricted(NoExternalUse.class)
public final class OpenConnectionMonitor extends AdministrativeMonitor {
    private volatile List<String> ofFolders = List.of();

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

    /** Takes what a search found in folders. */
    public void learn(@NonNull List<String> found) {
        ofFolders = List.copyOf(found);
    }

    /** The names of those environments; those of folders with the folder, as they were searched last. */
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
                                ofFolders.stream())
                        .toList();
    }
}
