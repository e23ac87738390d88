package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/**
 * A deployment environment: its name, whether deployments to it need an approved change, and the settings for that
 * change.
 */
public final class Environment extends ChangeKindOfEnvironment implements DeclaredSettings {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final String JOB = "job";
    private static final String ADMINISTRATOR = "administrator";

    private final String name;
    private String changeControlled;
    private String connection;
    private String standardChangeTemplate;
    private String automaticTransition;
    private String configurationItem;
    private String service;
    private String allowEmergency;
    private List<ChangeField> fields;
    private String agentLabel;
    private String onlyControlledProjects;
    private String approvalSettings;
    private List<String> allowedTemplates;
    private List<String> jobFields;
    private List<MappedProject> projects;
    private EvidenceSettings evidence;
    private String sameArtifacts;
    private String separateDuties;
    private String standardChangesPreApproved;

    @DataBoundConstructor
    public Environment(@NonNull String name) {
        this.name = Util.fixNull(name).strip();
    }

    @NonNull
    public String getName() {
        // A stored name may have blanks that forms remove.
        return Util.fixNull(name).strip();
    }

    public boolean isChangeControlled() {
        return StrictBoolean.read(changeControlled, false, true);
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
    public String getService() {
        return Util.fixNull(service);
    }

    @DataBoundSetter
    public void setService(String service) {
        this.service = Util.fixEmptyAndTrim(service);
    }

    /**
     * Whether deployments may request an Emergency change. Applies only if every declaration of the environment allows
     * it.
     */
    public boolean isAllowEmergency() {
        return StrictBoolean.read(allowEmergency, false, false);
    }

    @DataBoundSetter
    public void setAllowEmergency(boolean allowEmergency) {
        this.allowEmergency = String.valueOf(allowEmergency);
    }

    /** The column values of a new change. They override those of the folders. */
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

    /**
     * A label expression. Matching agents run work of change controlled projects only if the build has an open gate.
     * Empty to reserve no agents.
     */
    @NonNull
    public String getAgentLabel() {
        return Util.fixNull(agentLabel);
    }

    /**
     * @throws IllegalArgumentException if the text is not a label expression
     */
    @DataBoundSetter
    public void setAgentLabel(String agentLabel) {
        String expression = Util.fixEmptyAndTrim(agentLabel);
        LabelExpression.check(expression);
        this.agentLabel = expression;
    }

    /** Whether projects that are not change controlled may not use the reserved agents. */
    public boolean isOnlyControlledProjects() {
        return StrictBoolean.read(onlyControlledProjects, false, true);
    }

    @DataBoundSetter
    public void setOnlyControlledProjects(boolean onlyControlledProjects) {
        this.onlyControlledProjects = String.valueOf(onlyControlledProjects);
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

    /** Whether a release is refused if the archived artifacts differ from those that approvers were told. */
    public boolean isSameArtifacts() {
        return StrictBoolean.read(sameArtifacts, false, true);
    }

    @DataBoundSetter
    public void setSameArtifacts(boolean sameArtifacts) {
        this.sameArtifacts = String.valueOf(sameArtifacts);
    }

    /**
     * Who decides the approval settings: {@code job}, where nearer folders, jobs and steps may override them, or
     * {@code administrator}, where nearer values must be equal. A stored value that is unreadable counts as
     * {@code administrator}.
     */
    @NonNull
    public String getApprovalSettings() {
        return isDecidedByAdministrators() ? ADMINISTRATOR : JOB;
    }

    /**
     * @throws IllegalArgumentException for anything other than {@code job} and {@code administrator}, including null and
     *     the empty text of an unset variable
     */
    @DataBoundSetter
    public void setApprovalSettings(String approvalSettings) {
        String wanted = String.valueOf(approvalSettings).strip();
        if (!wanted.equals(JOB) && !wanted.equals(ADMINISTRATOR)) {
            throw new IllegalArgumentException(
                    Messages.Environment_ApprovalSettings(TextSanitizer.clean(wanted, 80), JOB + ", " + ADMINISTRATOR));
        }
        this.approvalSettings = wanted;
    }

    public boolean isDecidedByAdministrators() {
        return approvalSettings != null && !approvalSettings.strip().equals(JOB);
    }

    /** The names of the Standard change templates from which a job may choose. */
    @NonNull
    public List<String> getAllowedTemplates() {
        return StoredList.readable(allowedTemplates, String.class, text -> true).toList();
    }

    @DataBoundSetter
    public void setAllowedTemplates(List<String> allowedTemplates) {
        this.allowedTemplates = EvidenceFormat.lines(allowedTemplates);
    }

    /** The columns that a job or step may set, in addition to those that only describe the deployment. */
    @NonNull
    public List<String> getJobFields() {
        return StoredList.readable(jobFields, String.class, text -> true).toList();
    }

    @DataBoundSetter
    public void setJobFields(List<String> jobFields) {
        this.jobFields = EvidenceFormat.lines(jobFields);
    }

    /** The projects whose names in changes differ from the names of their jobs. */
    @NonNull
    public List<MappedProject> getProjects() {
        return StoredList.readable(projects, MappedProject.class, MappedProject::isComplete)
                .toList();
    }

    @DataBoundSetter
    public void setProjects(List<MappedProject> projects) {
        this.projects = projects == null ? null : new ArrayList<>(projects);
    }

    /** Whether another person than the starter of a build must have approved the change. Any declaration may require it. */
    public boolean isSeparateDuties() {
        return StrictBoolean.read(separateDuties, false, true);
    }

    @DataBoundSetter
    public void setSeparateDuties(boolean separateDuties) {
        this.separateDuties = String.valueOf(separateDuties);
    }

    /** Whether Standard changes satisfy {@link #isSeparateDuties}. Applies only if every declaration says so. */
    public boolean isStandardChangesPreApproved() {
        return StrictBoolean.read(standardChangesPreApproved, false, false);
    }

    @DataBoundSetter
    public void setStandardChangesPreApproved(boolean standardChangesPreApproved) {
        this.standardChangesPreApproved = String.valueOf(standardChangesPreApproved);
    }

    /** For the form, one per line. */
    @NonNull
    @Restricted(NoExternalUse.class)
    public String getAllowedTemplateLines() {
        return String.join("\n", getAllowedTemplates());
    }

    /** For the form, one per line. */
    @NonNull
    @Restricted(NoExternalUse.class)
    public String getJobFieldLines() {
        return String.join("\n", getJobFields());
    }

    /** The readable entries of a stored list. */
    @NonNull
    public static List<Environment> readable(@CheckForNull List<Environment> stored) {
        return StoredList.readable(stored, Environment.class, Environment::hasName)
                .toList();
    }

    /** Whether all entries of a stored list and their fields are readable, and no name is used twice. */
    public static boolean isReadable(@CheckForNull List<Environment> stored) {
        return StoredList.isReadable(
                        stored,
                        Environment.class,
                        environment -> environment.hasName() && ChangeField.isReadable(environment.fields))
                && readable(stored).stream()
                                .map(Environment::getName)
                                .distinct()
                                .count()
                        == Util.fixNull(stored).size();
    }

    private boolean hasName() {
        return !getName().isEmpty();
    }

    /**
     * Validates a list before it is stored.
     *
     * @throws IllegalArgumentException if an environment has no name, or a name is used twice
     */
    public static void check(@NonNull Collection<Environment> environments) {
        UniqueNames.check(
                environments.stream().map(Environment::getName),
                Messages.Environment_NameMissing(),
                Messages::Environment_NameTwice);
    }

    /**
     * Validates the booleans of a submitted form, or of an array of forms, and removes what is inherited.
     *
     * @throws IllegalArgumentException for the first value that is neither {@code true} nor {@code false}
     */
    public static void checkForms(@CheckForNull Object forms) {
        if (forms instanceof JSONObject form) {
            StrictBoolean.check(
                    form,
                    "changeControlled",
                    "allowEmergency",
                    "onlyControlledProjects",
                    "sameArtifacts",
                    "separateDuties",
                    "standardChangesPreApproved");
            EvidenceSettings.checkForm(form.opt("evidence"));
            ChangeEnd.removeInherited(form);
            WindowSettings.removeEmpty(form);
        } else if (forms instanceof JSONArray several) {
            several.forEach(Environment::checkForms);
        }
    }

    /** The environment with exactly this name, or null. */
    public static Environment find(@NonNull List<Environment> environments, @NonNull String name) {
        return environments.stream()
                .filter(environment -> environment.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Extension
    @Symbol("serviceNowEnvironment")
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends Descriptor<Environment>
            implements DeclaredSettings.Form, ChangeEndSettings.Form {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.Environment_DisplayName();
        }

        @Override
        public Environment newInstance(StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
            checkForms(form);
            return super.newInstance(request, form);
        }

        @POST
        public ListBoxModel doFillApprovalSettingsItems() {
            ListBoxModel items = new ListBoxModel();
            if (ConfigurationAccess.mayConfigureSomewhere()) {
                items.add(Messages.Environment_DecidedByJob(), JOB);
                items.add(Messages.Environment_DecidedByAdministrator(), ADMINISTRATOR);
            }
            return items;
        }

        @POST
        public ListBoxModel doFillRejectedItems(@QueryParameter String rejected) {
            return ChangeEnd.REJECTED.items(rejected);
        }

        @POST
        public ListBoxModel doFillConflictsItems(@QueryParameter String conflicts) {
            return ChangeEnd.CONFLICTS.items(conflicts);
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            if (!ConfigurationAccess.mayConfigureSomewhere()) {
                return FormValidation.ok();
            }
            return Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.error(Messages.Environment_NameMissing())
                    : FormValidation.ok();
        }

        @POST
        public FormValidation doCheckAgentLabel(@QueryParameter String value) {
            return LabelExpression.validate(value);
        }
    }
}
