package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.servicenowgate.Messages;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;

/** A gate with the deployment as its body: the body runs after the release, and the deployment ends with the body. */
public final class ServiceNowDeploymentStep extends AbstractGateStep {
    @DataBoundConstructor
    public ServiceNowDeploymentStep(@NonNull String environment) {
        super(environment);
    }

    @Extension
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends GateStepDescriptor {
        @NonNull
        @Override
        AbstractGateStep createEmpty() {
            return new ServiceNowDeploymentStep("");
        }

        @Override
        public String getFunctionName() {
            return "serviceNowDeployment";
        }

        @Override
        public boolean takesImplicitBlockArgument() {
            return true;
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.DeploymentStep_DisplayName();
        }
    }
}
