package io.jenkins.plugins.servicenowgate.audit;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.deployment.BreakGlassRelease;
import io.jenkins.plugins.servicenowgate.deployment.ChangeSnapshot;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentHost;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.deployment.OutcomeBadge;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate.CloseCode;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * One deployment in the audit, as it is stored: text and times alone.
 *
 * @param id of the deployment
 * @param job full name of its job, which a rename or move rewrites
 * @param jobDeleted whether that job was deleted since; a later job of the same name is another one
 * @param place address of the build, relative to the job's; empty for an item of the queue and for a deleted build
 * @param name of the build or item
 * @param number of the change; null where none was linked
 * @param url of the change in ServiceNow
 * @param closeCode the result of the deployment; null while it has not ended, or where it never began
 * @param reason why it was released or refused, one line
 * @param bypassWho id of the user who released it without an approved change; null where nobody did
 * @param approvedBy who approved the change; null if nobody did, or that was not readable
 * @param approvedAt when the last approval was given
 * @param risk of the change when it was last polled; null if it was not readable
 * @param conflictStatus of the change when it was last polled; null if it was not readable
 * @param requested when the deployment was requested
 * @param released when it was released; null where it was not
 * @param ended when the deployment, or the wait, ended; null while it has not
 * @param changeLeftIn the state in which the plugin left the change afterwards; null where it did not move it
 * @param plannedStart the planned start of the change when it was last polled; null where it had none
 * @param plannedEnd the planned end of the change when it was last polled; null where it had none
 */
@Restricted(NoExternalUse.class)
public record AuditEntry(
        @NonNull String id,
        @NonNull String job,
        boolean jobDeleted,
        @NonNull String place,
        @NonNull String name,
        @NonNull String startedBy,
        @NonNull String project,
        @NonNull String version,
        @NonNull String environment,
        @CheckForNull String number,
        @CheckForNull String url,
        @NonNull GateOutcome outcome,
        @CheckForNull CloseCode closeCode,
        @NonNull String reason,
        @CheckForNull String bypassWho,
        @CheckForNull String bypassName,
        @CheckForNull String bypassReason,
        @CheckForNull Instant bypassAt,
        @CheckForNull String approvedBy,
        @CheckForNull Instant approvedAt,
        @CheckForNull String risk,
        @CheckForNull String conflictStatus,
        @NonNull Instant requested,
        @CheckForNull Instant released,
        @CheckForNull Instant ended,
        @CheckForNull String changeLeftIn,
        @CheckForNull Instant plannedStart,
        @CheckForNull Instant plannedEnd) {

    @NonNull
    static AuditEntry of(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        BreakGlassRelease bypass = record.getBypass();
        return new AuditEntry(
                record.getId(),
                host.job().getFullName(),
                false,
                place(host),
                host.name(),
                host.startedBy(),
                record.getProject(),
                record.getVersion(),
                record.getEnvironment(),
                record.getNumber(),
                record.getUrl(),
                record.getOutcome(),
                record.getCloseCode(),
                record.getReason(),
                bypass == null ? null : bypass.getWho(),
                bypass == null ? null : bypass.getName(),
                bypass == null ? null : bypass.getReason(),
                bypass == null ? null : bypass.getMoment().instant(),
                record.getApprovedBy(),
                record.approvedAt(),
                record.getRisk(),
                record.getConflictStatus(),
                record.getSince(),
                ChangeSnapshot.instant(record.getStartedAt()),
                ChangeSnapshot.instant(record.getEndedAt()),
                record.getChangeLeftIn(),
                record.getSeen().getPlannedStart(),
                record.getSeen().getPlannedEnd());
    }

    /** By its number: a promotion has an address of its own besides, below the build that it promotes. */
    private static String place(DeploymentHost host) {
        return host.origin() instanceof Run<?, ?> run ? run.getNumber() + "/" : "";
    }

    /** Whether everything that every entry has could be read. */
    boolean isComplete() {
        return Stream.of(id, job, place, name, startedBy, project, version, environment, outcome, reason, requested)
                .allMatch(Objects::nonNull);
    }

    /** Whether it is of an item, or of one within it: of a promotion, Jenkins tells neither a rename nor the end. */
    boolean isOf(@NonNull String item) {
        return !jobDeleted && (job.equals(item) || job.startsWith(item + '/'));
    }

    @NonNull
    AuditEntry movedTo(@NonNull String newJob) {
        return with(newJob, jobDeleted, place);
    }

    @NonNull
    AuditEntry withDeletedJob() {
        return with(job, true, "");
    }

    @NonNull
    AuditEntry withDeletedBuild() {
        return with(job, jobDeleted, "");
    }

    private AuditEntry with(String newJob, boolean newJobDeleted, String newPlace) {
        return new AuditEntry(
                id,
                newJob,
                newJobDeleted,
                newPlace,
                name,
                startedBy,
                project,
                version,
                environment,
                number,
                url,
                outcome,
                closeCode,
                reason,
                bypassWho,
                bypassName,
                bypassReason,
                bypassAt,
                approvedBy,
                approvedAt,
                risk,
                conflictStatus,
                requested,
                released,
                ended,
                changeLeftIn,
                plannedStart,
                plannedEnd);
    }

    /** The outcome as pages show it. */
    @NonNull
    public OutcomeBadge badge() {
        return new OutcomeBadge(outcome, closeCode);
    }

    /** Who released it without an approved change; null where nobody did. */
    @CheckForNull
    public BreakGlassRelease bypass() {
        return bypassWho == null || bypassName == null || bypassReason == null || bypassAt == null
                ? null
                : new BreakGlassRelease(bypassWho, bypassName, bypassReason, bypassAt, id);
    }

    /** When it was decided. */
    @NonNull
    public Instant decided() {
        if (released != null) {
            return released;
        }
        return ended == null ? requested : ended;
    }
}
