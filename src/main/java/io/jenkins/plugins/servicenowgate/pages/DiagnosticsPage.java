package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.NonNull;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.StaplerProxy;

/**
 * The diagnostics as text. Access is checked before anything is rendered: it needs permission to read the controller's
 * configuration.
 */
@Restricted(NoExternalUse.class)
public final class DiagnosticsPage implements StaplerProxy {
    @Override
    public Object getTarget() {
        Jenkins.get().checkAnyPermission(Jenkins.SYSTEM_READ, Jenkins.MANAGE);
        return this;
    }

    @NonNull
    public String getText() {
        return Diagnostics.text();
    }
}
