package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.tasks.Fingerprinter;
import io.jenkins.plugins.servicenowgate.evidence.EvidencePart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The artifacts that patterns match, with size and SHA-256. */
@Extension(ordinal = 200)
@Restricted(NoExternalUse.class)
public final class ArtifactSource implements EvidenceSource {
    private static final String TITLE = "Artifacts";

    /** More than that are counted, but not read. */
    static final int MAX_ARTIFACTS = 200;

    @NonNull
    @Override
    public String key() {
        return "artifacts";
    }

    @CheckForNull
    @Override
    public EvidencePart gather(@NonNull EvidenceContext context) throws IOException, InterruptedException {
        List<String> patterns = context.settings().getArtifacts();
        if (patterns.isEmpty()) {
            return null;
        }
        Run<?, ?> run = context.getMadeBy();
        // All archived artifacts are meant, and never all files of a workspace.
        FoundFiles found = FoundFiles.of(run, patterns.contains("**") ? null : context.workspace(), patterns);
        int number = found.files().size();
        if (number == 0) {
            String why = run == null
                    ? "unknown, because it is not known which build made version " + context.getVersion()
                    : "none that " + run.getFullDisplayName() + " archived matches " + String.join(", ", patterns);
            return EvidencePart.of(TITLE, why).value("known", run != null).value("count", 0);
        }
        Map<String, String> fingerprints = found.archived() ? fingerprints(run) : Map.of();
        EvidencePart part = EvidencePart.of(
                TITLE,
                found.archived()
                        ? number + " archived by " + run.getFullDisplayName()
                        : number + " in the workspace, not archived");
        List<Map<String, Object>> values = new ArrayList<>();
        for (FoundFiles.Found file : found.files().subList(0, Math.min(number, MAX_ARTIFACTS))) {
            Checksum checksum = Checksum.of(file);
            Map<String, Object> value = new LinkedHashMap<>();
            value.put("path", file.path());
            value.put("size", checksum.size());
            value.put("sha256", checksum.sha256());
            String fingerprint = fingerprints.get(file.path());
            if (fingerprint != null) {
                value.put("fingerprint", fingerprint);
            }
            values.add(value);
        }
        for (int i = 0; i < number; i++) {
            part.line(
                    i < values.size()
                            ? line(values.get(i))
                            : found.files().get(i).path());
        }
        return part.value("known", true)
                .value("count", number)
                .value("archived", found.archived())
                .value("complete", number <= MAX_ARTIFACTS)
                .value("patterns", patterns)
                .value("artifacts", values);
    }

    private static String line(Map<String, Object> artifact) {
        Object fingerprint = artifact.get("fingerprint");
        return artifact.get("path") + ", " + artifact.get("size") + " bytes, SHA-256 " + artifact.get("sha256")
                + (fingerprint == null ? "" : ", MD5 fingerprint " + fingerprint);
    }

    /** The fingerprints that Jenkins has of files of the build, by path. */
    private static Map<String, String> fingerprints(@CheckForNull Run<?, ?> run) {
        Fingerprinter.FingerprintAction action =
                run == null ? null : run.getAction(Fingerprinter.FingerprintAction.class);
        return action == null ? Map.of() : action.getRecords();
    }
}
