package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.XmlFile;
import hudson.model.AbstractProject;
import hudson.model.Items;
import hudson.model.Queue;
import hudson.model.listeners.ItemListener;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.util.AtomicFileWriter;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRegistry;
import io.jenkins.plugins.servicenowgate.deployment.GateExecutor;
import io.jenkins.plugins.servicenowgate.deployment.UnopenedDeployments;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import jenkins.util.Timer;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Stores each deployment of a queue item in its own file, because Jenkins stores its queue as a whole, with the items
 * that the current user may see, and does not report failures. The queue itself is saved before a deployment starts,
 * once for all deployments that start at that time, so that a controller that was killed finds the items again.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class QueueItemStore extends ItemListener implements UnopenedDeployments {
    private static final Logger LOGGER = Logger.getLogger(QueueItemStore.class.getName());

    /** Called before a deployment is written; used by tests. */
    private static volatile Runnable beforeWriting = () -> {};

    /** How much of the time may be spent on saving the queue: after each save there is a break, this many times as long. */
    private static final int BREAK_FACTOR = 20;

    private static final Duration MAX_BREAK = Duration.ofSeconds(10);

    private final List<Runnable> pendingTasks = new ArrayList<>();
    private boolean saving;

    /** {@link System#nanoTime} before which the queue is not saved again. */
    private long breakEnd = System.nanoTime();

    @NonNull
    static QueueItemStore get() {
        return ExtensionList.lookupSingleton(QueueItemStore.class);
    }

    private static Path directory() {
        return new File(Jenkins.get().getRootDir(), "servicenow-gate/queued-deployments").toPath();
    }

    private static File file(String id) {
        // The id is read from the stored queue, so it is not trusted.
        String name = Util.rawEncode(id).replace('.', '_');
        return directory().resolve(name + ".xml").toFile();
    }

    // ---- saving the queue

    /**
     * Runs a task on a gate thread after the queue was saved with all current items. Returns at once. The queue is saved
     * as a whole, so items that arrive one after another share a save if the queue is long.
     */
    void afterQueueSaved(@NonNull Runnable task) {
        synchronized (this) {
            pendingTasks.add(task);
            if (saving) {
                return;
            }
            saving = true;
        }
        scheduleSave();
    }

    private void scheduleSave() {
        long wait;
        synchronized (this) {
            wait = breakEnd - System.nanoTime();
        }
        if (wait <= 0) {
            GateExecutor.get().execute(this::saveQueue);
        } else {
            Timer.get().schedule(() -> GateExecutor.get().execute(this::saveQueue), wait, TimeUnit.NANOSECONDS);
        }
    }

    private void saveQueue() {
        long begin = System.nanoTime();
        List<Runnable> stored;
        synchronized (this) {
            stored = List.copyOf(pendingTasks);
            pendingTasks.clear();
        }
        try {
            // On a gate thread, which runs as SYSTEM: for any other user the queue would be saved without the items
            // that the user may not read. If saving fails, the queue logs it; the item is then lost in a crash, and its
            // deployment is canceled after the restart.
            GateExecutor.get().requireRunning();
            Jenkins.get().getQueue().save();
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not save the build queue.");
        } finally {
            stored.forEach(GateExecutor.get()::execute);
            boolean more;
            synchronized (this) {
                long now = System.nanoTime();
                breakEnd = now + Math.min(BREAK_FACTOR * (now - begin), MAX_BREAK.toNanos());
                more = !pendingTasks.isEmpty();
                saving = more;
            }
            if (more) {
                scheduleSave();
            }
        }
    }

    // ---- storing a deployment

    /** Reads the stored deployment; null if there is none. */
    @CheckForNull
    StoredQueueItem read(@NonNull String id) throws IOException {
        File file = file(id);
        if (!file.exists()) {
            return null;
        }
        try {
            if (new XmlFile(Items.XSTREAM2, file).read() instanceof StoredQueueItem stored && stored.isReadable()) {
                return stored;
            }
        } catch (RuntimeException e) {
            throw new IOException(e);
        }
        throw new IOException("The file contains no readable deployment: " + file);
    }

    /**
     * Writes or replaces the stored deployment.
     *
     * @param xml from {@link #toXml}
     */
    void write(@NonNull String id, @NonNull String xml) throws IOException {
        GateExecutor.get().requireRunning();
        beforeWriting.run();
        File file = file(id);
        Files.createDirectories(directory());
        try (AtomicFileWriter writer = new AtomicFileWriter(file.toPath(), StandardCharsets.UTF_8)) {
            writer.write("<?xml version='1.1' encoding='UTF-8'?>\n");
            writer.write(xml);
            writer.commit();
        }
    }

    @NonNull
    static String toXml(@NonNull StoredQueueItem stored) {
        return Items.XSTREAM2.toXML(stored);
    }

    void delete(@NonNull String id) {
        try {
            Files.deleteIfExists(file(id).toPath());
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not delete the stored deployment " + id + ".");
        }
    }

    // ---- recovery after a restart

    /** Those of items that the queue has not looked at since the restart. */
    @NonNull
    @Override
    public List<DeploymentRecord> unopened() throws IOException {
        List<DeploymentRecord> records = new ArrayList<>();
        try (ACLContext all = ACL.as2(ACL.SYSTEM2)) {
            for (Queue.Item item : Jenkins.get().getQueue().getItems()) {
                QueuedDeployment deployment = QueuedDeployment.ownOf(item);
                DeploymentRecord record = deployment == null ? null : deployment.unopened();
                if (record != null) {
                    records.add(record);
                }
            }
        }
        return records;
    }

    @Override
    public void onLoaded() {
        FaultBarrier.run(QueueItemStore.class, () -> GateExecutor.get().execute(this::recover));
    }

    /** Cancels the deployments whose items are no longer in the queue. */
    private void recover() {
        if (!Files.isDirectory(directory())) {
            return;
        }
        // On a gate thread, which runs as SYSTEM and therefore sees all items.
        Set<String> queued = Stream.of(Jenkins.get().getQueue().getItems())
                .map(QueuedDeployment::ownOf)
                .filter(deployment -> deployment != null)
                .map(deployment -> file(deployment.id()).getName())
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(directory())) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(".xml") && !queued.contains(name)) {
                    recover(name.substring(0, name.length() - ".xml".length()));
                }
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not read the stored deployments in " + directory() + ".");
        }
    }

    private void recover(String id) {
        try {
            StoredQueueItem stored = read(id);
            if (stored == null) {
                return;
            }
            if (DeploymentRegistry.contains(id)) {
                // The build took over the deployment right before the crash.
                delete(id);
                return;
            }
            AbstractProject<?, ?> job = stored.job();
            if (job == null) {
                LOGGER.log(
                        Level.WARNING,
                        () -> "Could not find the job " + stored.jobName()
                                + " of a deployment that was in the queue. If it"
                                + " was deleted, delete the file " + file(id) + ".");
                return;
            }
            if (QueuedDeployment.startedIn(job, id, stored.inQueueSince()) != null) {
                delete(id);
                return;
            }
            new QueuedDeployment(id, 0, stored).cancelLost(job);
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not read the stored deployment " + file(id) + ".");
        }
    }

    /** Updates the job's name in the stored deployments. */
    @Override
    public void onLocationChanged(hudson.model.Item item, String oldFullName, String newFullName) {
        if (item instanceof AbstractProject<?, ?> job) {
            FaultBarrier.run(
                    QueueItemStore.class,
                    () -> Queue.getInstance().getItems(job).stream()
                            .map(QueuedDeployment::ownOf)
                            .filter(deployment -> deployment != null)
                            .forEach(deployment ->
                                    GateExecutor.get().execute(() -> deployment.setJobName(newFullName))));
        }
    }

    public static void setBeforeWritingForTests(@NonNull Runnable forTests) {
        beforeWriting = forTests;
    }
}
