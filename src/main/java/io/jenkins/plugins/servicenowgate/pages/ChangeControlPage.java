package io.jenkins.plugins.servicenowgate.pages;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Action;
import hudson.model.Item;
import hudson.model.Job;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.control.ChangeControl;
import io.jenkins.plugins.servicenowgate.control.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.control.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.control.Levels;
import io.jenkins.plugins.servicenowgate.control.Ruling;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jenkins.model.TransientActionFactory;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Whether a job, or what is in a folder, needs an approved change, for which environments, and why. Read only. */
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
        // Asked for whenever a job's page is shown.
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
                ? Levels.isControlled(job)
                : isMarked()
                        || Levels.above(item).stream()
                                .anyMatch(level -> level.property().isChangeControlled());
    }

    public boolean isJob() {
        return item instanceof Job;
    }

    /** Whether it carries the mark itself. */
    public boolean isMarked() {
        if (item instanceof Job<?, ?> job) {
            return job.getProperty(ChangeControlJobProperty.class) != null;
        }
        ChangeControlFolderProperty property =
                ((AbstractFolder<?>) item).getProperties().get(ChangeControlFolderProperty.class);
        return property != null && property.isChangeControlled();
    }

    /** What the folders above say. */
    @NonNull
    public List<String> getInherited() {
        return Levels.inherited(item);
    }

    /** The names of the environments that are declared for it. */
    @NonNull
    public Collection<String> getEnvironments() {
        return Levels.environments(item);
    }

    /** What would become of a deployment of the job to each of them. */
    @NonNull
    public List<Row> getRows() {
        return item instanceof Job<?, ?> job
                ? getEnvironments().stream()
                        .map(environment -> new Row(environment, ChangeControl.rule(job, environment, null)))
                        .toList()
                : List.of();
    }

    /** One environment of a job. */
    public static final class Row {
        private final String environment;
        private final Ruling ruling;

        Row(@NonNull String environment, @NonNull Ruling ruling) {
            this.environment = environment;
            this.ruling = ruling;
        }

        @NonNull
        public String getEnvironment() {
            return environment;
        }

        @NonNull
        public String getNeed() {
            if (ruling instanceof Ruling.Required) {
                return Messages.ChangeControlPage_Required();
            }
            if (ruling instanceof Ruling.NotRequired) {
                return Messages.ChangeControlPage_NotRequired();
            }
            return ruling instanceof Ruling.SwitchedOff
                    ? Messages.ChangeControlPage_SwitchedOff()
                    : Messages.ChangeControlPage_Misconfigured();
        }

        /** Why no change is needed, or why the deployment would be refused; empty where one is needed. */
        @NonNull
        public String getWhy() {
            if (ruling instanceof Ruling.NotRequired not) {
                return not.why();
            }
            if (ruling instanceof Ruling.SwitchedOff off) {
                return off.why();
            }
            return ruling instanceof Ruling.Misconfigured wrong ? wrong.why() : "";
        }

        @CheckForNull
        public String getProject() {
            return ruling instanceof Ruling.Required required ? required.project() : null;
        }

        @CheckForNull
        public String getConnection() {
            return ruling instanceof Ruling.Required required ? required.connection() : null;
        }

        @CheckForNull
        public String getTemplate() {
            return ruling instanceof Ruling.Required required
                    ? required.settings().standardChangeTemplate()
                    : null;
        }

        @CheckForNull
        public String getTransition() {
            return ruling instanceof Ruling.Required required
                    ? required.settings().automaticTransition().text()
                    : null;
        }

        public boolean isEmergency() {
            return ruling instanceof Ruling.Required required
                    && required.settings().allowEmergency();
        }

        /** Columns of a new change and their values, for example {@code category=Software}. */
        @NonNull
        public String getFields() {
            return ruling instanceof Ruling.Required required
                    ? required.settings().fields().entrySet().stream()
                            .map(Map.Entry::toString)
                            .collect(Collectors.joining(", "))
                    : "";
        }
    }

    /** Gives jobs the page. */
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

    /** Gives folders the page. */
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
