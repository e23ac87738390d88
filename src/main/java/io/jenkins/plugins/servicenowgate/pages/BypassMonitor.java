package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.deployment.Bypasses;
import java.time.Instant;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Tells administrators for 30 days of each deployment that a person let go without an approved change. */
@Extension
@Symbol("serviceNowGateBypasses")
@Restricted(NoExternalUse.class)
public final class BypassMonitor extends AdministrativeMonitor {
    @Override
    public boolean isActivated() {
        return FaultBarrier.call(BypassMonitor.class, () -> !getNotices().isEmpty(), () -> false);
    }

    @Override
    public String getDisplayName() {
        return Messages.BypassMonitor_DisplayName();
    }

    @Override
    public boolean isSecurity() {
        return true;
    }

    @NonNull
    public List<Bypasses.Notice> getNotices() {
        return Bypasses.get().recent(Instant.now());
    }
}
