package io.jenkins.plugins.servicenowgate.policy;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Item;
import hudson.model.Job;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** The change control properties of the folders above an item, and their description for users. */
public final class FolderPolicies {
    private FolderPolicies() {}

    /** A folder and its change control property. */
    public record Level(
            @NonNull AbstractFolder<?> folder, @NonNull ChangeControlFolderProperty property) {}

    /** The levels above an item, nearest first, without the item itself. */
    @NonNull
    public static List<Level> above(@CheckForNull Item item) {
        List<Level> levels = new ArrayList<>();
        List<Item> owners = item == null ? null : RootJob.owners(item);
        if (owners != null) {
            for (Item owner : owners) {
                if (owner instanceof AbstractFolder<?> folder) {
                    add(levels, folder);
                }
            }
        }
        return levels;
    }

    private static void add(List<Level> levels, AbstractFolder<?> folder) {
        ChangeControlFolderProperty property = property(folder);
        if (property != null) {
            levels.add(new Level(folder, property));
        }
    }

    /**
     * The names of all environments that are declared for an item, sorted. If the item is a folder, its own
     * declarations are included.
     */
    @NonNull
    public static Collection<String> environments(@CheckForNull Item item) {
        List<Level> levels = above(item);
        if (item instanceof AbstractFolder<?> folder) {
            add(levels, folder);
        }
        Collection<String> names = new TreeSet<>();
        levels.forEach(level -> names(level.property().getEnvironments(), names));
        names(ServiceNowGateConfiguration.get().getEnvironments(), names);
        return names;
    }

    private static void names(List<Environment> declared, Collection<String> names) {
        declared.forEach(environment -> names.add(environment.getName()));
    }

    /** The change control property of a folder, as last saved by a user with permission; null if it has none. */
    @CheckForNull
    public static ChangeControlFolderProperty property(@NonNull AbstractFolder<?> folder) {
        return (ChangeControlFolderProperty) MarkEnforcer.effectiveProperty(folder);
    }

    /**
     * The change control property of a job, or of the job that contains it, as last saved by a user with permission;
     * null if it has none.
     */
    @CheckForNull
    public static ChangeControlJobProperty mark(@NonNull Job<?, ?> job) {
        Job<?, ?> root = RootJob.of(job);
        return (ChangeControlJobProperty) MarkEnforcer.effectiveProperty(root == null ? job : root);
    }

    /**
     * Whether a job is change controlled, by its own mark or a folder's. A job whose owner can't be found counts as
     * controlled.
     */
    public static boolean isControlled(@NonNull Job<?, ?> job) {
        return RootJob.of(job) == null
                || mark(job) != null
                || above(job).stream().anyMatch(level -> level.property().isChangeControlled());
    }
}
