package io.jenkins.plugins.servicenowgate.control;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionPoint;
import hudson.model.Job;
import java.util.Collection;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Tells which environments the configuration of a job names, beside its mark. */
@Restricted(NoExternalUse.class)
public interface NamesEnvironments extends ExtensionPoint {
    /** Names as they stand there; without those that hold variables. */
    @NonNull
    Collection<String> namedBy(@NonNull Job<?, ?> job);
}
