package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Job;
import hudson.model.Project;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.control.NamesEnvironments;
import java.util.Collection;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The environments that build steps name. */
@Extension
@Restricted(NoExternalUse.class)
public final class EnvironmentsOfBuilders implements NamesEnvironments {
    @NonNull
    @Override
    public Collection<String> namedBy(@NonNull Job<?, ?> job) {
        return FaultBarrier.call(
                EnvironmentsOfBuilders.class,
                () -> job instanceof Project<?, ?> project
                        ? project.getBuildersList().getAll(ServiceNowGateBuilder.class).stream()
                                .map(ServiceNowGateBuilder::getEnvironment)
                                .toList()
                        : List.of(),
                List::of);
    }
}
