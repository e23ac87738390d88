package io.jenkins.plugins.servicenowgate.control;

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
 * What people call a job: its full name, in which a branch of a Multibranch project has the branch's own name,
 * {@code feature/x} and not {@code feature%2Fx}.
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

    /** Knows jobs whose name in Jenkins is not their own. */
    @Restricted(NoExternalUse.class)
    public interface Source extends ExtensionPoint {
        /** Null for other jobs. */
        @CheckForNull
        String ownName(@NonNull Item item);

        /** Those of Multibranch projects; only where the SCM API plugin is installed, as it is with each of them. */
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
