package io.jenkins.plugins.servicenowgate.policy;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import com.cloudbees.hudson.plugins.folder.AbstractFolderProperty;
import com.cloudbees.hudson.plugins.folder.AbstractFolderPropertyDescriptor;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor.FormException;
import hudson.util.XStream2;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.ChangeEnd;
import io.jenkins.plugins.servicenowgate.config.ChangeEndSettings;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.DeclaredSettings;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.config.FormErrors;
import io.jenkins.plugins.servicenowgate.config.StrictBoolean;
import io.jenkins.plugins.servicenowgate.config.WholeConverter;
import java.util.ArrayList;
import java.util.List;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/** Marks all jobs in a folder as change controlled, and declares environments for them. */
public final class ChangeControlFolderProperty extends AbstractFolderProperty<AbstractFolder<?>>
        implements DeclaredSettings, ChangeEndSettings {
    private String changeControlled;
    private String connection;
    private String standardChangeTemplate;
    private String automaticTransition;
    private String configurationItem;
    private String service;
    private String afterDeployment;
    private String changeTasks;
    private String abandonedChange;
    private List<ChangeField> fields;
    private List<Environment> environments;
    private EvidenceSettings evidence;

    /**
     * Not null if Jenkins skipped a part of the stored property that it could not read. Stored, because the next save of
     * the folder, by whomever, removes that part.
     */
    private String unreadablePart;

    @DataBoundConstructor
    public ChangeControlFolderProperty() {
        // All settings are optional.
    }

    public boolean isChangeControlled() {
        // What could not be read may have been this.
        return unreadablePart != null || StrictBoolean.read(changeControlled, false, true);
    }

    @DataBoundSetter
    public void setChangeControlled(boolean changeControlled) {
        this.changeControlled = String.valueOf(changeControlled);
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
    public String getAfterDeployment() {
        return ChangeEnd.AFTER_DEPLOYMENT.read(afterDeployment);
    }

    /**
     * @throws IllegalArgumentException for any other text
     */
    @DataBoundSetter
    public void setAfterDeployment(String afterDeployment) {
        this.afterDeployment = ChangeEnd.AFTER_DEPLOYMENT.check(afterDeployment);
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

    @NonNull
    @Override
    public String getChangeTasks() {
        return ChangeEnd.CHANGE_TASKS.read(changeTasks);
    }

    /**
     * @throws IllegalArgumentException for any other text
     */
    @DataBoundSetter
    public void setChangeTasks(String changeTasks) {
        this.changeTasks = ChangeEnd.CHANGE_TASKS.check(changeTasks);
    }

    @CheckForNull
    @Override
    public String getAbandonedChange() {
        return Util.fixEmpty(ChangeEnd.ABANDONED_CHANGE.read(abandonedChange));
    }

    /**
     * @throws IllegalArgumentException for any other text, including null and the empty text of an unset variable
     */
    @DataBoundSetter
    public void setAbandonedChange(String abandonedChange) {
        this.abandonedChange = ChangeEnd.ABANDONED_CHANGE.check(abandonedChange);
    }

    /** The column values of a new change. Inner folders and environments override them. */
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

    @NonNull
    public List<Environment> getEnvironments() {
        return Environment.readable(environments);
    }

    /** Whether all of the stored property was readable. An unreadable part may have contained anything. */
    public boolean isReadable() {
        return unreadablePart == null && Environment.isReadable(environments) && ChangeField.isReadable(fields);
    }

    /**
     * @throws IllegalArgumentException if an environment has no name, or a name is used twice
     */
    @DataBoundSetter
    public void setEnvironments(List<Environment> environments) {
        Environment.check(Util.fixNull(environments));
        this.environments = List.copyOf(Util.fixNull(environments));
    }

    /** A form without settings removes the mark, so it is checked in the same way as a form with settings. */
    @Override
    public AbstractFolderProperty<?> reconfigure(StaplerRequest2 request, JSONObject form) throws FormException {
        return form == null ? MarkForm.check(owner, this, null) : super.reconfigure(request, form);
    }

    /** Detects parts of the stored property that Jenkins skips. */
    @Restricted(NoExternalUse.class)
    public static final class ConverterImpl extends WholeConverter<ChangeControlFolderProperty> {
        public ConverterImpl(XStream2 xstream) {
            super(xstream, ChangeControlFolderProperty.class);
        }

        @Override
        protected void onIncompleteRead(@NonNull ChangeControlFolderProperty property) {
            property.unreadablePart = "true";
        }
    }

    @Extension
    @Symbol("changeControl")
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends AbstractFolderPropertyDescriptor
            implements MarkForm, ChangeEndSettings.Form {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.ChangeControl_Folder();
        }

        /** Shows validation errors as form errors, and keeps the mark if the user may not change it. */
        @Override
        public AbstractFolderProperty<?> newInstance(StaplerRequest2 request, @NonNull JSONObject form)
                throws FormException {
            try {
                StrictBoolean.check(form, "changeControlled");
                ChangeEnd.removeInherited(form);
                Environment.checkForms(form.opt("environments"));
                AbstractFolder<?> folder = request == null ? null : request.findAncestorObject(AbstractFolder.class);
                AbstractFolderProperty<?> current =
                        folder == null ? null : folder.getProperties().get(ChangeControlFolderProperty.class);
                return MarkForm.check(folder, current, super.newInstance(request, form));
            } catch (RuntimeException | LinkageError e) {
                FormException explained = FormErrors.find(e, "environments");
                if (explained != null) {
                    throw explained;
                }
                throw e;
            }
        }
    }
}
