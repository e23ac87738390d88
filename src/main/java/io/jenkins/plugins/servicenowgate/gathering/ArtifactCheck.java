package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceJson;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Compares the archived artifacts with those that approvers were told. What can't be read counts as different. */
@Restricted(NoExternalUse.class)
public final class ArtifactCheck {
    private ArtifactCheck() {}

    /**
     * Why a deployment must not be released; null if all archived artifacts are the same. Reads them.
     *
     * @param archived the artifacts that its evidence names; null for none
     * @param required patterns of artifacts that the evidence must name
     */
    @CheckForNull
    public static String refusal(@CheckForNull EvidenceJson.Archived archived, @NonNull List<String> required) {
        if (archived == null || !archived.patterns().containsAll(required)) {
            return Messages.Evidence_NothingToCompare();
        }
        Job<?, ?> job = Jenkins.get().getItemByFullName(archived.job(), Job.class);
        Run<?, ?> run = job == null ? null : job.getBuildByNumber(archived.number());
        if (run == null) {
            return Messages.Evidence_BuildGone(archived.job(), archived.number());
        }
        try {
            return refusal(run, archived);
        } catch (IOException | RuntimeException e) {
            return Messages.Evidence_ArtifactsUnreadable(run.getFullDisplayName(), TextSanitizer.clean(e.toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Messages.Evidence_ArtifactsUnreadable(run.getFullDisplayName(), e.toString());
        }
    }

    private static String refusal(Run<?, ?> run, EvidenceJson.Archived archived)
            throws IOException, InterruptedException {
        Map<String, String> told = new TreeMap<>();
        archived.artifacts().forEach(artifact -> told.put(artifact.path(), artifact.sha256()));
        for (FoundFiles.Found file :
                FoundFiles.of(run, null, archived.patterns()).files()) {
            String sha256 = told.remove(file.path());
            if (sha256 == null || !sha256.equals(Checksum.of(file).sha256())) {
                return Messages.Evidence_ArtifactDiffers(TextSanitizer.clean(file.path()), run.getFullDisplayName());
            }
        }
        return told.isEmpty()
                ? null
                : Messages.Evidence_ArtifactGone(
                        TextSanitizer.clean(String.join(", ", told.keySet())), run.getFullDisplayName());
    }
}
