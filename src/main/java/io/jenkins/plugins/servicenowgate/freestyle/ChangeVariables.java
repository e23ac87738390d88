package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.model.EnvironmentContributingAction;
import hudson.model.InvisibleAction;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import java.util.Map;

/** Tells the later steps of a build which change let it go. */
public final class ChangeVariables extends InvisibleAction implements EnvironmentContributingAction {
    private final Map<String, String> variables;

    ChangeVariables(@NonNull DeploymentRecord deployment) {
        this.variables = deployment.getVariables();
    }

    @Override
    public void buildEnvironment(@NonNull Run<?, ?> run, @NonNull EnvVars env) {
        env.putAll(variables);
    }
}
