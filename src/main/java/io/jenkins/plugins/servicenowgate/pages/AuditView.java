package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Item;
import hudson.model.Job;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.audit.AuditEntry;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.deployment.OutcomeBadge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** One page of the audit: deployments of jobs that the user may read, filtered by text and outcome. */
@Restricted(NoExternalUse.class)
public final class AuditView extends PagedView<AuditRow> {
    private final GateOutcome outcome;

    private AuditView(
            @CheckForNull String filter, @CheckForNull GateOutcome outcome, List<AuditRow> all, int page, int size) {
        super(filter, all, page, size);
        this.outcome = outcome;
    }

    /**
     * @param decision name of the outcome to show; any other value shows all
     */
    @NonNull
    static AuditView of(
            @NonNull List<AuditEntry> newest,
            @CheckForNull String filter,
            @CheckForNull String decision,
            int page,
            int size) {
        GateOutcome wanted = outcomes()
                .filter(each -> each.name().equals(decision))
                .findFirst()
                .orElse(null);
        Map<String, Optional<Job<?, ?>>> jobs = new HashMap<>();
        List<AuditRow> rows = new ArrayList<>();
        boolean administrator = Jenkins.get().hasPermission(Jenkins.SYSTEM_READ);
        for (AuditEntry entry : newest) {
            row(entry, jobs, administrator)
                    .filter(row -> wanted == null || entry.outcome() == wanted)
                    .filter(row -> contains(filter, row.texts()))
                    .ifPresent(rows::add);
        }
        return new AuditView(filter, wanted, rows, page, size);
    }

    /**
     * The row of an entry, if the user may see it. Entries of deleted jobs need Overall/SystemRead, because their
     * readers are no longer known.
     */
    private static Optional<AuditRow> row(
            AuditEntry entry, Map<String, Optional<Job<?, ?>>> jobs, boolean administrator) {
        if (entry.jobDeleted()) {
            return administrator ? Optional.of(new AuditRow(entry, null)) : Optional.empty();
        }
        return jobs.computeIfAbsent(entry.job(), AuditView::readable).map(job -> new AuditRow(entry, job));
    }

    private static Optional<Job<?, ?>> readable(String name) {
        Job<?, ?> job;
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            job = Jenkins.get().getItemByFullName(name, Job.class);
        }
        return job != null && job.hasPermission(Item.READ) ? Optional.of(job) : Optional.empty();
    }

    private static Stream<GateOutcome> outcomes() {
        return Stream.of(
                GateOutcome.PROCEED,
                GateOutcome.REFUSE,
                GateOutcome.ABORTED,
                GateOutcome.BYPASSED,
                GateOutcome.SWITCHED_OFF,
                GateOutcome.NOT_REQUIRED,
                GateOutcome.SKIPPED);
    }

    /** The outcomes that can be selected. */
    @NonNull
    public List<OutcomeBadge> getOutcomes() {
        return outcomes().map(each -> new OutcomeBadge(each, null)).toList();
    }

    /** The name of the selected outcome; empty for all. */
    @NonNull
    public String getDecision() {
        return outcome == null ? "" : outcome.name();
    }

    @NonNull
    @Override
    public String pageAddress(int number) {
        return address(number) + "&decision=" + getDecision();
    }

    /** The relative URL of the same list as comma-separated values, all pages of it. */
    @NonNull
    public String getCsvAddress() {
        return "csv" + pageAddress(1);
    }
}
