package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.Item;
import hudson.model.Job;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import java.util.Objects;
import jenkins.scm.api.SCMHead;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The name of a job for users: its full name, with the branch name of a Multibranch project as its last part,
 * {@code feature/x} instead of {@code feature%2Fx}.
 */
@Restricted(NoExternalUse.class)
public final class ProjectName {
    private ProjectName() {}

    @NonNull
    public static String of(@NonNull Job<?, ?> job) {
        String own = ExtensionList.lookup(Source.class).stream()
                .map(source -> source.ownName(job))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(job.getName());
        String parent = job.getParent().getFullName();
        return parent.isEmpty() ? own : parent + '/' + own;
    }

    /** The name of the job that contains a job, if it can be found; otherwise that of the job itself. */
    @NonNull
    public static String ofRoot(@NonNull Job<?, ?> job) {
        Job<?, ?> root = RootJob.of(job);
        return of(root == null ? job : root);
    }

    /** Provides the name of jobs whose name in Jenkins is encoded. */
    @Restricted(NoExternalUse.class)
    public interface Source extends ExtensionPoint {
        /** The unencoded name; null for other jobs. */
        @CheckForNull
        String ownName(@NonNull Item item);

        /**
         * Branch names of Multibranch projects. Loaded only if the SCM API plugin is installed, which all of them need.
         */
        @Extension(optional = true)
        @Restricted(NoExternalUse.class)
        final class OfBranches implements Source {
            @CheckForNull
            @Override
            public String ownName(@NonNull Item item) {
                return FaultBarrier.call(
                        OfBranches.class,
                        () -> {
                            SCMHead head = SCMHead.HeadByItem.findHead(item);
                            return head == null ? null : head.getName();
                        },
                        () -> null);
            }
        }
    }
}
