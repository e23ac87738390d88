package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The changes that this controller created, each with the id of the deployment for which it did, so that a later deployment
 * that does not take place can cancel them, too; and those with which a deployment took place without an approval, so that
 * they are kept. A missing entry of the first kind only keeps a change; a wrong one cancels nothing, because the change itself
 * must contain the id.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class CreatedChanges {
    private static final Logger LOGGER = Logger.getLogger(CreatedChanges.class.getName());

    private final DatedEntries created =
            new DatedEntries(DatedEntries.file("created-changes.txt"), "\\p{XDigit}{32}", "[\\p{XDigit}-]{36}", 20_000);

    /** Of break-glass releases, and of the time in which enforcement is switched off. */
    private final DatedEntries unapproved =
            new DatedEntries(DatedEntries.file("unapproved-deployments.txt"), "\\p{XDigit}{32}", "", 20_000);

    @NonNull
    static CreatedChanges get() {
        return ExtensionList.lookupSingleton(CreatedChanges.class);
    }

    /** The id of the deployment for which the change was created; null for a change that this controller did not create. */
    @CheckForNull
    String creator(@NonNull SysId change) {
        return created.get(change.value());
    }

    /** Whether a deployment used the change without its approval, or may have, because the file is damaged. */
    boolean isDeployedUnapproved(@NonNull SysId change) {
        return unapproved.get(change.value()) != null || unapproved.mayMiss(change.value(), null);
    }

    /** Reads the files again, as after a restart. */
    void reloadForTests() {
        created.reload();
        unapproved.reload();
    }

    /** Adds the change of a deployment, if it was created for it or is used without an approval. */
    void add(@NonNull DeploymentRecord record) {
        SysId change = record.changeLink().sysId();
        if (change == null) {
            return;
        }
        GateOutcome outcome = record.getOutcome();
        try {
            if (outcome == GateOutcome.BYPASSED || outcome == GateOutcome.SWITCHED_OFF) {
                unapproved.putIfAbsent(change.value(), "");
            }
            if (record.changeLink().isOwn()) {
                created.putIfAbsent(change.value(), record.getId());
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not store what became of " + record.getNumber());
        }
    }
}
