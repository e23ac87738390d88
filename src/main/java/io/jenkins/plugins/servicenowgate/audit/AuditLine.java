package io.jenkins.plugins.servicenowgate.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One line of an audit file: exactly one of its parts is there. A later line of the same deployment replaces an earlier
 * one; lines about jobs and builds change what earlier lines said.
 *
 * @param entry a deployment
 * @param moved a job that was renamed or moved: from and to
 * @param deletedJob full name of a job that was deleted
 * @param deletedBuild ids of the deployments of a build that was deleted
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record AuditLine(
        @CheckForNull AuditEntry entry,
        @CheckForNull List<String> moved,
        @CheckForNull String deletedJob,
        @CheckForNull List<String> deletedBuild) {

    @NonNull
    static AuditLine of(@NonNull AuditEntry entry) {
        return new AuditLine(entry, null, null, null);
    }

    @NonNull
    static AuditLine moved(@NonNull String from, @NonNull String to) {
        return new AuditLine(null, List.of(from, to), null, null);
    }

    @NonNull
    static AuditLine deletedJob(@NonNull String job) {
        return new AuditLine(null, null, job, null);
    }

    @NonNull
    static AuditLine deletedBuild(@NonNull List<String> ids) {
        return new AuditLine(null, null, null, List.copyOf(ids));
    }

    /** Applies the line to the entries of all lines before it. */
    void applyTo(@NonNull Map<String, AuditEntry> entries) {
        if (entry != null && entry.isComplete()) {
            entries.put(entry.id(), entry);
        }
        if (moved != null && moved.size() == 2) {
            String from = moved.get(0);
            replace(
                    entries,
                    from,
                    each -> each.movedTo(moved.get(1) + each.job().substring(from.length())));
        }
        if (deletedJob != null) {
            replace(entries, deletedJob, AuditEntry::withDeletedJob);
        }
        if (deletedBuild != null) {
            deletedBuild.forEach(id -> entries.computeIfPresent(id, (key, each) -> each.withDeletedBuild()));
        }
    }

    private static void replace(Map<String, AuditEntry> entries, String job, UnaryOperator<AuditEntry> change) {
        entries.replaceAll((id, each) -> each.isOf(job) ? change.apply(each) : each);
    }
}
