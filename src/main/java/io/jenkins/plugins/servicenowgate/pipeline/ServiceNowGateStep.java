package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.servicenowgate.Messages;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;

/** Waits for the release of a deployment, and returns its change. The deployment ends with the build. */
public final class ServiceNowGateStep extends AbstractGateStep {
    @DataBoundConstructor
    public ServiceNowGateStep(@NonNull String environment) {
        super(environment);
    }

    @Extension
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends GateStepDescriptor {
        @NonNull
        @Override
        AbstractGateStep createEmpty() {
            return new ServiceNowGateStep("");
        }

        @Override
        public String getFunctionName() {
            return "serviceNowGate";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.GateStep_DisplayName();
        }
    }
}
