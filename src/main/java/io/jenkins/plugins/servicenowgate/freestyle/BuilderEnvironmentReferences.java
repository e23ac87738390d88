package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Job;
import hudson.model.Project;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.policy.EnvironmentReferenceProvider;
import java.util.Collection;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Finds the environments that build steps name. */
@Extension
@Restricted(NoExternalUse.class)
public final class BuilderEnvironmentReferences implements EnvironmentReferenceProvider {
    @NonNull
    @Override
    public Collection<String> referencedEnvironments(@NonNull Job<?, ?> job) {
        return FaultBarrier.call(
                BuilderEnvironmentReferences.class,
                () -> job instanceof Project<?, ?> project
                        ? project.getBuildersList().getAll(ServiceNowGateBuilder.class).stream()
                                .map(ServiceNowGateBuilder::getEnvironment)
                                .toList()
                        : List.of(),
                List::of);
    }
}
