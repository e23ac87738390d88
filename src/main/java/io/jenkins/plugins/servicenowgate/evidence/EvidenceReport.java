package io.jenkins.plugins.servicenowgate.evidence;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that was gathered about one deployment.
 *
 * @param requestedBy who or what started it
 * @param build what requests the deployment
 * @param madeBy the build that made the version; null where nobody knows
 * @param previous the version to go back to; null where nobody knows
 * @param parts by key, in the order in which they are shown
 * @param files the attachments
 * @param missing what could not be gathered, a line each
 */
public record EvidenceReport(
        @NonNull String project,
        @NonNull String version,
        @NonNull String environment,
        @NonNull String requestedBy,
        @NonNull Build build,
        @CheckForNull Build madeBy,
        @CheckForNull Previous previous,
        @NonNull Map<String, EvidencePart> parts,
        @NonNull List<EvidenceFile> files,
        @NonNull List<String> missing) {
    public EvidenceReport {
        parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
        files = List.copyOf(files);
        missing = List.copyOf(missing);
    }

    /**
     * A build, or an item of the queue.
     *
     * @param name as people know it
     * @param job its full name
     * @param number 0 for an item of the queue
     * @param url null where Jenkins does not know its own address
     */
    public record Build(
            @NonNull String name,
            @NonNull String job,
            int number,
            @CheckForNull String url) {}

    /**
     * The version that was released before.
     *
     * @param change number of its change; null if it needed none
     */
    public record Previous(
            @NonNull String version,
            @CheckForNull String change,
            @NonNull Instant releasedAt) {}

    /** The texts and the JSON form. */
    @NonNull
    public ChangeEvidence toEvidence() {
        EvidenceTexts texts = new EvidenceTexts(this);
        return new ChangeEvidence(
                texts.description(),
                texts.testPlan(),
                texts.backoutPlan(),
                texts.justification(),
                texts.workNote(),
                EvidenceJson.write(this),
                files);
    }
}
