package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.Launcher;
import hudson.Util;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.BuildListener;
import hudson.model.Item;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import hudson.util.XStream2;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AcceptsBooleans;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.config.StrictBoolean;
import io.jenkins.plugins.servicenowgate.config.WholeConverter;
import io.jenkins.plugins.servicenowgate.config.WindowSettings;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRequest;
import io.jenkins.plugins.servicenowgate.deployment.ParentBuild;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceRequest;
import io.jenkins.plugins.servicenowgate.policy.EnvironmentField;
import io.jenkins.plugins.servicenowgate.policy.VersionField;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/** Waits on the executor until the deployment is released. The deployment ends with the build. */
public final class ServiceNowGateBuilder extends Builder {
    private final String environment;
    private String version;
    private String project;
    private String changeRequestNumber;
    private String emergency;
    private List<ChangeField> fields;
    private EvidenceSettings evidence;
    private String sameArtifacts;
    private String configurationItem;
    private String service;
    private WindowSettings window;

    /**
     * Not null if Jenkins skipped a part of the stored step that it could not read. Stored, because the next save of the
     * job removes that part.
     */
    private String unreadablePart;

    @DataBoundConstructor
    public ServiceNowGateBuilder(@NonNull String environment) {
        this.environment = environment;
    }

    /** The environment. Like all texts of this step, it may contain variables. */
    public String getEnvironment() {
        return environment;
    }

    @CheckForNull
    public String getVersion() {
        return version;
    }

    @DataBoundSetter
    public void setVersion(String version) {
        this.version = Util.fixEmpty(version);
    }

    @CheckForNull
    public String getProject() {
        return project;
    }

    @DataBoundSetter
    public void setProject(String project) {
        this.project = Util.fixEmpty(project);
    }

    @CheckForNull
    public String getChangeRequestNumber() {
        return changeRequestNumber;
    }

    @DataBoundSetter
    public void setChangeRequestNumber(String changeRequestNumber) {
        this.changeRequestNumber = Util.fixEmptyAndTrim(changeRequestNumber);
    }

    public boolean isEmergency() {
        return StrictBoolean.read(emergency, false, false);
    }

    @DataBoundSetter
    public void setEmergency(boolean emergency) {
        this.emergency = String.valueOf(emergency);
    }

    @NonNull
    public List<ChangeField> getFields() {
        return ChangeField.readable(fields);
    }

    /**
     * @throws IllegalArgumentException if a column can't be set, or is set twice
     */
    @DataBoundSetter
    public void setFields(List<ChangeField> fields) {
        ChangeField.check(Util.fixNull(fields));
        this.fields = new ArrayList<>(Util.fixNull(fields));
    }

    /** What approvers are told in addition to what the environment says; null for nothing. */
    @CheckForNull
    public EvidenceSettings getEvidence() {
        return evidence;
    }

    @DataBoundSetter
    public void setEvidence(EvidenceSettings evidence) {
        this.evidence = EvidenceSettings.orNull(evidence);
    }

    /** Whether the release is refused if the archived artifacts differ from the evidence. */
    public boolean isSameArtifacts() {
        return StrictBoolean.read(sameArtifacts, false, true);
    }

    @DataBoundSetter
    public void setSameArtifacts(boolean sameArtifacts) {
        this.sameArtifacts = String.valueOf(sameArtifacts);
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

    /**
     * @throws IllegalArgumentException for a value that is missing or invalid
     */
    @DataBoundSetter
    public void setWindow(WindowSettings window) {
        this.window = WindowSettings.checkWithVariables(window);
    }

    @Override
    public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
            throws InterruptedException, IOException {
        try {
            waitForRelease(build, listener);
            return true;
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            build.addAction(new NotReleasedAction());
            throw e;
        }
    }

    private void waitForRelease(AbstractBuild<?, ?> build, BuildListener listener)
            throws InterruptedException, IOException {
        if (unreadablePart != null || !ChangeField.isReadable(fields)) {
            throw new AbortException(Messages.PolicyDecision_UnreadableStep());
        }
        EnvVars variables = DeploymentRequest.variables(build, listener);
        Map<String, String> given = new LinkedHashMap<>();
        // Their variables are replaced with those of the template name, and an unset one is an error.
        getFields().forEach(field -> given.put(field.getName(), field.getValue()));
        String expandedVersion = variables.expand(version);
        if (version != null && Util.fixEmptyAndTrim(expandedVersion) == null) {
            throw new AbortException(Messages.Step_VersionEmpty());
        }
        DeploymentRequest request = DeploymentRequest.of(
                        build,
                        variables.expand(environment),
                        expandedVersion,
                        variables.expand(project),
                        variables.expand(changeRequestNumber),
                        isEmergency(),
                        given,
                        variables)
                .with(evidenceRequest(build, variables))
                .withItems(ItemSetting.of(variables.expand(configurationItem), variables.expand(service)))
                .withWindow(planned(variables))
                .withVariables(variables, build.getSensitiveBuildVariables());
        DeploymentRecord shared = ParentBuild.released(build, request.environment());
        if (shared != null) {
            // A matrix configuration whose parent build was released.
            build.addAction(new ChangeEnvironmentAction(shared));
            return;
        }
        build.addAction(new ChangeEnvironmentAction(
                BlockingGate.await(build, listener, UUID.randomUUID().toString(), request)));
    }

    @CheckForNull
    private DeploymentWindow planned(EnvVars variables) throws AbortException {
        try {
            return window == null ? null : window.expanded(variables::expand);
        } catch (IllegalArgumentException e) {
            throw new AbortException(e.getMessage());
        }
    }

    private EvidenceRequest evidenceRequest(AbstractBuild<?, ?> build, EnvVars variables) throws AbortException {
        Set<String> secrets = new HashSet<>();
        build.getSensitiveBuildVariables().forEach(name -> secrets.add(variables.get(name, "")));
        try {
            return new EvidenceRequest(
                    evidence == null ? new EvidenceSettings() : evidence.expanded(variables::expand),
                    isSameArtifacts(),
                    secrets,
                    build.getWorkspace());
        } catch (IllegalArgumentException e) {
            throw new AbortException(e.getMessage());
        }
    }

    /** Detects parts of the stored step that Jenkins skips. */
    @Restricted(NoExternalUse.class)
    public static final class ConverterImpl extends WholeConverter<ServiceNowGateBuilder> {
        public ConverterImpl(XStream2 xstream) {
            super(xstream, ServiceNowGateBuilder.class);
        }

        @Override
        protected void onIncompleteRead(@NonNull ServiceNowGateBuilder builder) {
            builder.unreadablePart = "true";
        }
    }

    @Extension
    @Symbol("serviceNowGateStep")
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder>
            implements AcceptsBooleans, EnvironmentField, VersionField {
        @Override
        @SuppressWarnings("rawtypes") // As declared by BuildStepDescriptor.
        public boolean isApplicable(Class<? extends AbstractProject> jobType) {
            return true;
        }

        /** All variables of the build, of which the form knows none. */
        @Override
        public boolean mayUse(@NonNull Item item, @NonNull String variable) {
            return true;
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.GateBuilder_DisplayName();
        }

        @Override
        public Builder newInstance(StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
            try {
                StrictBoolean.check(form, "emergency", "sameArtifacts");
            } catch (IllegalArgumentException e) {
                throw new FormException(e.getMessage(), "emergency");
            }
            WindowSettings.removeEmpty(form);
            return super.newInstance(request, form);
        }
    }
}
