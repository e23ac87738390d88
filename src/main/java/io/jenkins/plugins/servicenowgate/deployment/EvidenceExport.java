package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceFile;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceJson;
import java.util.List;
import java.util.Map;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** What approvers are told, in the API of a build. */
@ExportedBean(defaultVisibility = 2)
public final class EvidenceExport {
    private final ChangeEvidence evidence;

    EvidenceExport(@NonNull ChangeEvidence evidence) {
        this.evidence = evidence;
    }

    @NonNull
    @Exported
    public String getDescription() {
        return evidence.description();
    }

    /** The content of {@code jenkins-evidence.json}. */
    @NonNull
    @Exported
    public Map<String, Object> getDetails() {
        return EvidenceJson.read(evidence.json());
    }

    /** The names of the attachments. */
    @NonNull
    @Exported
    public List<String> getFiles() {
        return evidence.files().stream().map(EvidenceFile::name).toList();
    }
}
