package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Cause;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.deployment.RepeatedBuild;
import org.jenkinsci.plugins.workflow.cps.replay.ReplayCause;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** A build that was replayed. Loaded only if Pipeline: Groovy is installed. */
@Extension(optional = true)
@Restricted(NoExternalUse.class)
public final class ReplayedBuild implements RepeatedBuild {
    @Override
    public boolean isRepetition(@NonNull Cause cause) {
        return cause instanceof ReplayCause;
    }

    @CheckForNull
    @Override
    public Run<?, ?> original(@NonNull Cause cause) {
        return ((ReplayCause) cause).getOriginal();
    }
}
