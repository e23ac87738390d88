package io.jenkins.plugins.servicenowgate.control;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor.FormException;
import hudson.model.Job;
import hudson.model.JobProperty;
import hudson.util.ComboBoxModel;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AcceptsBooleans;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.ConfigurationAccess;
import io.jenkins.plugins.servicenowgate.config.StrictBoolean;
import java.util.List;
import jenkins.model.Jenkins;
import jenkins.model.OptionalJobProperty;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** Marks a job as change controlled. It can add control, never take off what a folder says. */
public final class ChangeControlJobProperty extends OptionalJobProperty<Job<?, ?>> {
    private String connection;
    private String project;
    private String standardChangeTemplate;
    private String automaticTransition;
    private String environment;
    private String version;

    @DataBoundConstructor
    public ChangeControlJobProperty() {
        // Everything about it is optional.
    }

    /** The connection; empty where a folder or the only one configured gives it. */
    @NonNull
    public String getConnection() {
        return Util.fixNull(connection);
    }

    @DataBoundSetter
    public void setConnection(String connection) {
        this.connection = Util.fixEmptyAndTrim(connection);
    }

    /** The project's name in the titles of changes; empty for the job's full name. */
    @NonNull
    public String getProject() {
        return Util.fixNull(project);
    }

    @DataBoundSetter
    public void setProject(String project) {
        this.project = Util.fixEmptyAndTrim(project);
    }

    /** The template of a Standard change; empty for a Normal one, where neither environment nor folder names one. */
    @NonNull
    public String getStandardChangeTemplate() {
        return Util.fixNull(standardChangeTemplate);
    }

    @DataBoundSetter
    public void setStandardChangeTemplate(String standardChangeTemplate) {
        this.standardChangeTemplate = Util.fixEmptyAndTrim(standardChangeTemplate);
    }

    /** {@code true}, {@code false} or {@code close}; empty to leave it to environment and folders. See {@link AutomaticTransition}. */
    @NonNull
    public String getAutomaticTransition() {
        return Util.fixNull(automaticTransition);
    }

    /**
     * @throws IllegalArgumentException for a text that is none of these
     */
    @DataBoundSetter
    public void setAutomaticTransition(String automaticTransition) {
        this.automaticTransition = AutomaticTransition.check(automaticTransition);
    }

    /** Where the builds of a job without gate steps deploy to; empty for those that need no change to start. */
    @NonNull
    public String getEnvironment() {
        return Util.fixNull(environment);
    }

    @DataBoundSetter
    public void setEnvironment(String environment) {
        this.environment = Util.fixEmptyAndTrim(environment);
    }

    /** What those builds deploy. */
    @NonNull
    public String getVersion() {
        return Util.fixNull(version);
    }

    @DataBoundSetter
    public void setVersion(String version) {
        this.version = Util.fixEmptyAndTrim(version);
    }

    /** Keeps the mark of those who may not change it. */
    @Override
    public JobProperty<?> reconfigure(StaplerRequest2 request, JSONObject form) throws FormException {
        return MarkForms.check(owner, this, super.reconfigure(request, form));
    }

    @Extension
    @Symbol("changeControl")
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends OptionalJobPropertyDescriptor implements AcceptsBooleans {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.ChangeControl_Job();
        }

        /** Whether the viewer may not change the settings; part of the form. */
        public boolean locked(Object item) {
            return item instanceof Job<?, ?> job && Levels.mark(job) != null && MarkForms.isLocked(job);
        }

        /** What they need for it; part of the form. */
        @NonNull
        public String getPermission() {
            return MarkForms.permission();
        }

        /** What the folders above say; part of the form. */
        @NonNull
        public List<String> inherited(Object item) {
            return Levels.inherited(item);
        }

        /** What becomes of deployments as things stand; part of the form. */
        @NonNull
        public List<String> effective(Object item) {
            return Levels.effective(item);
        }

        @Override
        public JobProperty<?> newInstance(StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
            try {
                // Any other text than true would take the mark off.
                StrictBoolean.check(form, "specified");
            } catch (IllegalArgumentException e) {
                throw new FormException(e.getMessage(), "specified");
            }
            return super.newInstance(request, form);
        }

        @POST
        public ComboBoxModel doFillEnvironmentItems(@AncestorInPath Job<?, ?> job) {
            return Levels.choices(job);
        }

        @POST
        public ListBoxModel doFillAutomaticTransitionItems(@QueryParameter String automaticTransition) {
            return ConfigurationAccess.transitions(automaticTransition);
        }

        @POST
        public FormValidation doCheckConnection(@QueryParameter String value) {
            return ConfigurationAccess.checkConnection(value);
        }

        @POST
        public ListBoxModel doFillConnectionItems(@AncestorInPath Job<?, ?> job, @QueryParameter String connection) {
            return ConfigurationAccess.connections(connection, job == null ? Jenkins.get() : job);
        }
    }
}
