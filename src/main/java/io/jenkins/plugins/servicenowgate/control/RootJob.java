package io.jenkins.plugins.servicenowgate.control;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.AbstractProject;
import hudson.model.Item;
import hudson.model.ItemGroup;
import hudson.model.Job;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The job whose mark counts for a job: itself, or, for a matrix configuration, a promotion and whatever else other jobs
 * contain, the outermost job that contains it. Groups of jobs need not be items; where their owner can't be found, it is
 * not known whose mark counts.
 */
@Restricted(NoExternalUse.class)
public final class RootJob {
    private RootJob() {}

    /** The root job; null where the chain of owners does not lead to Jenkins. From memory. */
    @CheckForNull
    public static Job<?, ?> of(@NonNull Job<?, ?> job) {
        List<Item> owners = owners(job);
        if (owners == null) {
            return null;
        }
        Job<?, ?> root = job;
        for (Item owner : owners) {
            if (owner instanceof Job<?, ?> outer) {
                root = outer;
            }
        }
        return root;
    }

    /** Whether a job is contained in another, as a matrix configuration is. */
    public static boolean isChild(@NonNull Job<?, ?> job) {
        return of(job) != job;
    }

    /** The items that contain an item, the nearest first; null where the chain does not lead to Jenkins. */
    @CheckForNull
    static List<Item> owners(@NonNull Item item) {
        List<Item> owners = new ArrayList<>();
        Item inner = item;
        ItemGroup<?> group = item.getParent();
        while (!(group instanceof Jenkins)) {
            Item owner = group instanceof Item outer ? outer : owner(group, inner);
            if (owner == null || owner == item || owners.contains(owner)) {
                return null;
            }
            owners.add(owner);
            inner = owner;
            group = owner.getParent();
        }
        return owners;
    }

    /**
     * The owner of a group that is no item: what the job names as its root, else the item with the group's full name, else
     * the job right above it. Whatever is further out may be another's: the job in between may be gone or renamed.
     */
    @CheckForNull
    private static Item owner(@CheckForNull ItemGroup<?> group, Item inner) {
        if (inner instanceof AbstractProject<?, ?> project && project.getRootProject() != project) {
            return project.getRootProject();
        }
        String name = group == null ? "" : Util.fixNull(group.getFullName());
        if (name.isEmpty()) {
            return null;
        }
        // As the system: what somebody may not read controls all the same.
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            Item owner = Jenkins.get().getItemByFullName(name);
            int end = name.lastIndexOf('/');
            return owner != null || end < 0
                    ? owner
                    : Jenkins.get().getItemByFullName(name.substring(0, end), Job.class);
        }
    }
}
