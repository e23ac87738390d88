package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.ComboBoxModel;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AcceptsBooleans;
import io.jenkins.plugins.servicenowgate.config.StrictBoolean;
import io.jenkins.plugins.servicenowgate.control.Levels;
import io.jenkins.plugins.servicenowgate.gate.ChangeFields;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
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
    private Map<String, String> fields = new LinkedHashMap<>();
    private boolean emergency;

    /** What is wrong with a parameter: the step fails with this line, without the stack trace that a setter would cause. */
    private transient String problem;

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

    /** A version that a script gives as null or empty fails the step: an unset variable is no version. */
    @DataBoundSetter
    public void setVersion(String version) {
        this.version = Util.fixEmpty(version);
        if (this.version == null) {
            problem = Messages.Step_VersionEmpty();
        }
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

    /** The columns that a new change gets. */
    @NonNull
    public Map<String, String> getFields() {
        return Collections.unmodifiableMap(fields);
    }

    /** A column that can't be set fails the step. */
    @DataBoundSetter
    public void setFields(Map<String, String> fields) {
        Map<String, String> texts = new LinkedHashMap<>();
        // Scripts pass any map: the keys may be GStrings, the values numbers, and unset variables are null.
        for (Map.Entry<?, ?> field : Util.<Map<?, ?>>fixNull(fields, Map.of()).entrySet()) {
            texts.put(String.valueOf(field.getKey()), field.getValue() == null ? "" : String.valueOf(field.getValue()));
        }
        try {
            this.fields = ChangeFields.merge(Map.of(), texts);
        } catch (IllegalArgumentException e) {
            problem = e.getMessage();
        }
    }

    /** The fields as the form shows them. */
    @NonNull
    @Restricted(NoExternalUse.class)
    public String getFieldLines() {
        return FieldLines.format(fields);
    }

    /** Whether a new change is to be an Emergency change. */
    public boolean isEmergency() {
        return emergency;
    }

    @DataBoundSetter
    public void setEmergency(boolean emergency) {
        this.emergency = emergency;
    }

    private AbstractGateStep refused(String why) {
        problem = why;
        return this;
    }

    @Override
    public StepExecution start(StepContext context) throws AbortException {
        if (problem != null) {
            throw new AbortException(problem);
        }
        return new GateStepExecution(context, this, getDescriptor().takesImplicitBlockArgument());
    }

    /** What both descriptors have in common. */
    abstract static class GateStepDescriptor extends StepDescriptor {
        /** A step of whose parameters one is wrong: it fails with a line when it starts. */
        @NonNull
        abstract AbstractGateStep empty();

        /** What Jenkins would take for something else, or print with a stack trace, fails the step with one line. */
        @Override
        public Step newInstance(@NonNull Map<String, Object> arguments) {
            try {
                DescribableModel<? extends Step> model = DescribableModel.of(clazz);
                Set<String> unknown = new TreeSet<>(arguments.keySet());
                unknown.removeIf(name -> model.getParameter(name) != null);
                if (unknown.isEmpty()) {
                    return model.instantiate(AcceptsBooleans.read(arguments), TaskListener.NULL);
                }
                return empty().refused(Messages.Step_ParametersUnknown(String.join(", ", unknown)));
            } catch (IllegalArgumentException | ClassCastException e) {
                Throwable innermost = e;
                while (innermost.getCause() != null) {
                    innermost = innermost.getCause();
                }
                String line = String.valueOf(innermost.getMessage());
                return empty().refused(line.startsWith("Refused: ") ? line : Messages.Step_ParametersWrong(line));
            }
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class, FlowNode.class, EnvVars.class);
        }

        /** What tells one gate of a build from another, where steps are listed: environment and version. */
        @CheckForNull
        @Override
        public String argumentsToString(@NonNull Map<String, Object> namedArgs) {
            Object environment = namedArgs.get("environment");
            Object version = namedArgs.get("version");
            if (!(environment instanceof CharSequence)) {
                return null;
            }
            return version instanceof CharSequence ? environment + " " + version : environment.toString();
        }

        @POST
        public ComboBoxModel doFillEnvironmentItems(@AncestorInPath Item item) {
            return Levels.choices(item);
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

        @POST
        public FormValidation doCheckFields(@AncestorInPath Item item, @QueryParameter String value) {
            if (item == null || !item.hasPermission(Item.CONFIGURE)) {
                return FormValidation.ok();
            }
            try {
                FieldLines.parse(Util.fixNull(value));
                return FormValidation.ok();
            } catch (IllegalArgumentException e) {
                return FormValidation.error(e.getMessage());
            }
        }

        /**
         * Takes the fields as lines from the form.
         *
         * @throws IllegalArgumentException for a line that is no field
         */
        @Override
        public Step newInstance(@CheckForNull StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
            StrictBoolean.check(form, "emergency");
            Object lines = form.remove("fields");
            Map<String, String> fields = lines == null ? Map.of() : FieldLines.parse(lines.toString());
            if (form.optString("version").isEmpty()) {
                // Left empty in the form is left out.
                form.remove("version");
            }
            Step step = super.newInstance(request, form);
            ((AbstractGateStep) step).setFields(fields);
            return step;
        }

        @NonNull
        @Override
        public abstract String getDisplayName();
    }
}
