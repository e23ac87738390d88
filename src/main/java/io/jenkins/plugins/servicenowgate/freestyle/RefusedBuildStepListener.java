package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.BuildStepListener;
import hudson.model.Run;
import hudson.tasks.ArtifactArchiver;
import hudson.tasks.BuildStep;
import hudson.tasks.Fingerprinter;
import hudson.tasks.Publisher;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import java.util.Set;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Jenkins runs the post-build actions of a failed build, too. Those of a build whose deployment was refused or aborted are
 * stopped, since many of them deploy; what only archives or sends mail runs.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class RefusedBuildStepListener extends BuildStepListener {
    /** By name, since some come with other plugins. */
    private static final Set<String> HARMLESS = Set.of(
            ArtifactArchiver.class.getName(),
            Fingerprinter.class.getName(),
            "hudson.tasks.Mailer",
            "hudson.plugins.emailext.ExtendedEmailPublisher");

    @Override
    @SuppressWarnings("rawtypes") // As declared by BuildStepListener.
    public void started(AbstractBuild build, BuildStep step, BuildListener listener) {
        boolean stopped = FaultBarrier.call(
                RefusedBuildStepListener.class,
                () -> step instanceof Publisher && !isHarmless(step) && isRefused(build),
                () -> false);
        if (stopped) {
            RefusedBuildStepListener.<RuntimeException>fail(new AbortException(Messages.Publisher_NotRun()));
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // As declared by BuildStepListener.
    public void finished(AbstractBuild build, BuildStep step, BuildListener listener, boolean canContinue) {
        // What has run has run.
    }

    /** None that another plugin derived of them. */
    private static boolean isHarmless(BuildStep step) {
        return HARMLESS.contains(step.getClass().getName());
    }

    private static boolean isRefused(Run<?, ?> build) {
        ChangeRequestsAction action = build.getAction(ChangeRequestsAction.class);
        return build.getAction(NotLetGo.class) != null || action != null && action.isRefused();
    }

    /** The listener declares no exception, but Jenkins expects one of every step: this one costs the step its turn. */
    @SuppressWarnings("unchecked") // Erased: thrown as it is.
    private static <E extends Throwable> void fail(@NonNull Throwable failure) throws E {
        throw (E) failure;
    }
}
