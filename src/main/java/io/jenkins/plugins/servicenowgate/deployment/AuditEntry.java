package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Instant;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * What became of one deployment, copied from the record that is kept with its build, so that no build stays in memory for
 * its sake.
 *
 * @param job full name
 * @param place the build's page, relative to the job's; empty while there is no build
 * @param name of the build, or of the item of the queue
 * @param startedBy who or what started it
 * @param number of the change; null where there was none
 * @param bypass who let it go without an approved change; null where nobody did
 * @param asked when it came to its gate
 * @param released when it was let go; null where it was not
 * @param ended when the deployment, or the wait, was over; null while it is not
 */
@Restricted(NoExternalUse.class)
public record AuditEntry(
        @NonNull String id,
        @NonNull String job,
        @NonNull String place,
        @NonNull String name,
        @NonNull String startedBy,
        @NonNull String project,
        @NonNull String version,
        @NonNull String environment,
        @CheckForNull String number,
        @CheckForNull String url,
        @NonNull OutcomeLook outcome,
        @NonNull String reason,
        @CheckForNull Bypass bypass,
        @NonNull Instant asked,
        @CheckForNull Instant released,
        @CheckForNull Instant ended) {

    @NonNull
    static AuditEntry of(@NonNull Home home, @NonNull DeploymentRecord record) {
        return new AuditEntry(
                record.getId(),
                home.job().getFullName(),
                home.path().substring(home.job().getUrl().length()),
                home.name(),
                home.startedBy(),
                record.getProject(),
                record.getVersion(),
                record.getEnvironment(),
                record.getNumber(),
                record.getUrl(),
                new OutcomeLook(record.getDecision(), record.getCloseCode()),
                record.getReason(),
                record.getBypass(),
                record.getSince(),
                LastLook.instant(record.course().started()),
                LastLook.instant(record.course().ended()));
    }

    @NonNull
    AuditEntry movedTo(@NonNull String newJob) {
        return new AuditEntry(
                id,
                newJob,
                place,
                name,
                startedBy,
                project,
                version,
                environment,
                number,
                url,
                outcome,
                reason,
                bypass,
                asked,
                released,
                ended);
    }

    /** When it was decided. */
    @NonNull
    public Instant decided() {
        if (released != null) {
            return released;
        }
        return ended == null ? asked : ended;
    }
}
