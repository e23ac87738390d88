package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionPoint;
import io.jenkins.plugins.servicenowgate.evidence.EvidencePart;

/**
 * Adds a part to what approvers are told about a deployment, for example the result of a scan. Annotate an implementation
 * with {@code @Extension}; a higher ordinal comes first. {@code docs/evidence-sources.md} has an example.
 */
public interface EvidenceSource extends ExtensionPoint {
    /** Under which name the part is in the JSON form: letters and digits, unique among all sources. */
    @NonNull
    String key();

    /**
     * Gathers the part. Called as the system, on a thread of its own, while the deployment waits for it, and only for a
     * deployment that requires a change. A source that throws, or is interrupted because it takes longer than all sources
     * together may, is left out with a line on the console; nothing else happens.
     *
     * @return null if the source has nothing to say about this deployment
     * @throws Exception if the part can't be gathered; its message is shown
     */
    @CheckForNull
    EvidencePart gather(@NonNull EvidenceContext context) throws Exception;
}
