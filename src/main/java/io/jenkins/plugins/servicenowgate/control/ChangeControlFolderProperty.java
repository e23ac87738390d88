package io.jenkins.plugins.servicenowgate.control;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import com.cloudbees.hudson.plugins.folder.AbstractFolderProperty;
import com.cloudbees.hudson.plugins.folder.AbstractFolderPropertyDescriptor;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor.FormException;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import hudson.util.XStream2;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AcceptsBooleans;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.ConfigurationAccess;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.FormErrors;
import io.jenkins.plugins.servicenowgate.config.StrictBoolean;
import io.jenkins.plugins.servicenowgate.config.WholeConverter;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
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

/** Marks all jobs below a folder as change controlled, and declares environments for them. */
public final class ChangeControlFolderProperty extends AbstractFolderProperty<AbstractFolder<?>> {
    private String changeControlled;
    private String connection;
    private String standardChangeTemplate;
    private String automaticTransition;
    private List<ChangeField> fields;
    private List<Environment> environments;

    /** Whether Jenkins left out a part of it that it could not read. */
    private transient boolean leftOut;

    @DataBoundConstructor
    public ChangeControlFolderProperty() {
        // Everything about it is optional.
    }

    public boolean isChangeControlled() {
        return StrictBoolean.read(changeControlled, false, true);
    }

    @DataBoundSetter
    public void setChangeControlled(boolean changeControlled) {
        this.changeControlled = String.valueOf(changeControlled);
    }

    /** The connection for the jobs below; empty where a folder further out or the only one configured gives it. */
    @NonNull
    public String getConnection() {
        return Util.fixNull(connection);
    }

    @DataBoundSetter
    public void setConnection(String connection) {
        this.connection = Util.fixEmptyAndTrim(connection);
    }

    /** The template of a Standard change for deployments of the jobs below; empty to leave it to a folder further out or the job. */
    @NonNull
    public String getStandardChangeTemplate() {
        return Util.fixNull(standardChangeTemplate);
    }

    @DataBoundSetter
    public void setStandardChangeTemplate(String standardChangeTemplate) {
        this.standardChangeTemplate = Util.fixEmptyAndTrim(standardChangeTemplate);
    }

    /** {@code true}, {@code false} or {@code close}; empty to leave it to them. See {@link AutomaticTransition}. */
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

    /** The columns that a new change gets; folders further in and environments win over them. */
    @NonNull
    public List<ChangeField> getFields() {
        return ChangeField.readable(fields);
    }

    /**
     * @throws IllegalArgumentException for a column that can't be set, or two fields for one
     */
    @DataBoundSetter
    public void setFields(List<ChangeField> fields) {
        ChangeField.check(Util.fixNull(fields));
        this.fields = new ArrayList<>(Util.fixNull(fields));
    }

    @NonNull
    public List<Environment> getEnvironments() {
        return Environment.readable(environments);
    }

    /** Whether everything could be read from the folder's file. What could not may have been anything. */
    public boolean isReadable() {
        return !leftOut && Environment.isReadable(environments) && ChangeField.isReadable(fields);
    }

    /**
     * @throws IllegalArgumentException for an environment without a name, or two of the same
     */
    @DataBoundSetter
    public void setEnvironments(List<Environment> environments) {
        Environment.check(Util.fixNull(environments));
        this.environments = List.copyOf(Util.fixNull(environments));
    }

    /** A form without any settings takes the mark off, so it is checked as one with others. */
    @Override
    public AbstractFolderProperty<?> reconfigure(StaplerRequest2 request, JSONObject form) throws FormException {
        return form == null ? MarkForms.check(owner, this, null) : super.reconfigure(request, form);
    }

    /** Notes what Jenkins leaves out. */
    @Restricted(NoExternalUse.class)
    public static final class ConverterImpl extends WholeConverter<ChangeControlFolderProperty> {
        public ConverterImpl(XStream2 xstream) {
            super(xstream, ChangeControlFolderProperty.class);
        }

        @Override
        protected void leftOut(@NonNull ChangeControlFolderProperty read) {
            read.leftOut = true;
        }
    }

    @Extension
    @Symbol("changeControl")
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends AbstractFolderPropertyDescriptor implements AcceptsBooleans {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.ChangeControl_Folder();
        }

        /** Whether the viewer may not change the settings; part of the form. */
        public boolean locked(Object item) {
            return MarkForms.isLocked(item);
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

        @POST
        public FormValidation doCheckConnection(@QueryParameter String value) {
            return ConfigurationAccess.checkConnection(value);
        }

        @POST
        public ListBoxModel doFillConnectionItems(
                @AncestorInPath AbstractFolder<?> folder, @QueryParameter String connection) {
            return ConfigurationAccess.connections(connection, folder == null ? Jenkins.get() : folder);
        }

        /** Says what is wrong with a form that can't be taken, and keeps the mark of those who may not change it. */
        @Override
        public AbstractFolderProperty<?> newInstance(StaplerRequest2 request, @NonNull JSONObject form)
                throws FormException {
            try {
                StrictBoolean.check(form, "changeControlled");
                Environment.checkForms(form.opt("environments"));
                AbstractFolder<?> folder = request == null ? null : request.findAncestorObject(AbstractFolder.class);
                AbstractFolderProperty<?> current =
                        folder == null ? null : folder.getProperties().get(ChangeControlFolderProperty.class);
                return MarkForms.check(folder, current, super.newInstance(request, form));
            } catch (RuntimeException | LinkageError e) {
                FormException explained = FormErrors.find(e, "environments");
                if (explained != null) {
                    throw explained;
                }
                throw e;
            }
        }

        @POST
        public ListBoxModel doFillAutomaticTransitionItems(@QueryParameter String automaticTransition) {
            return ConfigurationAccess.transitions(automaticTransition);
        }
    }
}
