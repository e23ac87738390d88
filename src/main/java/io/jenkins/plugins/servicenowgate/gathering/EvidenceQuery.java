package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Actionable;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceReport;
import java.util.function.UnaryOperator;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The deployment about which evidence is gathered.
 *
 * @param id of the deployment
 * @param origin the build or the item of the queue; null if that is gone
 * @param name of the build or item
 * @param url of the build or job; null where Jenkins does not know its own address
 */
@Restricted(NoExternalUse.class)
public record EvidenceQuery(
        @NonNull String id,
        @NonNull Job<?, ?> job,
        @CheckForNull Actionable origin,
        @NonNull String name,
        @CheckForNull String url,
        @NonNull String requestedBy,
        @NonNull String project,
        @NonNull String version,
        @NonNull String environment,
        @NonNull EvidenceRequest request) {
    @NonNull
    EvidenceReport.Build build(@NonNull UnaryOperator<String> masks) {
        return new EvidenceReport.Build(
                masks.apply(name), job.getFullName(), origin instanceof Run<?, ?> run ? run.getNumber() : 0, url);
    }
}
