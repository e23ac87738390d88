package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.RootAction;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.BreakGlass;
import io.jenkins.plugins.servicenowgate.deployment.ConnectionStatus;
import io.jenkins.plugins.servicenowgate.deployment.GateService;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** All deployments that wait at a gate of this controller, and how the connections are doing. From memory alone. */
@Extension
@Restricted(NoExternalUse.class)
@ExportedBean
public final class GatesPage extends PagedPage<WaitingRow, GatesView> implements RootAction {
    public GatesPage() {
        super(GatesView.class);
    }

    /** Hidden where nobody has set the plugin up. */
    @CheckForNull
    @Override
    public String getIconFileName() {
        // Asked for on each page of Jenkins.
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

    /** Where a person lets the deployment of that id go without an approved change. */
    @NonNull
    public BreakGlass getBreakGlass(@NonNull String id) {
        return new BreakGlass(id);
    }

    /** What became of the last deployments. */
    @NonNull
    public AuditPage getAudit() {
        return new AuditPage();
    }

    @NonNull
    @Override
    GatesView view(@NonNull StaplerRequest2 request) {
        return GatesView.of(
                GateService.get().waiting(),
                request.getParameter("q"),
                request.getParameter("sort"),
                "desc".equals(request.getParameter("dir")),
                PagedView.number(request.getParameter("page")),
                PagedView.number(request.getParameter("size")));
    }

    /** Null for those who have no business with the controller's configuration. */
    @CheckForNull
    @Exported(inline = true)
    public List<ConnectionStatus> getConnections() {
        return mayReadSystem()
                ? ServiceNowGateConfiguration.get().getConnections().stream()
                        .map(ServiceNowConnection::getName)
                        .map(GateService.get()::status)
                        .toList()
                : null;
    }

    public boolean isChangeControlOn() {
        return ServiceNowGateConfiguration.get().isEnabled();
    }

    @NonNull
    public DiagnosticsPage getDiagnostics() {
        return new DiagnosticsPage();
    }

    static boolean mayReadSystem() {
        return Jenkins.get().hasAnyPermission(Jenkins.SYSTEM_READ, Jenkins.MANAGE);
    }
}
