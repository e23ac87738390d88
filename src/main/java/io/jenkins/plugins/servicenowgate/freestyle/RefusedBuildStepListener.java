package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.Launcher;
import hudson.Util;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.BuildStepListener;
import hudson.model.JobProperty;
import hudson.model.Run;
import hudson.tasks.ArtifactArchiver;
import hudson.tasks.BuildStep;
import hudson.tasks.Builder;
import hudson.tasks.Fingerprinter;
import hudson.tasks.Publisher;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import java.util.Set;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Skips what Jenkins runs after a deployment was refused or aborted, because it may deploy: post-build actions and job
 * properties that are build steps, even of a failed build, and build steps if another step has caught the refusal.
 * Publishers that only archive or send mail still run.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class RefusedBuildStepListener extends BuildStepListener {
    /** Class names, because some of the classes belong to other plugins. */
    private static final Set<String> ALLOWED = Set.of(
            ArtifactArchiver.class.getName(),
            Fingerprinter.class.getName(),
            "hudson.tasks.Mailer",
            "hudson.plugins.emailext.ExtendedEmailPublisher");

    @Override
    @SuppressWarnings("rawtypes") // As declared by BuildStepListener.
    public void started(AbstractBuild build, BuildStep step, BuildListener listener) {
        boolean stopped = FaultBarrier.call(
                RefusedBuildStepListener.class,
                () -> runsAfterwards(step) && !isAllowed(step) && isRefused(build),
                () -> build.getAction(NotReleasedAction.class) != null);
        if (stopped) {
            RefusedBuildStepListener.<RuntimeException>fail(new AbortException(Messages.Publisher_NotRun()));
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // As declared by BuildStepListener.
    public void finished(AbstractBuild build, BuildStep step, BuildListener listener, boolean canContinue) {
        // Nothing to do.
    }

    /** Most job properties inherit a method that does nothing. */
    private static boolean runsAfterwards(BuildStep step) {
        return step instanceof Builder
                || step instanceof Publisher
                || step instanceof JobProperty
                        && Util.isOverridden(
                                JobProperty.class,
                                step.getClass(),
                                "perform",
                                AbstractBuild.class,
                                Launcher.class,
                                BuildListener.class);
    }

    /** Compares the exact class; subclasses in other plugins may deploy. */
    private static boolean isAllowed(BuildStep step) {
        return ALLOWED.contains(step.getClass().getName());
    }

    private static boolean isRefused(Run<?, ?> build) {
        ChangeRequestsAction action = build.getAction(ChangeRequestsAction.class);
        return build.getAction(NotReleasedAction.class) != null || action != null && action.isRefused();
    }

    /** Throws a checked exception: the listener declares none, but Jenkins handles it by skipping this step. */
    @SuppressWarnings("unchecked") // Erased: thrown as it is.
    private static <E extends Throwable> void fail(@NonNull Throwable failure) throws E {
        throw (E) failure;
    }
}
