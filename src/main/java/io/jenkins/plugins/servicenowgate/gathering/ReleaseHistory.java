package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.ItemGroup;
import hudson.model.Job;
import hudson.model.Run;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Function;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Knows which versions were released. Implemented by the audit, which the package that gathers may not know. */
@Restricted(NoExternalUse.class)
public interface ReleaseHistory extends ExtensionPoint {
    /**
     * A version that was released, and has not failed since.
     *
     * @param change number of its change; null if it needed none
     * @param job full name of the job of the build that deployed it
     * @param build number of this build; 0 if it was deleted
     */
    record Released(
            @NonNull String version,
            @CheckForNull String change,
            @NonNull Instant at,
            @NonNull String job,
            int build) {
        /** The build that deployed it; null if it is gone. */
        @CheckForNull
        public Run<?, ?> run() {
            Job<?, ?> found = build == 0 ? null : Jenkins.get().getItemByFullName(job, Job.class);
            if (found == null && build != 0) {
                found = promotion();
            }
            return found == null ? null : found.getBuildByNumber(build);
        }

        /** A promotion, of which Jenkins does not know the name: its group is a property of its job, and no item. */
        private Job<?, ?> promotion() {
            String group = parent(job);
            Job<?, ?> owner = Jenkins.get().getItemByFullName(parent(group), Job.class);
            return owner == null
                    ? null
                    : owner.getAllProperties().stream()
                            .filter(property ->
                                    property instanceof ItemGroup<?> jobs && group.equals(jobs.getFullName()))
                            .map(property -> ((ItemGroup<?>) property).getItem(job.substring(group.length() + 1)))
                            .<Job<?, ?>>map(item -> item instanceof Job<?, ?> child ? child : null)
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElse(null);
        }

        private static String parent(String fullName) {
            return fullName.substring(0, Math.max(0, fullName.lastIndexOf('/')));
        }
    }

    /**
     * The last other version that was released for this project and environment; null if none is known. What another job
     * released without a change does not count: any job may name the project.
     *
     * @param job the one that deploys now
     */
    @CheckForNull
    Released before(
            @NonNull Job<?, ?> job, @NonNull String project, @NonNull String environment, @NonNull String version);

    /**
     * The last of them that this job itself deployed, certainly without a failure; null if none is known. Another job may
     * name the project and have an environment of that name, whose changes other people approve.
     */
    @CheckForNull
    Released ownBefore(
            @NonNull Job<?, ?> job, @NonNull String project, @NonNull String environment, @NonNull String version);

    @CheckForNull
    static Released last(@NonNull Function<ReleaseHistory, Released> question) {
        return ExtensionList.lookup(ReleaseHistory.class).stream()
                .map(question)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    @CheckForNull
    static Released lastReleased(
            @NonNull Job<?, ?> job, @NonNull String project, @NonNull String environment, @NonNull String version) {
        return last(history -> history.before(job, project, environment, version));
    }

    @CheckForNull
    static Released lastReleasedBy(
            @NonNull Job<?, ?> job, @NonNull String project, @NonNull String environment, @NonNull String version) {
        return last(history -> history.ownBefore(job, project, environment, version));
    }
}
