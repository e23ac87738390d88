package io.jenkins.plugins.servicenowgate.audit;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.listeners.ItemListener;
import hudson.model.listeners.RunListener;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.Deployment;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentListener;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentState;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * What became of all deployments of this controller, including those that needed no change. Stored in files of its own
 * below {@code servicenow-gate/audit}, so that entries are readable at once after a restart and outlive their builds.
 * Where entries can't be stored, the log says so; the build records keep what they hold.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class AuditLog extends ItemListener implements DeploymentListener {
    private static final Logger LOGGER = Logger.getLogger(AuditLog.class.getName());
    private static final long MAX_BYTES_PER_FILE = 1_000_000;
    private static final Comparator<AuditEntry> NEWEST_FIRST =
            Comparator.comparing(AuditEntry::decided).reversed().thenComparing(AuditEntry::id);

    /** By deployment id; null until it is needed. */
    private Map<String, AuditEntry> entries;

    @NonNull
    public static AuditLog get() {
        return ExtensionList.lookupSingleton(AuditLog.class);
    }

    private static AuditFiles files() {
        return new AuditFiles(
                new File(Jenkins.get().getRootDir(), "servicenow-gate/audit").toPath(), MAX_BYTES_PER_FILE);
    }

    private static Instant oldest() {
        return Instant.now()
                .minus(Duration.ofDays(ServiceNowGateConfiguration.get().getAuditRetentionDays()));
    }

    /** All entries within the retention, the newest first; the caller checks who may read their jobs. */
    @NonNull
    public List<AuditEntry> newest() {
        Instant oldest = oldest();
        List<AuditEntry> newest;
        synchronized (this) {
            newest = new ArrayList<>(entries().values());
        }
        newest.removeIf(entry -> entry.decided().isBefore(oldest));
        newest.sort(NEWEST_FIRST);
        return newest;
    }

    @Override
    public void onChanged(@NonNull Deployment deployment, @NonNull DeploymentState from, @NonNull DeploymentState to) {
        if (isDecided(to)) {
            AuditEntry entry = AuditEntry.of(deployment.host(), deployment.record());
            synchronized (this) {
                if (!entry.equals(entries().get(entry.id()))) {
                    add(AuditLine.of(entry));
                }
            }
        }
    }

    /** Not while it waits for its change, or was released and waits for an executor. */
    private static boolean isDecided(DeploymentState state) {
        return state != DeploymentState.WAITING && state != DeploymentState.RELEASED;
    }

    private synchronized Map<String, AuditEntry> entries() {
        if (entries == null) {
            entries = readAll();
        }
        return entries;
    }

    private static Map<String, AuditEntry> readAll() {
        Map<String, AuditEntry> read = new HashMap<>();
        try {
            files().read(line -> line.applyTo(read));
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not read the audit files");
        }
        return read;
    }

    /** In memory in any case; on the disk if that is possible. */
    private synchronized void add(AuditLine line) {
        line.applyTo(entries());
        try {
            AuditFiles files = files();
            files.append(line);
            if (files.deleteOlderThan(oldest())) {
                entries = null;
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not store an entry of the audit");
        }
    }

    /** Reads the files again, as after a restart. */
    public synchronized void reloadForTests() {
        entries = null;
    }

    // ---- jobs and builds

    @Override
    public void onDeleted(Item item) {
        FaultBarrier.run(AuditLog.class, () -> {
            String name = item.getFullName();
            synchronized (this) {
                if (entries().values().stream().anyMatch(entry -> entry.isOf(name))) {
                    add(AuditLine.deletedJob(name));
                }
            }
        });
    }

    @Override
    public void onLocationChanged(Item item, String oldFullName, String newFullName) {
        FaultBarrier.run(AuditLog.class, () -> {
            synchronized (this) {
                if (entries().values().stream().anyMatch(entry -> entry.isOf(oldFullName))) {
                    add(AuditLine.moved(oldFullName, newFullName));
                }
            }
        });
    }

    private synchronized void buildDeleted(ChangeRequestsAction action) {
        List<String> ids = action.getDeployments().stream()
                .map(DeploymentRecord::getId)
                .filter(entries()::containsKey)
                .toList();
        if (!ids.isEmpty()) {
            add(AuditLine.deletedBuild(ids));
        }
    }

    /** Entries of a deleted build stay, without a link to it. */
    @Extension
    @Restricted(NoExternalUse.class)
    public static final class DeletedBuilds extends RunListener<Run<?, ?>> {
        @Override
        public void onDeleted(Run<?, ?> run) {
            FaultBarrier.run(DeletedBuilds.class, () -> {
                ChangeRequestsAction action = run.getAction(ChangeRequestsAction.class);
                if (action != null) {
                    get().buildDeleted(action);
                }
            });
        }
    }
}
