package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.deployment.Deployment;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.DisplayTime;
import io.jenkins.plugins.servicenowgate.deployment.Outage;
import java.util.Locale;
import java.util.stream.Stream;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One waiting deployment in the list. Values are computed on access, because most rows are never shown. */
@Restricted(NoExternalUse.class)
@ExportedBean(defaultVisibility = 2)
public final class WaitingRow {
    private final Deployment deployment;
    private final DeploymentRecord record;

    WaitingRow(@NonNull Deployment deployment) {
        this.deployment = deployment;
        this.record = deployment.record();
    }

    @NonNull
    Stream<String> texts() {
        return Stream.of(
                getProject(), getEnvironment(), getVersion(), getNumber(), getState(), getWaitsFor(), getBuild());
    }

    @NonNull
    @Exported
    public String getProject() {
        return record.getProject();
    }

    @NonNull
    @Exported
    public String getEnvironment() {
        return record.getEnvironment();
    }

    @NonNull
    @Exported
    public String getVersion() {
        return record.getVersion();
    }

    @CheckForNull
    @Exported
    public String getConnection() {
        return record.getConnection();
    }

    @CheckForNull
    @Exported
    public String getNumber() {
        return record.getNumber();
    }

    /** The URL of the change in ServiceNow. */
    @CheckForNull
    @Exported
    public String getUrl() {
        return record.getUrl();
    }

    @CheckForNull
    @Exported
    public String getState() {
        return record.getState();
    }

    /** Whether the change was on hold when it was last polled; null before the first poll. */
    @CheckForNull
    @Exported
    public Boolean getOnHold() {
        return record.getOnHold();
    }

    @NonNull
    @Exported
    public String getReason() {
        return record.getReason();
    }

    /** What the deployment waits for: the change, or a valid response from ServiceNow. */
    @NonNull
    public String getWaitsFor() {
        Outage outage = getOutage();
        return outage == null || outage.isOver() ? getReason() : Messages.WaitingRow_NoResponse(outage.getWhat());
    }

    /** The display name of the build or queue item. */
    @NonNull
    @Exported
    public String getBuild() {
        return deployment.host().name();
    }

    /** The URL of the build or job, relative to Jenkins' root URL. */
    @NonNull
    @Exported
    public String getPath() {
        return deployment.host().path();
    }

    @NonNull
    @Exported
    public String getSince() {
        return record.getSince().toString();
    }

    @CheckForNull
    @Exported
    public String getNextPoll() {
        return record.getNextPoll() == null ? null : String.valueOf(record.getNextPoll());
    }

    /** The last error of a request for this deployment, even if it is resolved. */
    @CheckForNull
    @Exported
    public String getLastError() {
        Outage outage = getOutage();
        return outage == null ? null : outage.what();
    }

    @NonNull
    public DisplayTime getSinceAt() {
        return new DisplayTime(record.getSince());
    }

    @CheckForNull
    public DisplayTime getNextPollAt() {
        return DisplayTime.of(record.getNextPoll());
    }

    @CheckForNull
    public Outage getOutage() {
        return deployment.outage();
    }

    /** The break-glass page of this deployment, relative to Jenkins' root URL; null if the user may not release it. */
    @CheckForNull
    public String getBreakGlass() {
        return BreakGlass.isOffered(deployment) ? BreakGlass.path(record) : null;
    }

    /** Where the user may have the change checked at once, relative to Jenkins' root; null if the user may not. */
    @CheckForNull
    public String getCheckNow() {
        return GatesPage.checkNow(deployment);
    }

    @NonNull
    static String key(@CheckForNull String text) {
        return Util.fixNull(text).toLowerCase(Locale.ROOT);
    }
}
