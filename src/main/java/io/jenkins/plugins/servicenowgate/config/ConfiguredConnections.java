package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The connections of the global configuration. */
@Extension
@Restricted(NoExternalUse.class)
public final class ConfiguredConnections implements KnownConnections {
    @NonNull
    @Override
    public List<String> names() {
        return ServiceNowGateConfiguration.get().getConnections().stream()
                .map(ServiceNowConnection::getName)
                .toList();
    }
}
