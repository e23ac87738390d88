package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.config.DeclaredSettings;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import java.util.ArrayList;
import java.util.List;

/** The evidence that environments, folders and a job declare together. */
final class DeclaredEvidence {
    private DeclaredEvidence() {}

    /**
     * What the declarations want to be told together; of two links of one name, that of the outermost environment.
     *
     * @param declared the declarations of the environment, nearest first
     * @param folders the folders above the job that have a change control property, nearest first
     * @param mark the job's property; null if it has none
     */
    @NonNull
    static EvidenceSettings of(
            @NonNull List<EffectiveSettings.Declared> declared,
            @NonNull List<FolderPolicies.Level> folders,
            @CheckForNull ChangeControlJobProperty mark) {
        List<DeclaredSettings> all = new ArrayList<>();
        declared.forEach(declaration -> all.add(0, declaration.environment()));
        for (int level = folders.size() - 1; level >= 0; level--) {
            all.add(folders.get(level).property());
        }
        if (mark != null) {
            all.add(mark);
        }
        EvidenceSettings merged = new EvidenceSettings();
        for (DeclaredSettings one : all) {
            merged = merged.with(one.getEvidence());
        }
        return namesNoneOfTheSameArtifacts(declared) ? merged.with(allArtifacts()) : merged;
    }

    /**
     * Whether an environment requires the same artifacts, and neither this declaration nor one further out says which ones:
     * then nobody further in may choose them.
     */
    private static boolean namesNoneOfTheSameArtifacts(List<EffectiveSettings.Declared> declared) {
        int outermost = -1;
        for (int i = 0; i < declared.size(); i++) {
            if (declared.get(i).environment().isSameArtifacts()) {
                outermost = i;
            }
        }
        return outermost >= 0
                && declared.subList(outermost, declared.size()).stream()
                        .map(declaration -> declaration.environment().getEvidence())
                        .allMatch(evidence ->
                                evidence == null || evidence.getArtifacts().isEmpty());
    }

    private static EvidenceSettings allArtifacts() {
        EvidenceSettings all = new EvidenceSettings();
        all.setArtifacts(List.of("**"));
        return all;
    }
}
