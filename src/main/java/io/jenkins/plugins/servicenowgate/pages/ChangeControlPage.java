package io.jenkins.plugins.servicenowgate.pages;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Action;
import hudson.model.Item;
import hudson.model.Job;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ChangeEnd;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.deployment.EvidencePreview;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceJson;
import io.jenkins.plugins.servicenowgate.policy.ChangeControl;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.policy.DutySettings;
import io.jenkins.plugins.servicenowgate.policy.FolderPolicies;
import io.jenkins.plugins.servicenowgate.policy.MarkPreview;
import io.jenkins.plugins.servicenowgate.policy.PolicyDecision;
import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import jenkins.model.TransientActionFactory;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Shows whether a job or the jobs in a folder need an approved change, for which environments, and why. Read only. */
@Restricted(NoExternalUse.class)
public final class ChangeControlPage implements Action {
    private final Item item;

    private ChangeControlPage(Item item) {
        this.item = item;
    }

    @NonNull
    public Item getItem() {
        return item;
    }

    @Override
    public String getIconFileName() {
        // Called whenever a page of the job is rendered.
        return FaultBarrier.call(
                ChangeControlPage.class, () -> isControlled() ? "symbol-lock-closed" : null, () -> null);
    }

    @Override
    public String getDisplayName() {
        return Messages.ChangeControlPage_DisplayName();
    }

    @Override
    public String getUrlName() {
        return "servicenow-change-control";
    }

    /** Whether the job, or each job in the folder, is change controlled. */
    public boolean isControlled() {
        return item instanceof Job<?, ?> job
                ? FolderPolicies.isControlled(job)
                : isMarked()
                        || FolderPolicies.above(item).stream()
                                .anyMatch(level -> level.property().isChangeControlled());
    }

    public boolean isJob() {
        return item instanceof Job;
    }

    /** Whether the item itself is marked. */
    public boolean isMarked() {
        if (item instanceof Job<?, ?> job) {
            return job.getProperty(ChangeControlJobProperty.class) != null;
        }
        ChangeControlFolderProperty property =
                ((AbstractFolder<?>) item).getProperties().get(ChangeControlFolderProperty.class);
        return property != null && property.isChangeControlled();
    }

    /** The settings of the folders above. */
    @NonNull
    public List<String> getInherited() {
        return MarkPreview.get().inherited(item);
    }

    /** The names of the environments that are declared for the item. */
    @NonNull
    public Collection<String> getEnvironments() {
        return FolderPolicies.environments(item);
    }

    /** The environments for which the viewer may see what approvers will see. */
    @NonNull
    public List<String> getPreviewed() {
        return item instanceof Job && item.hasPermission(Item.CONFIGURE)
                ? getTable().rows().stream()
                        .filter(row -> row.decision() instanceof PolicyDecision.Required required
                                && !required.settings().evidence().isEmpty())
                        .map(Row::environment)
                        .toList()
                : List.of();
    }

    /**
     * What approvers will see of the last build; null if that is nothing, or its version was made by a build that the
     * viewer may not see. Reads builds and artifacts, so only for those who may configure the job.
     */
    @CheckForNull
    public ChangeEvidence getPreview(@CheckForNull String environment) {
        item.checkPermission(Item.CONFIGURE);
        ChangeEvidence evidence =
                environment != null && item instanceof Job<?, ?> job ? EvidencePreview.of(job, environment) : null;
        return evidence != null && isVisible(EvidenceJson.read(evidence.json()).get("madeBy")) ? evidence : null;
    }

    private static boolean isVisible(@CheckForNull Object madeBy) {
        return !(madeBy instanceof Map<?, ?> build)
                || Jenkins.get().getItemByFullName(String.valueOf(build.get("job"))) != null;
    }

    /** What is not known of the change models of the job's environments, one line for each; empty if all is mapped. */
    @NonNull
    public List<String> getUnmapped() {
        return UnmappedStates.of(getTable().rows().stream().map(Row::decision).toList());
    }

    /** The policy decisions for deployments of the job. */
    @NonNull
    public Table getTable() {
        return new Table(
                item instanceof Job<?, ?> job
                        ? getEnvironments().stream()
                                .map(environment -> new Row(environment, ChangeControl.rule(job, environment, null)))
                                .toList()
                        : List.of());
    }

    /** One row for each environment, and only the columns in which a row has a value. */
    public record Table(@NonNull List<Row> rows) {
        private static final List<Column> COLUMNS = List.of(
                new Column(Messages::ChangeControlPage_Connection, PolicyDecision.Required::connection),
                new Column(Messages::ChangeControlPage_Project, PolicyDecision.Required::project),
                new Column(
                        Messages::ChangeControlPage_Template,
                        required -> required.settings().standardChangeTemplate()),
                new Column(
                        Messages::ChangeControlPage_Model,
                        required -> required.settings().changeModel()),
                new Column(
                        Messages::ChangeControlPage_Conflicts,
                        required -> required.settings().conflicts().holdsBack()
                                ? ChangeEnd.CONFLICTS.label(
                                        required.settings().conflicts().setting())
                                : null),
                new Column(
                        Messages::ChangeControlPage_Transition,
                        required -> required.settings().standardChangeTemplate() == null
                                ? null
                                : required.settings().automaticTransition().label()),
                new Column(
                        Messages::ChangeControlPage_Emergency,
                        required -> required.settings().allowEmergency()
                                ? Messages.ChangeControlPage_EmergencyAllowed()
                                : null),
                new Column(
                        Messages::ChangeControlPage_ConfigurationItem,
                        required -> required.settings().items().get(ItemSetting.CONFIGURATION_ITEM)),
                new Column(
                        Messages::ChangeControlPage_Service,
                        required -> required.settings().items().get(ItemSetting.SERVICE)),
                new Column(
                        Messages::ChangeControlPage_SeparateDuties,
                        required -> separateDuties(required.settings().duties())),
                new Column(
                        Messages::ChangeControlPage_Window,
                        required -> required.settings().window() == null
                                ? null
                                : required.settings().window().text()),
                new Column(
                        Messages::ChangeControlPage_AfterDeployment,
                        required -> ChangeEnd.AFTER_DEPLOYMENT.label(
                                required.settings().ending().afterDeployment())),
                new Column(
                        Messages::ChangeControlPage_ChangeTasks,
                        required -> required.settings().ending().tasksClosed()
                                ? ChangeEnd.CHANGE_TASKS.label(ChangeEnd.CLOSE)
                                : null),
                new Column(
                        Messages::ChangeControlPage_Rejected,
                        required -> required.settings().ending().waitsAfterRejection()
                                ? ChangeEnd.REJECTED.label(ChangeEnd.WAIT)
                                : null),
                new Column(
                        Messages::ChangeControlPage_AbandonedChange,
                        required -> required.settings().ending().cancelsAbandoned()
                                ? ChangeEnd.ABANDONED_CHANGE.label(ChangeEnd.CANCEL)
                                : null),
                new Column(
                        Messages::ChangeControlPage_Fields,
                        required -> required.settings().fields().entrySet().stream()
                                .map(Map.Entry::toString)
                                .collect(Collectors.joining(", "))));

        @CheckForNull
        private static String separateDuties(DutySettings duties) {
            if (!duties.separate()) {
                return null;
            }
            return duties.standardChangesPreApproved()
                    ? Messages.ChangeControlPage_AnotherPersonOrStandard()
                    : Messages.ChangeControlPage_AnotherPerson();
        }

        @NonNull
        public List<Row> getRows() {
            return rows;
        }

        @NonNull
        public List<Column> getColumns() {
            return COLUMNS.stream()
                    .filter(column -> rows.stream()
                            .anyMatch(row -> !Util.fixNull(column.of(row)).isEmpty()))
                    .toList();
        }
    }

    /** A setting of a required change. */
    public record Column(
            @NonNull Supplier<String> label, @NonNull Function<PolicyDecision.Required, String> value) {
        @NonNull
        public String getLabel() {
            return label.get();
        }

        /** The setting for an environment; null or empty if it is not set, or no change is required. */
        @CheckForNull
        public String of(@NonNull Row row) {
            return row.decision() instanceof PolicyDecision.Required required ? value.apply(required) : null;
        }
    }

    /** One environment of a job. */
    public record Row(@NonNull String environment, @NonNull PolicyDecision decision) {
        @NonNull
        public String getEnvironment() {
            return environment;
        }

        @NonNull
        public String getNeed() {
            if (decision instanceof PolicyDecision.Required) {
                return Messages.ChangeControlPage_Required();
            }
            if (decision instanceof PolicyDecision.NotRequired) {
                return Messages.ChangeControlPage_NotRequired();
            }
            return decision instanceof PolicyDecision.NotEnforced
                    ? Messages.ChangeControlPage_NotEnforced()
                    : Messages.ChangeControlPage_Misconfigured();
        }

        /** Why no change is needed or the deployment would be refused; empty if a change is needed. */
        @NonNull
        public String getWhy() {
            if (decision instanceof PolicyDecision.NotRequired notRequired) {
                return notRequired.why();
            }
            if (decision instanceof PolicyDecision.NotEnforced notEnforced) {
                return notEnforced.why();
            }
            return decision instanceof PolicyDecision.Misconfigured misconfigured ? misconfigured.why() : "";
        }
    }

    /** Adds the page to jobs. */
    @Extension
    @Restricted(NoExternalUse.class)
    @SuppressWarnings("rawtypes") // The extension point is keyed by the raw class.
    public static final class OfJobs extends TransientActionFactory<Job> {
        @Override
        public Class<Job> type() {
            return Job.class;
        }

        @NonNull
        @Override
        public Collection<? extends Action> createFor(@NonNull Job target) {
            return FaultBarrier.call(OfJobs.class, () -> List.of(new ChangeControlPage(target)), List::of);
        }
    }

    /** Adds the page to folders. */
    @Extension
    @Restricted(NoExternalUse.class)
    @SuppressWarnings("rawtypes") // The extension point is keyed by the raw class.
    public static final class OfFolders extends TransientActionFactory<AbstractFolder> {
        @Override
        public Class<AbstractFolder> type() {
            return AbstractFolder.class;
        }

        @NonNull
        @Override
        public Collection<? extends Action> createFor(@NonNull AbstractFolder target) {
            return FaultBarrier.call(OfFolders.class, () -> List.of(new ChangeControlPage(target)), List::of);
        }
    }
}
