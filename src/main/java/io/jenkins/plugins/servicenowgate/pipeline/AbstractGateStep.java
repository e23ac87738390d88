package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AcceptsBooleans;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.config.StrictBoolean;
import io.jenkins.plugins.servicenowgate.config.WindowSettings;
import io.jenkins.plugins.servicenowgate.policy.EnvironmentField;
import io.jenkins.plugins.servicenowgate.policy.VersionField;
import io.jenkins.plugins.servicenowgate.rules.ChangeFields;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.DescribableParameter;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
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

/** The parameters of both steps. */
public abstract class AbstractGateStep extends Step {
    private final String environment;
    private String version;
    private String project;
    private String changeRequestNumber;
    private Map<String, String> fields = new LinkedHashMap<>();
    private boolean emergency;
    private EvidenceSettings evidence;
    private boolean sameArtifacts;
    private String configurationItem;
    private String service;
    private WindowSettings window;

    /**
     * Why a parameter is invalid, or null. The step fails with this message and not with the stack trace that an
     * exception in a setter would cause.
     */
    private transient String problem;

    AbstractGateStep(String environment) {
        this.environment = environment;
    }

    /** The name of a declared environment. */
    public String getEnvironment() {
        return environment;
    }

    /** The version that is deployed; null for the build's display name without a leading #. */
    @CheckForNull
    public String getVersion() {
        return version;
    }

    /** An explicit version that is null or empty fails the step, because it usually comes from an unset variable. */
    @DataBoundSetter
    public void setVersion(String version) {
        this.version = Util.fixEmpty(version);
        if (this.version == null) {
            problem = Messages.Step_VersionEmpty();
        }
    }

    /** The project name in the change's title; null for that of the job's mark, or the job's name. */
    @CheckForNull
    public String getProject() {
        return project;
    }

    @DataBoundSetter
    public void setProject(String project) {
        this.project = Util.fixEmpty(project);
    }

    /**
     * The number of an existing change; null to use the build's parameter or variable, else to find the change by its
     * title.
     */
    @CheckForNull
    public String getChangeRequestNumber() {
        return changeRequestNumber;
    }

    @DataBoundSetter
    public void setChangeRequestNumber(String changeRequestNumber) {
        this.changeRequestNumber = Util.fixEmptyAndTrim(changeRequestNumber);
    }

    /** The column values of a new change. */
    @NonNull
    public Map<String, String> getFields() {
        return Collections.unmodifiableMap(fields);
    }

    /** An invalid column fails the step when it starts. */
    @DataBoundSetter
    public void setFields(Map<String, String> fields) {
        Map<String, String> texts = new LinkedHashMap<>();
        // Scripts may pass keys that are GStrings, values that are numbers, and null for unset variables.
        for (Map.Entry<?, ?> field : Util.<Map<?, ?>>fixNull(fields, Map.of()).entrySet()) {
            if (field.getKey() == null) {
                problem = Messages.Step_FieldWithoutName();
                return;
            }
            texts.put(String.valueOf(field.getKey()), field.getValue() == null ? "" : String.valueOf(field.getValue()));
        }
        try {
            this.fields = ChangeFields.merge(Map.of(), texts);
        } catch (IllegalArgumentException e) {
            problem = e.getMessage();
        }
    }

    /** The fields in the format of the form, one per line. */
    @NonNull
    @Restricted(NoExternalUse.class)
    public String getFieldLines() {
        return FieldsFormat.format(fields);
    }

    /** Whether a new change is created as an Emergency change. */
    public boolean isEmergency() {
        return emergency;
    }

    @DataBoundSetter
    public void setEmergency(boolean emergency) {
        this.emergency = emergency;
    }

    /** What approvers are told in addition to what the environment says; null for nothing. */
    @CheckForNull
    public EvidenceSettings getEvidence() {
        return evidence;
    }

    /** An address that is not valid fails the step when it starts. */
    @DataBoundSetter
    public void setEvidence(EvidenceSettings evidence) {
        try {
            this.evidence = EvidenceSettings.withoutVariables(evidence);
        } catch (IllegalArgumentException e) {
            problem = e.getMessage();
        }
    }

    /** Whether the release is refused if the archived artifacts differ from the evidence. */
    public boolean isSameArtifacts() {
        return sameArtifacts;
    }

    @DataBoundSetter
    public void setSameArtifacts(boolean sameArtifacts) {
        this.sameArtifacts = sameArtifacts;
    }

    /** The configuration item of a new change: its exact name or its sys_id; null for that of the environment. */
    @CheckForNull
    public String getConfigurationItem() {
        return configurationItem;
    }

    @DataBoundSetter
    public void setConfigurationItem(String configurationItem) {
        this.configurationItem = Util.fixEmptyAndTrim(configurationItem);
    }

    /** The service of a new change: its exact name or its sys_id; null for that of the environment. */
    @CheckForNull
    public String getService() {
        return service;
    }

    @DataBoundSetter
    public void setService(String service) {
        this.service = Util.fixEmptyAndTrim(service);
    }

    /** The window in which a new change is planned; null for that of the environment. */
    @CheckForNull
    public WindowSettings getWindow() {
        return window;
    }

    /** An invalid window fails the step when it starts. */
    @DataBoundSetter
    public void setWindow(WindowSettings window) {
        try {
            this.window = WindowSettings.check(window);
        } catch (IllegalArgumentException e) {
            problem = e.getMessage();
        }
    }

    private AbstractGateStep withProblem(String message) {
        problem = message;
        return this;
    }

    @Override
    public StepExecution start(StepContext context) throws AbortException {
        if (problem != null) {
            throw new AbortException(problem);
        }
        return new GateStepExecution(context, this, getDescriptor().takesImplicitBlockArgument());
    }

    /** The common part of both descriptors. */
    abstract static class GateStepDescriptor extends StepDescriptor implements EnvironmentField, VersionField {
        /** Creates a step without parameters, to which an error message is added. */
        @NonNull
        abstract AbstractGateStep createEmpty();

        /**
         * Invalid parameters, which Jenkins would ignore or report with a stack trace, fail the step with a one-line
         * message.
         */
        @Override
        public Step newInstance(@NonNull Map<String, Object> arguments) {
            try {
                DescribableModel<? extends Step> model = DescribableModel.of(clazz);
                Set<String> unknown = new TreeSet<>(arguments.keySet());
                unknown.removeIf(name -> model.getParameter(name) != null);
                if (!unknown.isEmpty()) {
                    return createEmpty().withProblem(Messages.Step_ParametersUnknown(String.join(", ", unknown)));
                }
                Map<String, Object> read = AcceptsBooleans.read(arguments);
                for (DescribableParameter parameter : model.getParameters()) {
                    String wrong = problem(parameter, read);
                    if (wrong != null) {
                        return createEmpty().withProblem(wrong);
                    }
                }
                return model.instantiate(read, TaskListener.NULL);
            } catch (IllegalArgumentException | ClassCastException e) {
                Throwable innermost = e;
                while (innermost.getCause() != null) {
                    innermost = innermost.getCause();
                }
                return createEmpty().withProblem(String.valueOf(innermost.getMessage()));
            }
        }

        /** Why a parameter can't be used, without the names of Java classes in the exceptions of data binding. */
        @CheckForNull
        private static String problem(DescribableParameter parameter, Map<String, Object> arguments) {
            String name = parameter.getName();
            if (!arguments.containsKey(name)) {
                return parameter.isRequired() ? Messages.Step_ParameterMissing(name) : null;
            }
            Object value = arguments.get(name);
            Class<?> type = parameter.getErasedType();
            if (value == null || type == boolean.class) {
                return null;
            }
            boolean described = type == EvidenceSettings.class || type == WindowSettings.class;
            if (described && value instanceof UninstantiatedDescribable) {
                return null;
            }
            if (described || type == Map.class) {
                return value instanceof Map ? null : Messages.Step_ParameterIsNoMap(name);
            }
            return value instanceof CharSequence ? null : Messages.Step_ParameterIsNoText(name);
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class, FlowNode.class, EnvVars.class);
        }

        /** Environment and version, which distinguish the gates of a build in lists of steps. */
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

        /** The generated snippet has single quotes, in which Groovy expands nothing. */
        @Override
        public boolean mayUse(@NonNull Item item, @NonNull String variable) {
            return false;
        }

        @POST
        public FormValidation doCheckFields(@AncestorInPath Item item, @QueryParameter String value) {
            if (item == null || !item.hasPermission(Item.CONFIGURE)) {
                return FormValidation.ok();
            }
            try {
                FieldsFormat.parse(Util.fixNull(value));
                return FormValidation.ok();
            } catch (IllegalArgumentException e) {
                return FormValidation.error(e.getMessage());
            }
        }

        /**
         * Parses the fields, which the form submits as lines.
         *
         * @throws IllegalArgumentException for a line that is not a field
         */
        @Override
        public Step newInstance(@CheckForNull StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
            StrictBoolean.check(form, "emergency", "sameArtifacts");
            Object lines = form.remove("fields");
            Map<String, String> fields = lines == null ? Map.of() : FieldsFormat.parse(lines.toString());
            if (form.optString("version").isEmpty()) {
                // An empty field of the form means that the parameter is not given.
                form.remove("version");
            }
            WindowSettings.removeEmpty(form);
            Step step = super.newInstance(request, form);
            ((AbstractGateStep) step).setFields(fields);
            return step;
        }

        @NonNull
        @Override
        public abstract String getDisplayName();
    }
}
