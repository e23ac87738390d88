package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Item;
import hudson.model.Job;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.deployment.AuditEntry;
import io.jenkins.plugins.servicenowgate.deployment.Outcome;
import io.jenkins.plugins.servicenowgate.deployment.OutcomeLook;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The part of the audit that a request asks for: of jobs that the viewer may read, by text and outcome, one page. */
@Restricted(NoExternalUse.class)
public final class AuditView extends PagedView<AuditRow> {
    private final Outcome outcome;

    private AuditView(
            @CheckForNull String filter, @CheckForNull Outcome outcome, List<AuditRow> all, int page, int size) {
        super(filter, all, page, size);
        this.outcome = outcome;
    }

    /**
     * @param decision name of the outcome that is wanted; anything else for all
     */
    @NonNull
    static AuditView of(
            @NonNull List<AuditEntry> newest,
            @CheckForNull String filter,
            @CheckForNull String decision,
            int page,
            int size) {
        Outcome wanted = outcomes()
                .filter(each -> each.name().equals(decision))
                .findFirst()
                .orElse(null);
        Map<String, Optional<Job<?, ?>>> jobs = new HashMap<>();
        List<AuditRow> rows = new ArrayList<>();
        for (AuditEntry entry : newest) {
            jobs.computeIfAbsent(entry.job(), AuditView::readable)
                    .map(job -> new AuditRow(entry, job))
                    .filter(row -> wanted == null || entry.outcome().outcome() == wanted)
                    .filter(row -> contains(filter, row.texts()))
                    .ifPresent(rows::add);
        }
        return new AuditView(filter, wanted, rows, page, size);
    }

    private static Optional<Job<?, ?>> readable(String name) {
        Job<?, ?> job;
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            job = Jenkins.get().getItemByFullName(name, Job.class);
        }
        return job != null && job.hasPermission(Item.READ) ? Optional.of(job) : Optional.empty();
    }

    private static Stream<Outcome> outcomes() {
        return Stream.of(Outcome.PROCEED, Outcome.REFUSE, Outcome.ABORTED, Outcome.BYPASSED, Outcome.SWITCHED_OFF);
    }

    /** Those that can be chosen. */
    @NonNull
    public List<OutcomeLook> getOutcomes() {
        return outcomes().map(each -> new OutcomeLook(each, null)).toList();
    }

    /** The name of the chosen one; empty for all. */
    @NonNull
    public String getDecision() {
        return outcome == null ? "" : outcome.name();
    }

    @NonNull
    @Override
    public String pageAddress(int number) {
        return address(number) + "&decision=" + getDecision();
    }

    /** The same as a table for other programs, all pages of it. */
    @NonNull
    public String getCsvAddress() {
        return "csv" + pageAddress(1);
    }
}
