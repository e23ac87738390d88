package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The changes that this controller moved to Review, for instances that do not keep close notes in that state. A missing or
 * superfluous entry opens no gate: at worst a deployment is refused, or gets a new change to be approved.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class CompletedChanges {
    private final DatedEntries completed =
            new DatedEntries(DatedEntries.file("completed-changes.txt"), "\\p{XDigit}{32}", "", 20_000);

    @NonNull
    static CompletedChanges get() {
        return ExtensionList.lookupSingleton(CompletedChanges.class);
    }

    boolean contains(@NonNull SysId change) {
        return completed.get(change.value()) != null;
    }

    void add(@NonNull SysId change) throws IOException {
        completed.putIfAbsent(change.value(), "");
    }
}
