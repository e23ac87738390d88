package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.listeners.ItemListener;
import hudson.model.listeners.RunListener;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.control.Levels;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * What became of the last deployments of this controller, in memory. Kept with the builds, from which it is read again
 * after a restart, in the background; what is deleted with a build is gone.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class Audit extends ItemListener {
    private static final Logger LOGGER = Logger.getLogger(Audit.class.getName());
    private static final int MOST = 1000;
    private static final int SLACK = 100;
    private static final int MOST_BUILDS_OF_A_JOB = 200;
    private static final Duration READ_BACK = Duration.ofDays(30);
    private static final Comparator<AuditEntry> NEWEST_FIRST =
            Comparator.comparing(AuditEntry::decided).reversed().thenComparing(AuditEntry::id);

    private final Map<String, AuditEntry> entries = new HashMap<>();
    private volatile boolean reading = true;

    @NonNull
    public static Audit get() {
        return ExtensionList.lookupSingleton(Audit.class);
    }

    /** The newest first; mind who may read their jobs. */
    @NonNull
    public List<AuditEntry> newest() {
        List<AuditEntry> newest;
        synchronized (this) {
            newest = new ArrayList<>(entries.values());
        }
        newest.sort(NEWEST_FIRST);
        return newest.size() > MOST ? newest.subList(0, MOST) : newest;
    }

    /** Whether the builds of before the last restart are still being read. */
    public boolean isReading() {
        return reading;
    }

    /** Something became of the deployment, or became known of it. */
    void tell(@NonNull Home home, @NonNull DeploymentRecord record) {
        if (counts(record)) {
            keep(AuditEntry.of(home, record), true);
        }
    }

    /** Not those that wait, in the queue for an executor too, nor those for which no change was required. */
    private static boolean counts(DeploymentRecord record) {
        Outcome outcome = record.getDecision();
        return outcome != Outcome.WAIT
                && outcome != Outcome.NOT_REQUIRED
                && (outcome != Outcome.PROCEED || record.course().isStarted());
    }

    private synchronized void keep(AuditEntry entry, boolean newer) {
        if (newer) {
            entries.put(entry.id(), entry);
        } else {
            entries.putIfAbsent(entry.id(), entry);
        }
        if (entries.size() > MOST + SLACK) {
            entries.values().stream()
                    .sorted(NEWEST_FIRST)
                    .skip(MOST)
                    .map(AuditEntry::id)
                    .toList()
                    .forEach(entries::remove);
        }
    }

    // ---- what was before a restart

    @Override
    public void onLoaded() {
        FaultBarrier.run(Audit.class, () -> {
            try {
                Computer.threadPoolForRemoting.execute(this::read);
            } catch (RejectedExecutionException e) {
                reading = false;
            }
        });
    }

    private void read() {
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            long oldest = Instant.now().minus(READ_BACK).toEpochMilli();
            for (Job<?, ?> job : Jenkins.get().allItems(Job.class)) {
                read(job, oldest);
            }
        } finally {
            reading = false;
        }
    }

    private void read(Job<?, ?> job, long oldest) {
        try {
            if (!Levels.isControlled(job)) {
                return;
            }
            int left = MOST_BUILDS_OF_A_JOB;
            for (Run<?, ?> run : job.getBuilds()) {
                if (left-- == 0 || run.getTimeInMillis() < oldest) {
                    return;
                }
                ChangeRequestsAction action = run.getAction(ChangeRequestsAction.class);
                if (action != null) {
                    Home home = new BuildHome(run, TaskListener.NULL);
                    action.getDeployments().stream()
                            .filter(Audit::counts)
                            .forEach(record -> keep(AuditEntry.of(home, record), false));
                }
            }
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "What became of the deployments of " + job + " could not be read.");
        }
    }

    // ---- what is deleted or moved

    @Override
    public void onDeleted(Item item) {
        FaultBarrier.run(Audit.class, () -> {
            String name = item.getFullName();
            synchronized (this) {
                entries.values().removeIf(entry -> entry.job().equals(name));
            }
        });
    }

    @Override
    public void onLocationChanged(Item item, String oldFullName, String newFullName) {
        FaultBarrier.run(Audit.class, () -> {
            synchronized (this) {
                entries.replaceAll((id, entry) -> entry.job().equals(oldFullName) ? entry.movedTo(newFullName) : entry);
            }
        });
    }

    private synchronized void forget(ChangeRequestsAction action) {
        action.getDeployments().forEach(record -> entries.remove(record.getId()));
    }

    /** Deployments go with their builds. */
    @Extension
    @Restricted(NoExternalUse.class)
    public static final class DeletedBuilds extends RunListener<Run<?, ?>> {
        @Override
        public void onDeleted(Run<?, ?> run) {
            FaultBarrier.run(DeletedBuilds.class, () -> {
                ChangeRequestsAction action = run.getAction(ChangeRequestsAction.class);
                if (action != null) {
                    get().forget(action);
                }
            });
        }
    }
}
