package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.servicenowgate.evidence.EvidencePart;
import java.util.Map;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The addresses that the settings name. */
@Extension(ordinal = 100)
@Restricted(NoExternalUse.class)
public final class LinkSource implements EvidenceSource {
    @NonNull
    @Override
    public String key() {
        return "links";
    }

    @CheckForNull
    @Override
    public EvidencePart gather(@NonNull EvidenceContext context) {
        Map<String, String> links = context.settings().getLinks();
        if (links.isEmpty()) {
            return null;
        }
        EvidencePart part = EvidencePart.of("Links", String.valueOf(links.size()));
        links.forEach((name, address) -> part.line(name + ": " + address));
        return part.value("links", links);
    }
}
