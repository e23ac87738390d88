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
import hudson.util.AtomicFileWriter;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.deployment.GateService;
import io.jenkins.plugins.servicenowgate.deployment.OpenDeployments;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Stores the deployments of queue items, each in a file of its own: Jenkins stores its queue as a whole, as whoever asks
 * may see it, and does not tell when that failed. The queue itself is stored before a deployment begins, once for all that
 * begin at that time, so that a killed controller finds the items again.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class QueueItemStore extends ItemListener {
    private static final Logger LOGGER = Logger.getLogger(QueueItemStore.class.getName());

    /** What tests do right before a deployment is stored. */
    private static volatile Runnable beforeWriting = () -> {};

    private final List<Runnable> waiting = new ArrayList<>();
    private boolean storing;

    @NonNull
    static QueueItemStore get() {
        return ExtensionList.lookupSingleton(QueueItemStore.class);
    }

    private static Path directory() {
        return new File(Jenkins.get().getRootDir(), "servicenow-gate/queued-deployments").toPath();
    }

    private static File file(String id) {
        // The id comes from the stored queue.
        String name = Util.rawEncode(id).replace('.', '_');
        return directory().resolve(name + ".xml").toFile();
    }

    // ---- the queue

    /** Runs it on a gate's thread as soon as the queue was stored with all items that are in it now. Returns at once. */
    void whenQueueIsStored(@NonNull Runnable task) {
        synchronized (this) {
            waiting.add(task);
            if (storing) {
                return;
            }
            storing = true;
        }
        GateService.get().execute(this::storeQueue);
    }

    private void storeQueue() {
        List<Runnable> stored;
        synchronized (this) {
            stored = List.copyOf(waiting);
            waiting.clear();
        }
        try {
            // On a gate's thread, which runs as the system: as anybody else, the queue would be stored without the
            // items
            // that they may not read. What can't be stored is logged by the queue; the item is then lost in a crash,
            // and
            // its deployment ended after it.
            GateService.get().requireRunning();
            Jenkins.get().getQueue().save();
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "Jenkins' queue could not be stored.");
        } finally {
            stored.forEach(GateService.get()::execute);
            boolean more;
            synchronized (this) {
                more = !waiting.isEmpty();
                storing = more;
            }
            if (more) {
                GateService.get().execute(this::storeQueue);
            }
        }
    }

    // ---- a deployment

    /** What is stored for an id; null if nothing is. */
    @CheckForNull
    QueuedDeployment.Stored read(@NonNull String id) throws IOException {
        File file = file(id);
        if (!file.exists()) {
            return null;
        }
        try {
            if (new XmlFile(Items.XSTREAM2, file).read() instanceof QueuedDeployment.Stored stored
                    && stored.isReadable()) {
                return stored;
            }
        } catch (RuntimeException e) {
            throw new IOException(e);
        }
        throw new IOException("No stored deployment: " + file);
    }

    /**
     * Replaces what is stored for an id.
     *
     * @param xml made by {@link #text}
     */
    void write(@NonNull String id, @NonNull String xml) throws IOException {
        GateService.get().requireRunning();
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
    static String text(@NonNull QueuedDeployment.Stored stored) {
        return Items.XSTREAM2.toXML(stored);
    }

    void delete(@NonNull String id) {
        try {
            Files.deleteIfExists(file(id).toPath());
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The stored deployment " + id + " could not be deleted.");
        }
    }

    // ---- after a restart

    @Override
    public void onLoaded() {
        FaultBarrier.run(QueueItemStore.class, () -> GateService.get().execute(this::recover));
    }

    /** Ends the deployments whose items are not in the queue any more. */
    private void recover() {
        if (!Files.isDirectory(directory())) {
            return;
        }
        // On a gate's thread, which runs as the system and so sees all items.
        Set<String> queued = Stream.of(Jenkins.get().getQueue().getItems())
                .map(item -> item.getAction(QueuedDeployment.class))
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
            LOGGER.log(Level.WARNING, e, () -> "The stored deployments in " + directory() + " could not be read.");
        }
    }

    private void recover(String id) {
        try {
            QueuedDeployment.Stored stored = read(id);
            if (stored == null) {
                return;
            }
            if (OpenDeployments.contains(id)) {
                // Its build took it over right before the crash.
                delete(id);
                return;
            }
            AbstractProject<?, ?> job = stored.job();
            if (job == null) {
                LOGGER.log(
                        Level.WARNING,
                        () -> "The job " + stored.jobName()
                                + " of a deployment that was in the queue was not found. If it"
                                + " was deleted, delete the file " + file(id) + ".");
                return;
            }
            if (QueuedDeployment.startedIn(job, id, stored.inQueueSince()) != null) {
                delete(id);
                return;
            }
            new QueuedDeployment(id, stored).lost(job);
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "The stored deployment " + file(id) + " could not be read.");
        }
    }

    /** The file holds the last known name of the job. */
    @Override
    public void onLocationChanged(hudson.model.Item item, String oldFullName, String newFullName) {
        if (item instanceof AbstractProject<?, ?> job) {
            FaultBarrier.run(
                    QueueItemStore.class,
                    () -> Queue.getInstance().getItems(job).stream()
                            .map(queued -> queued.getAction(QueuedDeployment.class))
                            .filter(deployment -> deployment != null)
                            .forEach(deployment -> GateService.get().execute(() -> deployment.renamed(newFullName))));
        }
    }

    public static void setBeforeWritingForTests(@NonNull Runnable forTests) {
        beforeWriting = forTests;
    }
}
