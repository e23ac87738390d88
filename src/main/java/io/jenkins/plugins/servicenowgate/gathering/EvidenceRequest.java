package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.model.Actionable;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import java.util.Set;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * What a step or job adds to the evidence. Never stored.
 *
 * @param sameArtifacts whether a release is refused if the archived artifacts differ from the evidence
 * @param secrets what is masked besides sensitive parameters
 * @param workspace of the step; null outside of a {@code node} block
 */
@Restricted(NoExternalUse.class)
public record EvidenceRequest(
        @NonNull EvidenceSettings settings,
        boolean sameArtifacts,
        @NonNull Set<String> secrets,
        @CheckForNull FilePath workspace) {
    /** For a place that adds nothing. */
    public static final EvidenceRequest NONE = new EvidenceRequest(new EvidenceSettings(), false, Set.of(), null);

    public EvidenceRequest {
        secrets = Set.copyOf(secrets);
    }

    /** The same with what the declarations want to be told. */
    @NonNull
    public EvidenceRequest with(@NonNull EvidenceSettings declared, boolean declaredSameArtifacts) {
        return new EvidenceRequest(declared.with(settings), sameArtifacts || declaredSameArtifacts, secrets, workspace);
    }

    /**
     * The same with the secrets in its links masked, so that they are not stored either. Other texts are not shown before
     * they are masked.
     *
     * @param origin the build or the item of the queue; null if it is gone
     */
    @NonNull
    public EvidenceRequest masked(@CheckForNull Actionable origin) {
        return settings.getLinks().isEmpty()
                ? this
                : new EvidenceRequest(
                        settings.mapLinks(SecretMasks.orEverything(origin, secrets)),
                        sameArtifacts,
                        secrets,
                        workspace);
    }

    /** Without the values: they are secret. */
    @Override
    public String toString() {
        return settings.toString();
    }
}
