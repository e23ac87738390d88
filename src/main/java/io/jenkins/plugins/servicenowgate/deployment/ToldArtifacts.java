package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceJson;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Of which artifacts the approvers of a change were told first. Deployments of one version share a change, and each gathers
 * its own evidence: only the one whose artifacts the approvers saw may use the approval. What is not known here opens no
 * gate.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class ToldArtifacts {
    private static final Logger LOGGER = Logger.getLogger(ToldArtifacts.class.getName());

    /** By sys_id and connection: the checksum of all artifacts, the build that made them, and its job. */
    private final DatedEntries told = new DatedEntries(
            DatedEntries.file("told-artifacts.txt"),
            "\\p{XDigit}{32}@[^\\s@]+",
            "\\p{XDigit}{64} \\d{1,10} \\S+",
            20_000);

    @NonNull
    static ToldArtifacts get() {
        return ExtensionList.lookupSingleton(ToldArtifacts.class);
    }

    /**
     * Remembers what the approvers of a change are told of artifacts, unless something was told before. What a deployment
     * tells after the approval was not approved, unless the change was created for this deployment; and neither may what it
     * tells be the first, if the file is damaged.
     */
    void onPolled(@NonNull DeploymentRecord record, @NonNull ChangeRequest change) {
        String key = key(record, change);
        boolean own = record.changeLink().isOwn();
        if (told.get(key) != null || !own && !isUndecided(change)) {
            return;
        }
        EvidenceJson.Archived archived = record.archivedArtifacts();
        if (archived == null) {
            return;
        }
        String artifacts = archived.digest() + ' ' + archived.number() + ' ' + encoded(archived.job());
        if (!own && told.mayMiss(key, artifacts)) {
            return;
        }
        try {
            told.putIfAbsent(key, artifacts);
        } catch (IOException e) {
            LOGGER.log(
                    Level.WARNING,
                    e,
                    () -> "Could not store which artifacts the approvers of " + change.number() + " were told of");
        }
    }

    /** Why a deployment must not be released by the change: its approvers were told of other artifacts. Else null. */
    @CheckForNull
    String refusal(@NonNull DeploymentRecord record, @NonNull ChangeRequest change) {
        String first = told.get(key(record, change));
        if (first == null) {
            return Messages.Evidence_ToldTooLate(change.number());
        }
        String[] parts = first.split(" ");
        EvidenceJson.Archived archived = record.archivedArtifacts();
        return archived != null && archived.digest().equals(parts[0])
                ? null
                : Messages.Evidence_OtherThanApproved(
                        change.number(),
                        parts[1],
                        TextSanitizer.clean(URLDecoder.decode(parts[2], StandardCharsets.UTF_8)));
    }

    private static boolean isUndecided(ChangeRequest change) {
        ChangeState state = change.state();
        return (state == ChangeState.NEW || state == ChangeState.ASSESS || state == ChangeState.AUTHORIZE)
                && !"approved".equalsIgnoreCase(change.approval().strip());
    }

    private static String key(DeploymentRecord record, ChangeRequest change) {
        return change.sysId().value() + '@' + encoded(record.requiredConnection());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
