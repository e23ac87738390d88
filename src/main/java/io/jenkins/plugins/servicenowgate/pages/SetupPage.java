package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.setup.ConnectionChecks;
import io.jenkins.plugins.servicenowgate.setup.SetupReport;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.interceptor.RequirePOST;

/**
 * What works, what is missing and what is risky in the set-up. Showing it sends no request to ServiceNow; an administrator
 * starts the check of the connections. Access is checked before anything is rendered.
 */
@Restricted(NoExternalUse.class)
public final class SetupPage implements StaplerProxy {
    @Override
    public Object getTarget() {
        Jenkins.get().checkAnyPermission(Jenkins.SYSTEM_READ, Jenkins.MANAGE);
        return this;
    }

    /** Without the folders that the viewer may not read. */
    @NonNull
    public SetupReport getReport() {
        return SetupReport.create(name -> Jenkins.get().getItemByFullName(name) != null);
    }

    public boolean isRunning() {
        return ConnectionChecks.get().isRunning();
    }

    public boolean isMayCheck() {
        return Jenkins.get().hasPermission(Jenkins.ADMINISTER);
    }

    /** Starts the check of all connections in the background. */
    @RequirePOST
    @NonNull
    public HttpResponse doCheckConnections() {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        ConnectionChecks.get().start();
        return HttpResponses.redirectViaContextPath("servicenow-gates/setup/");
    }
}
