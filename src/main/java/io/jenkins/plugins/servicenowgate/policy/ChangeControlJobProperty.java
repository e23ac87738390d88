package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor.FormException;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.JobProperty;
import hudson.util.ComboBoxModel;
import hudson.util.XStream2;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.DeclaredSettings;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.config.StrictBoolean;
import io.jenkins.plugins.servicenowgate.config.WholeConverter;
import io.jenkins.plugins.servicenowgate.config.WindowSettings;
import jenkins.model.OptionalJobProperty;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** Marks a job as change controlled. It can add change control, but not remove the change control of a folder. */
public final class ChangeControlJobProperty extends OptionalJobProperty<Job<?, ?>> implements DeclaredSettings {
    private String connection;
    private String project;
    private String standardChangeTemplate;
    private String automaticTransition;
    private String configurationItem;
    private String service;
    private String environment;
    private String version;
    private EvidenceSettings evidence;
    private WindowSettings window;

    /** Not null if a part of the stored property could not be read, see {@link ChangeControlFolderProperty}. */
    private String unreadablePart;

    @DataBoundConstructor
    public ChangeControlJobProperty() {
        // All settings are optional.
    }

    @NonNull
    @Override
    public String getConnection() {
        return Util.fixNull(connection);
    }

    @DataBoundSetter
    public void setConnection(String connection) {
        this.connection = Util.fixEmptyAndTrim(connection);
    }

    /** The project name in change titles; empty for the full name of the job. */
    @NonNull
    public String getProject() {
        return Util.fixNull(project);
    }

    @DataBoundSetter
    public void setProject(String project) {
        this.project = Util.fixEmptyAndTrim(project);
    }

    @NonNull
    @Override
    public String getStandardChangeTemplate() {
        return Util.fixNull(standardChangeTemplate);
    }

    @DataBoundSetter
    public void setStandardChangeTemplate(String standardChangeTemplate) {
        this.standardChangeTemplate = Util.fixEmptyAndTrim(standardChangeTemplate);
    }

    @NonNull
    @Override
    public String getAutomaticTransition() {
        return Util.fixNull(automaticTransition);
    }

    /**
     * @throws IllegalArgumentException for any other text
     */
    @DataBoundSetter
    public void setAutomaticTransition(String automaticTransition) {
        this.automaticTransition = AutomaticTransition.check(automaticTransition);
    }

    @NonNull
    @Override
    public String getConfigurationItem() {
        return Util.fixNull(configurationItem);
    }

    @DataBoundSetter
    public void setConfigurationItem(String configurationItem) {
        this.configurationItem = Util.fixEmptyAndTrim(configurationItem);
    }

    @NonNull
    @Override
    public String getService() {
        return Util.fixNull(service);
    }

    @DataBoundSetter
    public void setService(String service) {
        this.service = Util.fixEmptyAndTrim(service);
    }

    /** The environment to which builds of a job without gate steps deploy; empty if they need no change to start. */
    @NonNull
    public String getEnvironment() {
        return Util.fixNull(environment);
    }

    @DataBoundSetter
    public void setEnvironment(String environment) {
        this.environment = Util.fixEmptyAndTrim(environment);
    }

    /** The version that these builds deploy. */
    @NonNull
    public String getVersion() {
        return Util.fixNull(version);
    }

    @DataBoundSetter
    public void setVersion(String version) {
        this.version = Util.fixEmptyAndTrim(version);
    }

    @CheckForNull
    @Override
    public EvidenceSettings getEvidence() {
        return evidence;
    }

    /**
     * @throws IllegalArgumentException for an address with a variable
     */
    @DataBoundSetter
    public void setEvidence(EvidenceSettings evidence) {
        this.evidence = EvidenceSettings.withoutVariables(evidence);
    }

    /** The window in which a new change is planned, unless the environment has one; null for none. */
    @CheckForNull
    public WindowSettings getWindow() {
        return window;
    }

    /**
     * @throws IllegalArgumentException for a value that is missing or invalid
     */
    @DataBoundSetter
    public void setWindow(WindowSettings window) {
        this.window = WindowSettings.check(window);
    }

    /** Whether all of the stored property was readable. */
    public boolean isReadable() {
        return unreadablePart == null;
    }

    /** Detects parts of the stored property that Jenkins skips. */
    @Restricted(NoExternalUse.class)
    public static final class ConverterImpl extends WholeConverter<ChangeControlJobProperty> {
        public ConverterImpl(XStream2 xstream) {
            super(xstream, ChangeControlJobProperty.class);
        }

        @Override
        protected void onIncompleteRead(@NonNull ChangeControlJobProperty property) {
            property.unreadablePart = "true";
        }
    }

    /** Keeps the mark if the user may not change it. */
    @Override
    public JobProperty<?> reconfigure(StaplerRequest2 request, JSONObject form) throws FormException {
        return MarkForm.check(owner, this, super.reconfigure(request, form));
    }

    @Extension
    @Symbol("changeControl")
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends OptionalJobPropertyDescriptor implements MarkForm, VersionField {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.ChangeControl_Job();
        }

        /** A job without a mark may get one. */
        @Override
        public boolean locked(Object item) {
            return item instanceof Job<?, ?> job && MarkPreview.get().isMarked(job) && MarkForm.super.locked(job);
        }

        @Override
        public JobProperty<?> newInstance(StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
            try {
                // Data binding would remove the mark for any text other than true.
                StrictBoolean.check(form, "specified");
            } catch (IllegalArgumentException e) {
                throw new FormException(e.getMessage(), "specified");
            }
            WindowSettings.removeEmpty(form);
            return super.newInstance(request, form);
        }

        /** In the queue only the parameters of the job are known. */
        @Override
        public boolean mayUse(@NonNull Item item, @NonNull String variable) {
            return item instanceof Job<?, ?> job && DefinedParameters.isKnownInQueue(job, variable);
        }

        @POST
        public ComboBoxModel doFillEnvironmentItems(@AncestorInPath Job<?, ?> job) {
            return MarkPreview.get().environments(job);
        }
    }
}
