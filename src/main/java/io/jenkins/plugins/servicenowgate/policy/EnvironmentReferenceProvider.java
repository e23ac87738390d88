package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionPoint;
import hudson.model.Job;
import java.util.Collection;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Finds the environments that the configuration of a job names, apart from its change control property. */
@Restricted(NoExternalUse.class)
public interface EnvironmentReferenceProvider extends ExtensionPoint {
    /** The names as configured, except names that contain variables. */
    @NonNull
    Collection<String> referencedEnvironments(@NonNull Job<?, ?> job);
}
