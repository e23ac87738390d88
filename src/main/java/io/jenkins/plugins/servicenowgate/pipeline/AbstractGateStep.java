package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import java.util.Set;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The parameters that both steps take. */
public abstract class AbstractGateStep extends Step {
    private final String environment;
    private String version;
    private String project;
    private String changeRequestNumber;

    AbstractGateStep(String environment) {
        this.environment = environment;
    }

    /** Where to deploy to: a declared name. */
    public String getEnvironment() {
        return environment;
    }

    /** What is deployed; null for the build's display name without a leading #. */
    @CheckForNull
    public String getVersion() {
        return version;
    }

    @DataBoundSetter
    public void setVersion(String version) {
        this.version = Util.fixEmpty(version);
    }

    /** Whose deployment this is; null for the job's mark or full name. */
    @CheckForNull
    public String getProject() {
        return project;
    }

    @DataBoundSetter
    public void setProject(String project) {
        this.project = Util.fixEmpty(project);
    }

    /** The one change that counts; null to go by the build's parameter or variable, else by the title. */
    @CheckForNull
    public String getChangeRequestNumber() {
        return changeRequestNumber;
    }

    @DataBoundSetter
    public void setChangeRequestNumber(String changeRequestNumber) {
        this.changeRequestNumber = Util.fixEmptyAndTrim(changeRequestNumber);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new GateStepExecution(context, this, getDescriptor().takesImplicitBlockArgument());
    }

    /** What both descriptors have in common. */
    abstract static class GateStepDescriptor extends StepDescriptor {
        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class, FlowNode.class, EnvVars.class);
        }

        @POST
        public FormValidation doCheckEnvironment(@AncestorInPath Item item, @QueryParameter String value) {
            if (item == null || !item.hasPermission(Item.CONFIGURE)) {
                return FormValidation.ok();
            }
            return Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.error(Messages.Environment_NameMissing())
                    : FormValidation.ok();
        }

        @NonNull
        @Override
        public abstract String getDisplayName();
    }
}
