package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.model.RootAction;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ConnectionRuntimes;
import io.jenkins.plugins.servicenowgate.deployment.ConnectionStatus;
import io.jenkins.plugins.servicenowgate.deployment.Deployment;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRegistry;
import io.jenkins.plugins.servicenowgate.deployment.UnusedChange;
import io.jenkins.plugins.servicenowgate.deployment.UnusedChanges;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** The page that lists all waiting deployments and the status of the connections. Uses only data in memory. */
@Extension
@Restricted(NoExternalUse.class)
@ExportedBean
public final class GatesPage extends PagedPage<WaitingRow, GatesView> implements RootAction {
    public GatesPage() {
        super(GatesView.class);
    }

    /** Null, which hides the link, while no connection is configured. */
    @CheckForNull
    @Override
    public String getIconFileName() {
        // Called on every page of Jenkins.
        return FaultBarrier.call(
                GatesPage.class,
                () -> ServiceNowGateConfiguration.get().getConnections().isEmpty() ? null : "symbol-hourglass",
                () -> null);
    }

    @NonNull
    @Override
    public String getDisplayName() {
        return Messages.GatesPage_DisplayName();
    }

    @NonNull
    @Override
    public String getUrlName() {
        return "servicenow-gates";
    }

    /** The page on which a user releases a deployment without an approved change. */
    @NonNull
    public BreakGlass getBreakGlass(@NonNull String id) {
        return new BreakGlass(id);
    }

    /** The audit page. */
    @NonNull
    public AuditPage getAudit() {
        return new AuditPage();
    }

    @NonNull
    @Override
    GatesView view(@NonNull StaplerRequest2 request) {
        return GatesView.of(
                DeploymentRegistry.get().waiting(),
                request.getParameter("q"),
                request.getParameter("sort"),
                "desc".equals(request.getParameter("dir")),
                PagedView.number(request.getParameter("page")),
                PagedView.number(request.getParameter("size")));
    }

    /**
     * Checks the change of a waiting deployment at once. Checks that follow each other within seconds have no effect.
     *
     * @param id of the deployment
     */
    @RequirePOST
    @NonNull
    public HttpResponse doCheckNow(@QueryParameter String id) {
        Deployment deployment = DeploymentRegistry.get().waiting(Util.fixNull(id));
        if (deployment == null || !deployment.host().job().hasPermission(Item.READ)) {
            throw HttpResponses.errorWithoutStack(404, Messages.CheckNow_Over());
        }
        deployment.host().job().checkPermission(Item.BUILD);
        deployment.checkNow();
        return HttpResponses.ok();
    }

    /** The address of {@link #doCheckNow}, relative to Jenkins' root; null if the user may not use it. */
    @CheckForNull
    static String checkNow(@CheckForNull Deployment deployment) {
        return deployment != null && deployment.host().job().hasPermission(Item.BUILD)
                ? "servicenow-gates/checkNow?id=" + deployment.record().getId()
                : null;
    }

    /** The status of the connections; null if the user may not read the controller's configuration. */
    @CheckForNull
    @Exported(inline = true)
    public List<ConnectionStatus> getConnections() {
        return mayReadSystem()
                ? ServiceNowGateConfiguration.get().getConnections().stream()
                        .map(ServiceNowConnection::getName)
                        .map(ConnectionRuntimes.get()::status)
                        .toList()
                : null;
    }

    /** The open changes that the plugin created and no deployment waits for, as far as the user may read their jobs. */
    @NonNull
    @Exported(inline = true)
    public List<UnusedChange> getUnusedChanges() {
        return UnusedChanges.get().open().stream()
                .filter(change -> mayReadSystem() || Jenkins.get().getItemByFullName(change.job()) != null)
                .toList();
    }

    public boolean isChangeControlOn() {
        return ServiceNowGateConfiguration.get().isEnabled();
    }

    @NonNull
    public DiagnosticsPage getDiagnostics() {
        return new DiagnosticsPage();
    }

    /** The check of the set-up. */
    @NonNull
    public SetupPage getSetup() {
        return new SetupPage();
    }

    static boolean mayReadSystem() {
        return Jenkins.get().hasAnyPermission(Jenkins.SYSTEM_READ, Jenkins.MANAGE);
    }
}
