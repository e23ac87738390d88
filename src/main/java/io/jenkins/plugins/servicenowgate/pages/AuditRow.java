package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Job;
import io.jenkins.plugins.servicenowgate.deployment.AuditEntry;
import io.jenkins.plugins.servicenowgate.deployment.Bypass;
import io.jenkins.plugins.servicenowgate.deployment.Moment;
import io.jenkins.plugins.servicenowgate.deployment.OutcomeLook;
import io.jenkins.plugins.servicenowgate.gate.BookEntry;
import java.time.Instant;
import java.util.stream.Stream;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One deployment in the audit view. */
@Restricted(NoExternalUse.class)
@ExportedBean(defaultVisibility = 2)
public final class AuditRow {
    private final AuditEntry entry;
    private final Job<?, ?> job;

    AuditRow(@NonNull AuditEntry entry, @NonNull Job<?, ?> job) {
        this.entry = entry;
        this.job = job;
    }

    @NonNull
    Stream<String> texts() {
        Bypass bypass = entry.bypass();
        return Stream.of(
                getProject(),
                getEnvironment(),
                getVersion(),
                getNumber(),
                getBuild(),
                getStartedBy(),
                getReason(),
                bypass == null ? null : bypass.getPerson());
    }

    @NonNull
    public OutcomeLook getOutcome() {
        return entry.outcome();
    }

    @NonNull
    @Exported
    public String getDecision() {
        return entry.outcome().outcome().name();
    }

    /** How the deployment ended; null while it has not, or where it never began. */
    @CheckForNull
    @Exported
    public String getResult() {
        BookEntry.CloseCode code = entry.outcome().closeCode();
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

    /** The change's page in ServiceNow. */
    @CheckForNull
    @Exported
    public String getUrl() {
        return entry.url();
    }

    /** The build, or the item of the queue. */
    @NonNull
    @Exported
    public String getBuild() {
        return entry.name();
    }

    /** Its page, relative to Jenkins' root. */
    @NonNull
    @Exported
    public String getPath() {
        return job.getUrl() + entry.place();
    }

    @NonNull
    @Exported
    public String getStartedBy() {
        return entry.startedBy();
    }

    /** Who let it go without an approved change; null where nobody did. */
    @CheckForNull
    @Exported(inline = true)
    public Bypass getBypass() {
        return entry.bypass();
    }

    @NonNull
    @Exported
    public String getAsked() {
        return entry.asked().toString();
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

    private static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }

    @NonNull
    public Moment getAskedAt() {
        return new Moment(entry.asked());
    }

    @CheckForNull
    public Moment getReleasedAt() {
        return Moment.of(entry.released());
    }

    @CheckForNull
    public Moment getEndedAt() {
        return Moment.of(entry.ended());
    }
}
