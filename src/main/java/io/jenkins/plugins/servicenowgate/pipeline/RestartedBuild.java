package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Cause;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.deployment.RepeatedBuild;
import org.jenkinsci.plugins.pipeline.modeldefinition.causes.RestartDeclarativePipelineCause;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** A build that was restarted from a stage. Loaded only if Declarative Pipeline is installed. */
@Extension(optional = true)
@Restricted(NoExternalUse.class)
public final class RestartedBuild implements RepeatedBuild {
    @Override
    public boolean isRepetition(@NonNull Cause cause) {
        return cause instanceof RestartDeclarativePipelineCause;
    }

    @CheckForNull
    @Override
    public Run<?, ?> original(@NonNull Cause cause) {
        return ((RestartDeclarativePipelineCause) cause).getOriginal();
    }
}
