package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Job;
import io.jenkins.plugins.servicenowgate.audit.AuditEntry;
import io.jenkins.plugins.servicenowgate.deployment.BreakGlassRelease;
import io.jenkins.plugins.servicenowgate.deployment.DisplayTime;
import io.jenkins.plugins.servicenowgate.deployment.OutcomeBadge;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate;
import java.time.Instant;
import java.util.stream.Stream;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One deployment on the audit page. */
@Restricted(NoExternalUse.class)
@ExportedBean(defaultVisibility = 2)
public final class AuditRow {
    private final AuditEntry entry;
    private final Job<?, ?> job;

    /**
     * @param job null if it was deleted
     */
    AuditRow(@NonNull AuditEntry entry, @CheckForNull Job<?, ?> job) {
        this.entry = entry;
        this.job = job;
    }

    @NonNull
    Stream<String> texts() {
        BreakGlassRelease bypass = entry.bypass();
        return Stream.of(
                getProject(),
                getEnvironment(),
                getVersion(),
                getNumber(),
                getBuild(),
                getStartedBy(),
                getReason(),
                getApprovedBy(),
                bypass == null ? null : bypass.getPerson());
    }

    @NonNull
    public OutcomeBadge getOutcome() {
        return entry.badge();
    }

    @NonNull
    @Exported
    public String getDecision() {
        return entry.outcome().name();
    }

    /** The result of the deployment; null if it has not ended or never started. */
    @CheckForNull
    @Exported
    public String getResult() {
        PendingUpdate.CloseCode code = entry.closeCode();
        return code == null ? null : code.name();
    }

    @NonNull
    @Exported
    public String getReason() {
        return entry.reason();
    }

    @NonNull
    @Exported
    public String getProject() {
        return entry.project();
    }

    @NonNull
    @Exported
    public String getVersion() {
        return entry.version();
    }

    @NonNull
    @Exported
    public String getEnvironment() {
        return entry.environment();
    }

    @CheckForNull
    @Exported
    public String getNumber() {
        return entry.number();
    }

    /** The URL of the change in ServiceNow. */
    @CheckForNull
    @Exported
    public String getUrl() {
        return entry.url();
    }

    /** The display name of the build or queue item. */
    @NonNull
    @Exported
    public String getBuild() {
        return entry.name();
    }

    /** The URL of the build or job, relative to Jenkins' root URL; null if the job was deleted. */
    @CheckForNull
    @Exported
    public String getPath() {
        return job == null ? null : job.getUrl() + entry.place();
    }

    @NonNull
    @Exported
    public String getStartedBy() {
        return entry.startedBy();
    }

    /** The break-glass release; null if there was none. */
    @CheckForNull
    @Exported(inline = true)
    public BreakGlassRelease getBypass() {
        return entry.bypass();
    }

    /** Who approved the change; null if nobody did, or that was not readable. */
    @CheckForNull
    @Exported
    public String getApprovedBy() {
        return entry.approvedBy();
    }

    @CheckForNull
    @Exported
    public String getApprovedAt() {
        return text(entry.approvedAt());
    }

    /** The risk of the change when it was last polled; null if it was not readable. */
    @CheckForNull
    @Exported
    public String getRisk() {
        return entry.risk();
    }

    /** The conflict status of the change when it was last polled; null if it was not readable. */
    @CheckForNull
    @Exported
    public String getConflictStatus() {
        return entry.conflictStatus();
    }

    @NonNull
    @Exported
    public String getRequested() {
        return entry.requested().toString();
    }

    @CheckForNull
    @Exported
    public String getReleased() {
        return text(entry.released());
    }

    @CheckForNull
    @Exported
    public String getEnded() {
        return text(entry.ended());
    }

    /** The state in which the plugin left the change after the deployment; null where it did not move it. */
    @CheckForNull
    @Exported
    public String getChangeLeftIn() {
        return entry.changeLeftIn();
    }

    /** The planned start of the change when it was last polled (ISO 8601); null if it had none. */
    @CheckForNull
    @Exported
    public String getPlannedStart() {
        return text(entry.plannedStart());
    }

    /** The planned end of the change when it was last polled (ISO 8601); null if it had none. */
    @CheckForNull
    @Exported
    public String getPlannedEnd() {
        return text(entry.plannedEnd());
    }

    private static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }

    @NonNull
    public DisplayTime getRequestedAt() {
        return new DisplayTime(entry.requested());
    }

    @CheckForNull
    public DisplayTime getReleasedAt() {
        return DisplayTime.of(entry.released());
    }

    @CheckForNull
    public DisplayTime getEndedAt() {
        return DisplayTime.of(entry.ended());
    }
}
