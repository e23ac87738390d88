package io.jenkins.plugins.servicenowgate.evidence;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.nio.file.Path;
import java.util.List;

/**
 * What approvers are told about one deployment, as texts for ServiceNow. Stored with the deployment, so that it never
 * changes after it was sent. Each text fits its column; an empty one says nothing.
 *
 * @param description for a created Normal or Emergency change, as the three after it
 * @param testPlan where nothing else sets this column
 * @param backoutPlan where nothing else sets this column
 * @param justification where nothing else sets this column
 * @param workNote for a Standard change, and for a change that was found
 * @param json content of {@code jenkins-evidence.json}
 * @param files the attachments
 */
public record ChangeEvidence(
        @NonNull String description,
        @NonNull String testPlan,
        @NonNull String backoutPlan,
        @NonNull String justification,
        @NonNull String workNote,
        @NonNull String json,
        @NonNull List<EvidenceFile> files) {
    public ChangeEvidence {
        files = List.copyOf(files);
    }

    /** The same evidence, the relative paths of its files taken from this directory. */
    @NonNull
    public ChangeEvidence in(@NonNull Path directory) {
        return new ChangeEvidence(
                description,
                testPlan,
                backoutPlan,
                justification,
                workNote,
                json,
                files.stream().map(file -> file.in(directory)).toList());
    }
}
