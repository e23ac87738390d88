package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.audit.AuditLog;
import java.io.IOException;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.verb.GET;

/** The audit page, which lists the latest deployments and their outcomes. Uses only data in memory. */
@Restricted(NoExternalUse.class)
@ExportedBean
public final class AuditPage extends PagedPage<AuditRow, AuditView> {
    AuditPage() {
        super(AuditView.class);
    }

    @NonNull
    public String getDisplayName() {
        return Messages.AuditPage_DisplayName();
    }

    @NonNull
    @Override
    AuditView view(@NonNull StaplerRequest2 request) {
        return AuditView.of(
                AuditLog.get().newest(),
                request.getParameter("q"),
                request.getParameter("decision"),
                PagedView.number(request.getParameter("page")),
                PagedView.number(request.getParameter("size")));
    }

    /** Sends all pages as comma-separated values. */
    @GET
    public void doCsv(StaplerResponse2 response) throws IOException {
        response.setContentType("text/csv;charset=UTF-8");
        response.setHeader("Content-Disposition", "attachment; filename=\"servicenow-gates-audit.csv\"");
        AuditTable.write(getView().all(), response.getWriter());
    }
}
