package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ConnectionRuntimes;
import io.jenkins.plugins.servicenowgate.deployment.ConnectionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Warns administrators about connections that have failed for ten minutes. Until they recover, deployments wait or are
 * refused.
 */
@Extension
@Symbol("serviceNowGateFailingConnection")
@Restricted(NoExternalUse.class)
public final class FailingConnectionMonitor extends AdministrativeMonitor {
    private static final Duration MIN_FAILURE_DURATION = Duration.ofMinutes(10);

    @Override
    public boolean isActivated() {
        return FaultBarrier.call(
                FailingConnectionMonitor.class, () -> !getFailing().isEmpty(), () -> false);
    }

    @Override
    public String getDisplayName() {
        return Messages.FailingConnectionMonitor_DisplayName();
    }

    @NonNull
    public List<ConnectionStatus> getFailing() {
        return failing(Instant.now());
    }

    @NonNull
    static List<ConnectionStatus> failing(@NonNull Instant now) {
        return ServiceNowGateConfiguration.get().getConnections().stream()
                .map(ServiceNowConnection::getName)
                .map(ConnectionRuntimes.get()::status)
                .filter(status -> {
                    Instant since = status.health().failingSince();
                    return since != null && !since.isAfter(now.minus(MIN_FAILURE_DURATION));
                })
                .toList();
    }
}
