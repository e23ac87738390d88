package io.jenkins.plugins.servicenowgate.setup;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ConnectionRuntimes;
import io.jenkins.plugins.servicenowgate.deployment.ConnectionStatus;
import io.jenkins.plugins.servicenowgate.setup.SetupFinding.Level;
import io.jenkins.plugins.servicenowgate.setup.SetupFinding.Place;
import java.util.ArrayList;
import java.util.List;
import org.jvnet.localizer.Localizable;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** What is known of each connection, from memory: its last responses, and the last check that an administrator started. */
@Extension(ordinal = 90)
@Restricted(NoExternalUse.class)
public final class ConnectionStatusCheck extends SetupCheck {
    @NonNull
    @Override
    public Localizable title() {
        return Messages._Setup_Connections();
    }

    @NonNull
    @Override
    public List<SetupFinding> findings() {
        List<SetupFinding> findings = new ArrayList<>();
        for (ServiceNowConnection connection : ServiceNowGateConfiguration.get().getConnections()) {
            ofMemory(ConnectionRuntimes.get().status(connection.getName()), findings);
            findings.addAll(ConnectionChecks.get().findings(connection));
        }
        return findings;
    }

    private static void ofMemory(ConnectionStatus status, List<SetupFinding> findings) {
        String name = status.getName();
        switch (status.getCondition()) {
            case FAILS ->
                findings.add(of(
                        Level.MISSING,
                        Messages._Setup_ConnectionFails(name, status.health().lastError())));
            case ANSWERS -> findings.add(of(Level.WORKS, Messages._Setup_ConnectionAnswers(name)));
            case UNUSED -> findings.add(of(Level.UNKNOWN, Messages._Setup_ConnectionUnused(name)));
        }
        if (status.getRateLimitedResponses() > 0) {
            findings.add(of(Level.RISKY, Messages._Setup_RateLimited(name, status.getRateLimitedResponses())));
        }
        if (status.getClockDifferenceSeconds() != 0) {
            findings.add(of(Level.RISKY, Messages._Setup_ClockDiffers(name, status.getClockDifferenceSeconds())));
        }
    }

    @NonNull
    static SetupFinding of(@NonNull Level level, @NonNull Localizable text) {
        return new SetupFinding(level, text, Place.SYSTEM, GuidePage.CONNECTIONS);
    }
}
