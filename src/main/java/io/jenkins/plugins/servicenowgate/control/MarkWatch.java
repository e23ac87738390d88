package io.jenkins.plugins.servicenowgate.control;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import com.cloudbees.hudson.plugins.folder.AbstractFolderProperty;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.BulkChange;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.XmlFile;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.model.Describable;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.JobProperty;
import hudson.model.Saveable;
import hudson.model.listeners.SaveableListener;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Knows the marks as they were saved last, so that a change by somebody without {@link Permissions#MARK} can be put back,
 * whichever way it came, and counts for nothing in between. Every other change is logged.
 */
@Extension(ordinal = 100) // Before those who read marks when something is saved.
@Restricted(NoExternalUse.class)
public final class MarkWatch extends SaveableListener {
    private static final Logger LOGGER = Logger.getLogger(MarkWatch.class.getName());

    /** By full name: every folder, and the jobs that carry a mark. */
    private final Map<String, Kept> marks = new ConcurrentHashMap<>();

    private volatile boolean loaded;

    /**
     * @param item the object that had it; another one of its name was read from the disk
     * @param property the object that was saved, null for none; it may be changed by code that saves it later
     * @param stored the same as it was saved
     */
    private record Kept(
            WeakReference<Item> item,
            @CheckForNull Describable<?> property,
            Mark mark,
            @CheckForNull String stored) {
        boolean isOf(Item other) {
            return item.get() == other;
        }
    }

    @NonNull
    static MarkWatch get() {
        return ExtensionList.lookupSingleton(MarkWatch.class);
    }

    /** Learns what is there when Jenkins starts, before anything changes it. */
    @Initializer(after = InitMilestone.JOB_LOADED, before = InitMilestone.JOB_CONFIG_ADAPTED)
    public static void look() {
        get().learn();
        get().loaded = true;
    }

    /** Takes in what was read from the disk, which nobody is told of; takes a while where there are many jobs. */
    void learn() {
        for (Item item : Jenkins.get().allItems(Item.class, Mark::isFor)) {
            Describable<?> property = Mark.property(item);
            Kept kept = marks.get(item.getFullName());
            if (kept == null ? property != null || item instanceof AbstractFolder : !kept.isOf(item)) {
                learn(item, property, kept);
            }
        }
    }

    private void learn(Item item, Describable<?> property, Kept kept) {
        Mark before = kept == null ? Mark.NONE : kept.mark();
        Mark now = Mark.of(property);
        keep(item, property, now);
        if (loaded && !now.equals(before)) {
            MarkLog.get().reloaded(item.getFullName(), before, now);
        }
    }

    /**
     * The property whose settings count for an item: the one that was saved by somebody who may. The one that the item
     * has at the moment may be about to be put back.
     */
    @CheckForNull
    static Describable<?> inForce(@NonNull Item item) {
        Describable<?> property = Mark.property(item);
        return get().inForce(item, property);
    }

    private Describable<?> inForce(Item item, Describable<?> property) {
        Kept kept = marks.get(item.getFullName());
        if (!loaded || kept == null || kept.property() == property) {
            return property;
        }
        Mark now = Mark.of(property);
        if (now.equals(kept.mark())) {
            keep(item, property, now);
            return property;
        }
        if (!kept.isOf(item)) {
            learn(item, property, kept);
            return property;
        }
        String stored = kept.stored();
        return stored == null ? onlyControl(property) : Mark.read(stored);
    }

    @Override
    public void onChange(Saveable saved, XmlFile file) {
        FaultBarrier.run(MarkWatch.class, () -> {
            if (loaded && Mark.isFor(saved)) {
                changed((Item) saved, false);
            }
        });
    }

    void created(@NonNull Item item) {
        if (loaded && Mark.isFor(item)) {
            changed(item, true);
        }
    }

    void deleted(@NonNull Item item) {
        Kept kept = marks.remove(item.getFullName());
        if (kept != null && kept.mark().isThere()) {
            MarkLog.get().write(MarkLog.Outcome.DELETED, item.getFullName(), kept.mark(), "deleted");
        }
    }

    /** Can't be forbidden here, so it is told: what is moved out of a marked folder leaves its control. */
    void moved(@NonNull Item item, @NonNull String from, @NonNull String to) {
        Kept kept = marks.remove(from);
        if (kept != null) {
            marks.put(to, kept);
        }
        String outer = parent(from);
        // What moves with its folder is told of with the folder, whose former name is not known any more.
        if (Mark.isFor(item) && (outer.isEmpty() || marks.containsKey(outer))) {
            String before = above(from);
            String after = above(to);
            if (!before.equals(after) || kept != null && kept.mark().isThere()) {
                MarkLog.get().write(MarkLog.Outcome.MOVED, to, from + ", above: " + before, to + ", above: " + after);
            }
        }
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }

    /** The marks of the folders above a name. */
    private String above(String name) {
        List<String> found = new ArrayList<>();
        for (String folder = parent(name); !folder.isEmpty(); folder = parent(folder)) {
            Kept kept = marks.get(folder);
            if (kept != null && kept.mark().isThere()) {
                found.add(folder + " " + kept.mark());
            }
        }
        return found.isEmpty() ? Mark.NONE.toString() : String.join(", ", found);
    }

    private void changed(Item item, boolean created) {
        String name = item.getFullName();
        if (Mark.property(item) == null && !marks.containsKey(name) && item instanceof Job) {
            return;
        }
        synchronized (item) {
            Describable<?> property = Mark.property(item);
            Mark now = Mark.of(property);
            Kept kept = marks.get(name);
            boolean permitted = item.getACL().hasPermission2(Jenkins.getAuthentication2(), Permissions.MARK);
            // What is new has no mark to keep, even if somebody looked at it before it was told of.
            Mark before = kept == null || created && !permitted ? Mark.NONE : kept.mark();
            if (now.equals(before)) {
                keep(item, property, now);
            } else if (kept == null && !created && item instanceof AbstractFolder) {
                // All others are known, so this one was read from the disk as it is.
                learn(item, property, null);
            } else if (permitted || item instanceof Job && !before.isThere()) {
                // A job may be given a mark by all who may configure it: that only adds control.
                keep(item, property, now);
                MarkLog.get().write(outcome(before, now), name, before, now);
            } else if (created) {
                Describable<?> reduced = onlyControl(property);
                put(item, reduced);
                if (!Mark.of(reduced).equals(now)) {
                    MarkLog.get().write(MarkLog.Outcome.REDUCED, name, now, Mark.of(reduced));
                } else {
                    MarkLog.get().write(MarkLog.Outcome.ADDED, name, before, now);
                }
            } else {
                String stored = kept == null ? null : kept.stored();
                put(item, stored == null ? null : Mark.read(stored));
                MarkLog.get().write(MarkLog.Outcome.REFUSED, name, before, now);
            }
        }
    }

    private static MarkLog.Outcome outcome(Mark before, Mark now) {
        return !before.isThere()
                ? MarkLog.Outcome.ADDED
                : now.isThere() ? MarkLog.Outcome.CHANGED : MarkLog.Outcome.REMOVED;
    }

    /** The part of a folder's mark that takes control off nothing; null if there is none. */
    private static ChangeControlFolderProperty onlyControl(@CheckForNull Describable<?> property) {
        if (property instanceof ChangeControlFolderProperty folder && folder.isChangeControlled()) {
            ChangeControlFolderProperty reduced = new ChangeControlFolderProperty();
            reduced.setChangeControlled(true);
            return reduced;
        }
        return null;
    }

    private void keep(Item item, Describable<?> property, Mark mark) {
        if (mark.isThere() || item instanceof AbstractFolder) {
            String stored = mark.isThere() ? Mark.write(property) : null;
            marks.put(item.getFullName(), new Kept(new WeakReference<>(item), property, mark, stored));
        } else {
            marks.remove(item.getFullName());
        }
    }

    /** Makes a property the mark of an item, on disk too. */
    private void put(Item item, @CheckForNull Describable<?> property) {
        keep(item, property, Mark.of(property));
        try (BulkChange change = new BulkChange((Saveable) item)) {
            if (item instanceof Job<?, ?> job) {
                put(job, (ChangeControlJobProperty) property);
            } else {
                put((AbstractFolder<?>) item, (ChangeControlFolderProperty) property);
            }
            change.commit();
        } catch (IOException e) {
            // What is kept counts all the same, until Jenkins is restarted.
            LOGGER.log(Level.SEVERE, e, () -> "Can't store the mark of " + item.getFullName());
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // The type of a job by itself is not known.
    private static void put(Job<?, ?> job, ChangeControlJobProperty property) throws IOException {
        job.removeProperty(ChangeControlJobProperty.class);
        if (property != null) {
            job.addProperty((JobProperty) property);
        }
    }

    private static void put(AbstractFolder<?> folder, AbstractFolderProperty<?> property) throws IOException {
        folder.getProperties().remove(ChangeControlFolderProperty.class);
        if (property != null) {
            folder.addProperty(property);
        }
    }
}
