package io.jenkins.plugins.servicenowgate.control;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import com.cloudbees.hudson.plugins.folder.AbstractFolderProperty;
import com.cloudbees.hudson.plugins.folder.AbstractFolderPropertyDescriptor;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.ConfigurationAccess;
import io.jenkins.plugins.servicenowgate.config.Environment;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Marks all jobs below a folder as change controlled, and declares environments for them. */
public final class ChangeControlFolderProperty extends AbstractFolderProperty<AbstractFolder<?>> {
    private boolean changeControlled;
    private String connection;
    private List<Environment> environments;
    private String standardChangeTemplate;
    private String automaticTransition;
    private List<ChangeField> fields;

    @DataBoundConstructor
    public ChangeControlFolderProperty() {
        // Everything about it is optional.
    }

    public boolean isChangeControlled() {
        return changeControlled;
    }

    @DataBoundSetter
    public void setChangeControlled(boolean changeControlled) {
        this.changeControlled = changeControlled;
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

    /** The template of new Standard changes; empty to leave it to a folder further out or the job. */
    @NonNull
    public String getStandardChangeTemplate() {
        return Util.fixNull(standardChangeTemplate);
    }

    @DataBoundSetter
    public void setStandardChangeTemplate(String standardChangeTemplate) {
        this.standardChangeTemplate = Util.fixEmptyAndTrim(standardChangeTemplate);
    }

    /** {@code true}, {@code false} or {@code close}, as {@link AutomaticTransition#parse} has it; empty to say nothing. */
    @NonNull
    public String getAutomaticTransition() {
        return Util.fixNull(automaticTransition);
    }

    /**
     * @throws IllegalArgumentException for any other text
     */
    @DataBoundSetter
    public void setAutomaticTransition(String automaticTransition) {
        AutomaticTransition.parse(automaticTransition);
        this.automaticTransition = Util.fixEmptyAndTrim(automaticTransition);
    }

    /** Columns of a new change. */
    @NonNull
    public List<ChangeField> getFields() {
        return fields == null ? List.of() : fields;
    }

    /**
     * @throws IllegalArgumentException for a column that can't be set, or that is set twice
     */
    @DataBoundSetter
    public void setFields(List<ChangeField> fields) {
        this.fields = ChangeField.checked(fields);
    }

    @NonNull
    public List<Environment> getEnvironments() {
        return environments == null ? List.of() : environments;
    }

    /**
     * @throws IllegalArgumentException for an environment without a name, or two of the same
     */
    @DataBoundSetter
    public void setEnvironments(List<Environment> environments) {
        Environment.check(Util.fixNull(environments));
        this.environments = List.copyOf(Util.fixNull(environments));
    }

    @Extension
    @Symbol("changeControl")
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends AbstractFolderPropertyDescriptor {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.ChangeControl_Folder();
        }

        @POST
        public ListBoxModel doFillConnectionItems(
                @AncestorInPath AbstractFolder<?> folder, @QueryParameter String connection) {
            return ConfigurationAccess.connections(connection, folder == null ? Jenkins.get() : folder);
        }

        @POST
        public ListBoxModel doFillAutomaticTransitionItems() {
            return ConfigurationAccess.automaticTransitions();
        }
    }
}
