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
import io.jenkins.plugins.servicenowgate.gate.ChangeFields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** The parameters that both steps take. */
public abstract class AbstractGateStep extends Step {
    private final String environment;
    private String version;
    private String project;
    private String changeRequestNumber;
    private boolean emergency;
    private Map<String, String> fields = Map.of();

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

    /** Whether a new change is an Emergency change; the environment must allow it. */
    public boolean isEmergency() {
        return emergency;
    }

    @DataBoundSetter
    public void setEmergency(boolean emergency) {
        this.emergency = emergency;
    }

    /** Columns of a new change and their values; they win over those of environment and folder. */
    @NonNull
    public Map<String, String> getFields() {
        return fields;
    }

    /**
     * @throws IllegalArgumentException for a column that can't be set
     */
    @DataBoundSetter
    public void setFields(Map<String, ?> fields) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (fields != null) {
            fields.forEach((name, value) -> texts.put(name, value == null ? "" : String.valueOf(value)));
        }
        this.fields = ChangeFields.merge(Map.of(), texts);
    }

    /** The fields as the step's page has them: one {@code name=value} a line. */
    @Restricted(NoExternalUse.class)
    public String fieldLines() {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + '=' + field.getValue())
                .collect(Collectors.joining("\n"));
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

        /** The page has the fields as lines; the step has a map. */
        @Override
        public Step newInstance(@CheckForNull StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
            String lines = Util.fixNull(form.optString("fieldLines"));
            form.remove("fieldLines");
            Map<String, String> fields = new LinkedHashMap<>();
            for (String line : lines.split("\\R")) {
                int separator = line.indexOf('=');
                if (separator < 0 && !line.isBlank()) {
                    throw new FormException(Messages.ChangeField_Line(line.strip()), "fields");
                }
                if (separator >= 0) {
                    fields.put(
                            line.substring(0, separator).strip(),
                            line.substring(separator + 1).strip());
                }
            }
            AbstractGateStep step = (AbstractGateStep) super.newInstance(request, form);
            try {
                step.setFields(fields);
            } catch (IllegalArgumentException e) {
                throw new FormException(e.getMessage(), "fields");
            }
            return step;
        }

        @NonNull
        @Override
        public abstract String getDisplayName();
    }
}
