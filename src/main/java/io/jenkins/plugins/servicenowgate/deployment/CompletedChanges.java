package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.XmlFile;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The changes to which this controller put an end, for instances that don't keep close notes in Review. To forget one,
 * or to know one too many, opens no gate: at worst a deployment is refused, or gets a new change to be approved.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class CompletedChanges {
    private static final Logger LOGGER = Logger.getLogger(CompletedChanges.class.getName());
    private static final Duration KEPT = Duration.ofDays(180);

    private Map<String, Long> finished;

    @NonNull
    static CompletedChanges get() {
        return ExtensionList.lookupSingleton(CompletedChanges.class);
    }

    private static XmlFile file() {
        return new XmlFile(new File(Jenkins.get().getRootDir(), "servicenow-gate/finished-changes.xml"));
    }

    synchronized boolean contains(@NonNull SysId change) {
        return load().containsKey(change.value());
    }

    synchronized void add(@NonNull SysId change) throws IOException {
        Map<String, Long> all = load();
        long now = System.currentTimeMillis();
        if (all.putIfAbsent(change.value(), now) == null) {
            all.values().removeIf(since -> since < now - KEPT.toMillis());
            file().write(all);
        }
    }

    @SuppressWarnings("unchecked") // The file holds what add wrote.
    private Map<String, Long> load() {
        if (finished == null) {
            finished = new LinkedHashMap<>();
            try {
                if (file().exists() && file().read() instanceof Map<?, ?> read) {
                    finished.putAll((Map<String, Long>) read);
                }
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.WARNING, e, () -> "The list of finished changes could not be read; it begins anew.");
            }
        }
        return finished;
    }
}
