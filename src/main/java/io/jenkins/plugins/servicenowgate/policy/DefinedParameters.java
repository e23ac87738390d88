package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Actionable;
import hudson.model.Job;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.PasswordParameterDefinition;
import java.util.Collection;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The parameters of a build or queue item that its job defines. Whoever starts a build can add others; Jenkins does not
 * pass them to the environment of the build, and they count for nothing here either.
 */
@Restricted(NoExternalUse.class)
public final class DefinedParameters {
    private DefinedParameters() {}

    /** Whether the job defines a parameter, in any case of letters, whose value may be shown. */
    static boolean isKnownInQueue(@NonNull Job<?, ?> job, @NonNull String name) {
        ParametersDefinitionProperty defined = job.getProperty(ParametersDefinitionProperty.class);
        return defined != null
                && defined.getParameterDefinitions().stream()
                        .anyMatch(parameter -> parameter.getName().equalsIgnoreCase(name)
                                && !(parameter instanceof PasswordParameterDefinition));
    }

    /**
     * @param started the build or queue item
     */
    @NonNull
    public static List<ParameterValue> of(@NonNull Job<?, ?> job, @NonNull Actionable started) {
        ParametersDefinitionProperty defined = job.getProperty(ParametersDefinitionProperty.class);
        Collection<String> names = defined == null ? List.of() : defined.getParameterDefinitionNames();
        return started.getActions(ParametersAction.class).stream()
                .flatMap(parameters -> parameters.getAllParameters().stream())
                .filter(value -> names.contains(value.getName()))
                .toList();
    }
}
