package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Util;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.Item;
import hudson.model.ItemGroup;
import hudson.model.Job;
import hudson.model.ParametersAction;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Finds the job whose mark applies to a job: the job itself or, for a matrix configuration, a promotion and other jobs
 * within jobs, the outermost job. A group of jobs is not always an item; if its owner can't be found, it is unknown
 * which mark applies.
 */
@Restricted(NoExternalUse.class)
public final class RootJob {
    private RootJob() {}

    /** The root job; null if the chain of owners does not lead to Jenkins. Needs no I/O. */
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

    /** Whether a job is contained in another job, like a matrix configuration. */
    public static boolean isChild(@NonNull Job<?, ?> job) {
        return of(job) != job;
    }

    /** Whether a job is a configuration of a matrix: an item of its root project. A promotion belongs to a group instead. */
    public static boolean isConfiguration(@NonNull AbstractProject<?, ?> job) {
        return job.getParent() instanceof AbstractProject<?, ?> matrix && matrix.equals(job.getRootProject());
    }

    /** The build of the matrix of which a build is a part; the build itself if it is no part of one. */
    @NonNull
    public static Run<?, ?> buildOf(@NonNull Run<?, ?> run) {
        return run instanceof AbstractBuild<?, ?> build && isConfiguration(build.getProject())
                ? build.getRootBuild()
                : run;
    }

    /**
     * Whether a promotion may have the value of a variable from a parameter of the build that it promotes, whatever kind of
     * parameter that is, and in whatever case of letters its name is.
     */
    public static boolean isInherited(@NonNull Run<?, ?> run, @NonNull String variable, @NonNull String value) {
        if (!(run instanceof AbstractBuild<?, ?> build) || isConfiguration(build.getProject())) {
            return false;
        }
        Run<?, ?> promoted = build.getRootBuild();
        return promoted != build
                && promoted.getActions(ParametersAction.class).stream()
                        .flatMap(action -> action.getAllParameters().stream())
                        .anyMatch(parameter -> {
                            EnvVars own = new EnvVars();
                            parameter.buildEnvironment(promoted, own);
                            String text = Util.fixEmptyAndTrim(own.get(variable));
                            // Jenkins expands what a parameter contains, in the promotion once more.
                            return text != null && (text.equals(value) || text.indexOf('$') >= 0);
                        });
    }

    /** The items that contain an item, nearest first; null if the chain does not lead to Jenkins. */
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
     * The owner of a group that is not an item: the root project that the job names, else the item with the group's
     * full name, else the job directly above it. Outer items are not tried, because the job in between may have been
     * deleted or renamed.
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
        // As SYSTEM, because items that the user may not read count as well.
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            Item owner = Jenkins.get().getItemByFullName(name);
            int end = name.lastIndexOf('/');
            return owner != null || end < 0
                    ? owner
                    : Jenkins.get().getItemByFullName(name.substring(0, end), Job.class);
        }
    }
}
