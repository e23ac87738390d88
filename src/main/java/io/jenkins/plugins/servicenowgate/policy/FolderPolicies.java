package io.jenkins.plugins.servicenowgate.policy;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Item;
import hudson.model.Job;
import hudson.security.AccessControlled;
import hudson.util.ComboBoxModel;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import jenkins.model.Jenkins;

/** The change control properties of the folders above an item, and their description for users. */
public final class FolderPolicies {
    private FolderPolicies() {}

    /** A folder and its change control property. */
    public record Level(
            @NonNull AbstractFolder<?> folder, @NonNull ChangeControlFolderProperty property) {}

    /** The levels above an item, nearest first, without the item itself. */
    @NonNull
    public static List<Level> above(@CheckForNull Item item) {
        List<Level> levels = new ArrayList<>();
        List<Item> owners = item == null ? null : RootJob.owners(item);
        if (owners != null) {
            for (Item owner : owners) {
                if (owner instanceof AbstractFolder<?> folder) {
                    add(levels, folder);
                }
            }
        }
        return levels;
    }

    private static void add(List<Level> levels, AbstractFolder<?> folder) {
        ChangeControlFolderProperty property = property(folder);
        if (property != null) {
            levels.add(new Level(folder, property));
        }
    }

    /**
     * The names of all environments that are declared for an item, sorted. If the item is a folder, its own
     * declarations are included.
     */
    @NonNull
    public static Collection<String> environments(@CheckForNull Item item) {
        List<Level> levels = above(item);
        if (item instanceof AbstractFolder<?> folder) {
            add(levels, folder);
        }
        Collection<String> names = new TreeSet<>();
        levels.forEach(level -> names(level.property().getEnvironments(), names));
        names(ServiceNowGateConfiguration.get().getEnvironments(), names);
        return names;
    }

    private static void names(List<Environment> declared, Collection<String> names) {
        declared.forEach(environment -> names.add(environment.getName()));
    }

    /** The same names for a combo box; empty if the user may not configure the item. */
    @NonNull
    public static ComboBoxModel choices(@CheckForNull Item item) {
        AccessControlled context = item == null ? Jenkins.get() : item;
        return context.hasPermission(item == null ? Jenkins.ADMINISTER : Item.CONFIGURE)
                ? new ComboBoxModel(environments(item))
                : new ComboBoxModel();
    }

    /**
     * The settings of the folders above, each as part of a sentence. Folders that the user may not read are not named.
     */
    @NonNull
    public static List<String> inherited(@CheckForNull Object item) {
        List<String> lines = new ArrayList<>();
        for (Level level : above(item instanceof Item known ? known : null)) {
            ChangeControlFolderProperty property = level.property();
            String folder = level.folder().hasPermission(Item.READ)
                    ? level.folder().getFullName()
                    : Messages.Inherited_Hidden();
            if (property.isChangeControlled()) {
                lines.add(Messages.Inherited_Mark(folder));
            }
            if (!property.getConnection().isEmpty()) {
                lines.add(Messages.Inherited_Connection(property.getConnection(), folder));
            }
            if (!property.getStandardChangeTemplate().isEmpty()) {
                lines.add(Messages.Inherited_Template(property.getStandardChangeTemplate(), folder));
            }
            AutomaticTransition transition = AutomaticTransition.parse(property.getAutomaticTransition());
            if (transition != null) {
                lines.add(Messages.Inherited_Transition(transition.label(), folder));
            }
        }
        return lines;
    }

    /**
     * The effect of the settings on deployments of a job, one line for each declared environment; empty for a folder.
     */
    @NonNull
    public static List<String> effective(@CheckForNull Object item) {
        List<String> lines = new ArrayList<>();
        if (item instanceof Job<?, ?> job && isControlled(job)) {
            for (String environment : environments(job)) {
                PolicyDecision decision = ChangeControl.rule(job, environment, null);
                if (decision instanceof PolicyDecision.Required required) {
                    String template = required.settings().standardChangeTemplate();
                    lines.add(
                            template == null
                                    ? Messages.Effective_Normal(environment, required.connection())
                                    : Messages.Effective_Standard(
                                            environment,
                                            required.connection(),
                                            template,
                                            required.settings()
                                                    .automaticTransition()
                                                    .label()));
                } else if (decision instanceof PolicyDecision.NotRequired notRequired) {
                    lines.add(Messages.Effective_Other(environment, notRequired.why()));
                } else if (decision instanceof PolicyDecision.Misconfigured misconfigured) {
                    lines.add(Messages.Effective_Other(environment, misconfigured.why()));
                } else if (decision instanceof PolicyDecision.NotEnforced notEnforced) {
                    lines.add(Messages.Effective_Other(environment, notEnforced.why()));
                }
            }
        }
        return lines;
    }

    /** The change control property of a folder, as last saved by a user with permission; null if it has none. */
    @CheckForNull
    public static ChangeControlFolderProperty property(@NonNull AbstractFolder<?> folder) {
        return (ChangeControlFolderProperty) MarkEnforcer.effectiveProperty(folder);
    }

    /**
     * The change control property of a job, or of the job that contains it, as last saved by a user with permission;
     * null if it has none.
     */
    @CheckForNull
    public static ChangeControlJobProperty mark(@NonNull Job<?, ?> job) {
        Job<?, ?> root = RootJob.of(job);
        return (ChangeControlJobProperty) MarkEnforcer.effectiveProperty(root == null ? job : root);
    }

    /**
     * Whether a job is change controlled, by its own mark or a folder's. A job whose owner can't be found counts as
     * controlled.
     */
    public static boolean isControlled(@NonNull Job<?, ?> job) {
        return RootJob.of(job) == null
                || mark(job) != null
                || above(job).stream().anyMatch(level -> level.property().isChangeControlled());
    }
}
