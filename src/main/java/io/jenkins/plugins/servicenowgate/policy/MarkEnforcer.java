package io.jenkins.plugins.servicenowgate.policy;

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
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.control.Permissions;
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
 * Remembers the last saved marks. A change by a user without {@link Permissions#MARK} is reverted, whether it came from
 * a form, the REST API or a script, and is ignored until then; so is a change by a build of a job's mark that no build
 * has set. All other changes are logged.
 */
@Extension(ordinal = 100) // Before listeners that read marks.
@Restricted(NoExternalUse.class)
public final class MarkEnforcer extends SaveableListener {
    private static final Logger LOGGER = Logger.getLogger(MarkEnforcer.class.getName());

    /** All folders and the marked jobs, by full name. */
    private final Map<String, SavedMark> marks = new ConcurrentHashMap<>();

    private volatile boolean loaded;

    /**
     * @param item the item that had the mark; another object of the same name was read from disk
     * @param property the saved object, or null; code may modify it and save it later
     * @param stored the saved property as XML, or null
     * @param ofBuild whether a build of the job set it
     */
    private record SavedMark(
            WeakReference<Item> item,
            @CheckForNull Describable<?> property,
            Mark mark,
            @CheckForNull String stored,
            boolean ofBuild) {
        boolean isOf(Item other) {
            return item.get() == other;
        }
    }

    @NonNull
    static MarkEnforcer get() {
        return ExtensionList.lookupSingleton(MarkEnforcer.class);
    }

    /** Records all marks at startup, before anything changes them. */
    @Initializer(after = InitMilestone.JOB_LOADED, before = InitMilestone.JOB_CONFIG_ADAPTED)
    public static void recordAtStartup() {
        get().recordFromDisk();
        get().loaded = true;
    }

    /** Records marks that were read from disk, for which Jenkins fires no event. Slow with many jobs. */
    void recordFromDisk() {
        for (Item item : Jenkins.get().allItems(Item.class, Mark::isSupported)) {
            Describable<?> property = Mark.property(item);
            SavedMark saved = marks.get(item.getFullName());
            if (saved == null ? property != null || item instanceof AbstractFolder : !saved.isOf(item)) {
                recordLoaded(item, property, saved);
            }
        }
    }

    private void recordLoaded(Item item, Describable<?> property, SavedMark saved) {
        Mark before = saved == null ? Mark.NONE : saved.mark();
        Mark now = Mark.of(property);
        record(item, property, now, MarkOrigin.isBuild(item, now));
        if (loaded && !now.equals(before)) {
            MarkLog.get().reloaded(item.getFullName(), before, now);
        }
    }

    /**
     * The property of an item that applies: the last one saved by a user with permission. The current property of the
     * item may be one that is about to be reverted.
     */
    @CheckForNull
    static Describable<?> effectiveProperty(@NonNull Item item) {
        Describable<?> property = Mark.property(item);
        return get().effectiveProperty(item, property);
    }

    private Describable<?> effectiveProperty(Item item, Describable<?> property) {
        SavedMark saved = marks.get(item.getFullName());
        if (!loaded || saved == null || saved.property() == property) {
            return property;
        }
        if (!saved.isOf(item)) {
            recordLoaded(item, property, saved);
            return property;
        }
        if (Mark.of(property).equals(saved.mark())) {
            return property;
        }
        String stored = saved.stored();
        return stored == null ? controlOnly(property) : Mark.read(stored);
    }

    @Override
    public void onChange(Saveable saved, XmlFile file) {
        FaultBarrier.run(MarkEnforcer.class, () -> {
            if (loaded && Mark.isSupported(saved)) {
                onSaved((Item) saved, false);
            }
        });
    }

    void created(@NonNull Item item) {
        if (loaded && Mark.isSupported(item)) {
            onSaved(item, true);
        }
    }

    void deleted(@NonNull Item item) {
        SavedMark saved = marks.remove(item.getFullName());
        if (saved != null && saved.mark().isPresent()) {
            MarkLog.get().write(MarkLog.MarkEvent.DELETED, item.getFullName(), saved.mark(), "deleted");
        }
    }

    /** Logs a move, which can't be prevented here: an item that leaves a marked folder leaves its change control. */
    void moved(@NonNull Item item, @NonNull String from, @NonNull String to) {
        SavedMark saved = marks.remove(from);
        if (saved != null) {
            marks.put(to, saved);
        }
        String outer = parent(from);
        // An item that moves with its folder is not logged; the former folder is unknown by now.
        if (Mark.isSupported(item) && (outer.isEmpty() || marks.containsKey(outer))) {
            String before = marksAbove(from);
            String after = marksAbove(to);
            if (!before.equals(after) || saved != null && saved.mark().isPresent()) {
                MarkLog.get().write(MarkLog.MarkEvent.MOVED, to, from + ", above: " + before, to + ", above: " + after);
            }
        }
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }

    /** The marks of the folders above a full name, for the log. */
    private String marksAbove(String name) {
        List<String> found = new ArrayList<>();
        for (String folder = parent(name); !folder.isEmpty(); folder = parent(folder)) {
            SavedMark saved = marks.get(folder);
            if (saved != null && saved.mark().isPresent()) {
                found.add(folder + " " + saved.mark());
            }
        }
        return found.isEmpty() ? Mark.NONE.toString() : String.join(", ", found);
    }

    private void onSaved(Item item, boolean created) {
        String name = item.getFullName();
        if (Mark.property(item) == null && !marks.containsKey(name) && item instanceof Job) {
            return;
        }
        synchronized (item) {
            SavedMark saved = marks.get(name);
            ScriptedBuild build = ScriptedBuild.of(item);
            boolean permitted = item.getACL().hasPermission2(Jenkins.getAuthentication2(), Permissions.MARK)
                    && (build == null || saved == null || saved.ofBuild() && saved.isOf(item));
            // The script of a build adds its mark behind one that it did not set.
            Describable<?> property = build == null || permitted ? Mark.property(item) : Mark.lastProperty(item);
            Mark now = Mark.of(property);
            // A new item has no mark to restore, even if its mark was recorded before the creation event.
            Mark before = saved == null || created && !permitted ? Mark.NONE : saved.mark();
            if (now.equals(before)) {
                onUnchanged(item, property, now, saved, permitted && build == null);
            } else if (saved == null && !created && item instanceof AbstractFolder) {
                // All other folders are recorded, so this one was read from disk.
                recordLoaded(item, property, null);
            } else if (permitted || item instanceof Job && !before.isPresent()) {
                // Every user who may configure a job may mark it, because this only adds change control.
                record(item, property, now, build != null);
                MarkOrigin.store(item, now, build != null);
                MarkLog.get().write(event(before, now), name, before, now);
            } else if (created) {
                Describable<?> reduced = controlOnly(property);
                setMark(item, reduced, false);
                if (!Mark.of(reduced).equals(now)) {
                    MarkLog.get().write(MarkLog.MarkEvent.REDUCED, name, now, Mark.of(reduced));
                } else {
                    MarkLog.get().write(MarkLog.MarkEvent.ADDED, name, before, now);
                }
            } else {
                String stored = saved == null ? null : saved.stored();
                setMark(item, stored == null ? null : Mark.read(stored), saved != null && saved.ofBuild());
                MarkLog.get().write(MarkLog.MarkEvent.REFUSED, name, before, now);
                if (build != null) {
                    build.print(Messages.Mark_KeptFromBuild(MarkForm.permission()));
                }
            }
        }
    }

    /** A user with permission who sets the same mark again takes it over from the build that set it. */
    private void onUnchanged(Item item, Describable<?> property, Mark mark, SavedMark saved, boolean byPerson) {
        boolean wasOfBuild = saved != null && saved.ofBuild();
        boolean ofBuild = wasOfBuild && (!byPerson || saved.property() == property);
        record(item, property, mark, ofBuild);
        if (wasOfBuild && !ofBuild) {
            MarkOrigin.store(item, mark, false);
        }
        if (property != Mark.property(item)) {
            setMark(item, property, ofBuild);
        }
    }

    /**
     * Restores a mark that was changed in memory and not saved: a step that changes properties may fail before it saves
     * them, and the next save, by whomever, would store the change.
     */
    public static void restoreUnsaved(@NonNull Item item) {
        MarkEnforcer enforcer = get();
        synchronized (item) {
            SavedMark saved = enforcer.marks.get(item.getFullName());
            Mark now = Mark.of(Mark.property(item));
            if (enforcer.loaded && saved != null && saved.isOf(item) && !now.equals(saved.mark())) {
                String stored = saved.stored();
                enforcer.setMark(item, stored == null ? null : Mark.read(stored), saved.ofBuild());
                MarkLog.get().write(MarkLog.MarkEvent.REFUSED, item.getFullName(), saved.mark(), now);
            }
        }
    }

    private static MarkLog.MarkEvent event(Mark before, Mark now) {
        return !before.isPresent()
                ? MarkLog.MarkEvent.ADDED
                : now.isPresent() ? MarkLog.MarkEvent.CHANGED : MarkLog.MarkEvent.REMOVED;
    }

    /** The part of a folder's mark that only adds change control; null if there is none. */
    private static ChangeControlFolderProperty controlOnly(@CheckForNull Describable<?> property) {
        if (property instanceof ChangeControlFolderProperty folder && folder.isChangeControlled()) {
            ChangeControlFolderProperty reduced = new ChangeControlFolderProperty();
            reduced.setChangeControlled(true);
            return reduced;
        }
        return null;
    }

    private void record(Item item, Describable<?> property, Mark mark, boolean ofBuild) {
        if (mark.isPresent() || item instanceof AbstractFolder) {
            String stored = mark.isPresent() ? Mark.write(property) : null;
            marks.put(item.getFullName(), new SavedMark(new WeakReference<>(item), property, mark, stored, ofBuild));
        } else {
            marks.remove(item.getFullName());
        }
    }

    /** Sets the property of an item and saves the item. */
    private void setMark(Item item, @CheckForNull Describable<?> property, boolean ofBuild) {
        record(item, property, Mark.of(property), ofBuild);
        try (BulkChange change = new BulkChange((Saveable) item)) {
            if (item instanceof Job<?, ?> job) {
                setMark(job, (ChangeControlJobProperty) property);
            } else {
                setMark((AbstractFolder<?>) item, (ChangeControlFolderProperty) property);
            }
            change.commit();
        } catch (IOException e) {
            // The recorded mark still applies until Jenkins restarts.
            LOGGER.log(Level.SEVERE, e, () -> "Could not store the mark of " + item.getFullName() + ".");
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // addProperty needs the job's own type.
    private static void setMark(Job<?, ?> job, ChangeControlJobProperty property) throws IOException {
        while (job.removeProperty(ChangeControlJobProperty.class) != null) {
            // A script may have added several; the first one that is left would count.
        }
        if (property != null) {
            job.addProperty((JobProperty) property);
        }
    }

    private static void setMark(AbstractFolder<?> folder, AbstractFolderProperty<?> property) throws IOException {
        folder.getProperties().remove(ChangeControlFolderProperty.class);
        if (property != null) {
            folder.addProperty(property);
        }
    }
}
