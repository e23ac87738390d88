package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.XmlFile;
import hudson.model.PeriodicWork;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The changes that the plugin created for deployments that are over, until they are closed or canceled: people may have
 * forgotten them. They are read in batches every ten minutes, those that deployments wait for apart. Loss of the file
 * only shortens the list.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class UnusedChanges extends PeriodicWork {
    private static final Logger LOGGER = Logger.getLogger(UnusedChanges.class.getName());
    private static final int MAX = 1000;
    /** Until then, people and the plugin itself may still move the change. */
    private static final Duration MIN_AGE = Duration.ofMinutes(10);

    /** Oldest first; null until it is needed. */
    private List<UnusedChange> changes;

    @NonNull
    public static UnusedChanges get() {
        return ExtensionList.lookupSingleton(UnusedChanges.class);
    }

    private static XmlFile file() {
        return new XmlFile(new File(Jenkins.get().getRootDir(), "servicenow-gate/unused-changes.xml"));
    }

    /** The open changes for which no deployment waits or runs; the caller checks who may read their jobs. */
    @NonNull
    public List<UnusedChange> open() {
        return unused().stream().filter(change -> change.getState() != null).toList();
    }

    private List<UnusedChange> unused() {
        List<UnusedChange> all;
        synchronized (this) {
            all = List.copyOf(load());
        }
        return all.stream()
                .filter(change -> !DeploymentRegistry.get().uses(change.getConnection(), change.sysId()))
                .toList();
    }

    /** Adds the change of a deployment that is over, if it was created for it. */
    synchronized void add(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        if (record.getConnection() == null || !record.changeLink().isOwn() || record.getSysId() == null) {
            return;
        }
        UnusedChange added = new UnusedChange(host, record);
        List<UnusedChange> all = load();
        if (added.isComplete() && all.stream().noneMatch(added::isSameAs)) {
            all.add(added);
            while (all.size() > MAX) {
                all.remove(0);
            }
            store();
        }
    }

    synchronized void renameJob(@NonNull String oldName, @NonNull String newName) {
        List<UnusedChange> renamed =
                load().stream().filter(change -> change.job().equals(oldName)).toList();
        if (!renamed.isEmpty()) {
            renamed.forEach(change -> change.renameJob(newName));
            store();
        }
    }

    @Override
    public long getRecurrencePeriod() {
        return TimeUnit.MINUTES.toMillis(10);
    }

    @Override
    public long getInitialDelay() {
        return TimeUnit.MINUTES.toMillis(2);
    }

    @Override
    protected void doRun() {
        FaultBarrier.run(UnusedChanges.class, () -> check(MIN_AGE));
    }

    /**
     * Reads the changes of each connection, in the background.
     *
     * @param age since when their deployments are over at least
     */
    void check(@NonNull Duration age) {
        Map<String, List<UnusedChange>> byConnection = unused().stream()
                .filter(change -> change.isOlderThan(age))
                .collect(Collectors.groupingBy(UnusedChange::getConnection));
        byConnection.forEach((connection, of) -> {
            if (ServiceNowGateConfiguration.get().connection(connection) != null) {
                ConnectionRuntimes.get()
                        .of(connection)
                        .read(of.stream().map(UnusedChange::sysId).toList(), read -> checked(connection, read));
            }
        });
    }

    private synchronized void checked(String connection, Map<SysId, ChangeRequest> read) {
        List<UnusedChange> all = load();
        for (UnusedChange change : List.copyOf(all)) {
            ChangeRequest seen = change.getConnection().equals(connection) ? read.get(change.sysId()) : null;
            if (seen != null) {
                change.checked(seen);
                if (!seen.active()) {
                    all.remove(change);
                }
            }
        }
        store();
    }

    private void store() {
        try {
            file().write(new ArrayList<>(load()));
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not store the list of unused changes");
        }
    }

    /** Reads the file again, as after a restart. */
    synchronized void reloadForTests() {
        changes = null;
    }

    private List<UnusedChange> load() {
        if (changes == null) {
            changes = new ArrayList<>();
            try {
                if (file().exists() && file().read() instanceof List<?> read) {
                    read.stream()
                            .filter(UnusedChange.class::isInstance)
                            .map(UnusedChange.class::cast)
                            .filter(UnusedChange::isComplete)
                            .forEach(changes::add);
                }
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.WARNING, e, () -> "Could not read the list of unused changes; it starts empty");
            }
        }
        return changes;
    }
}
