package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.audit.BreakGlassLog;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import java.time.Instant;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Warns administrators for 30 days about each break-glass release. */
@Extension
@Symbol("serviceNowGateBypasses")
@Restricted(NoExternalUse.class)
public final class BreakGlassMonitor extends AdministrativeMonitor {
    @Override
    public boolean isActivated() {
        return FaultBarrier.call(BreakGlassMonitor.class, () -> !getNotices().isEmpty(), () -> false);
    }

    @Override
    public String getDisplayName() {
        return Messages.BreakGlassMonitor_DisplayName();
    }

    @Override
    public boolean isSecurity() {
        return true;
    }

    @NonNull
    public List<BreakGlassLog.Notice> getNotices() {
        return BreakGlassLog.get().recent(Instant.now());
    }
}
