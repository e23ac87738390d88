package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.model.EnvironmentContributingAction;
import hudson.model.InvisibleAction;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import java.util.Map;

/** Provides the change that released the build as environment variables for later steps. */
public final class ChangeEnvironmentAction extends InvisibleAction implements EnvironmentContributingAction {
    private final Map<String, String> variables;

    ChangeEnvironmentAction(@NonNull DeploymentRecord deployment) {
        this.variables = deployment.getVariables();
    }

    @Override
    public void buildEnvironment(@NonNull Run<?, ?> run, @NonNull EnvVars env) {
        env.putAll(variables);
    }
}
