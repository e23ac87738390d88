package io.jenkins.plugins.servicenowgate.control;

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

/** The folders around an item that say something about change control, and what people are told of it. */
public final class Levels {
    private Levels() {}

    /** A folder and what it says. */
    public record Level(
            @NonNull AbstractFolder<?> folder, @NonNull ChangeControlFolderProperty property) {}

    /** Those above an item, the nearest first; without the item itself. */
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

    /** The names of all environments that are declared for an item, which may be a folder; in order. */
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

    /** The same for a form, which takes other texts too; empty for those who may not configure the item. */
    @NonNull
    public static ComboBoxModel choices(@CheckForNull Item item) {
        AccessControlled context = item == null ? Jenkins.get() : item;
        return context.hasPermission(item == null ? Jenkins.ADMINISTER : Item.CONFIGURE)
                ? new ComboBoxModel(environments(item))
                : new ComboBoxModel();
    }

    /** What the folders above say, each a part of a sentence, as far as the viewer may read them. */
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

    /** What becomes of deployments of a job, a line for each environment that is declared for it; empty for a folder. */
    @NonNull
    public static List<String> effective(@CheckForNull Object item) {
        List<String> lines = new ArrayList<>();
        if (item instanceof Job<?, ?> job && isControlled(job)) {
            for (String environment : environments(job)) {
                Ruling ruling = ChangeControl.rule(job, environment, null);
                if (ruling instanceof Ruling.Required required) {
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
                } else if (ruling instanceof Ruling.NotRequired not) {
                    lines.add(Messages.Effective_Other(environment, not.why()));
                } else if (ruling instanceof Ruling.Misconfigured wrong) {
                    lines.add(Messages.Effective_Other(environment, wrong.why()));
                } else if (ruling instanceof Ruling.SwitchedOff off) {
                    lines.add(Messages.Effective_Other(environment, off.why()));
                }
            }
        }
        return lines;
    }

    /** What a folder itself says, as it was saved by somebody who may; null if it says nothing. */
    @CheckForNull
    public static ChangeControlFolderProperty property(@NonNull AbstractFolder<?> folder) {
        return (ChangeControlFolderProperty) MarkWatch.inForce(folder);
    }

    /** The mark of a job or of the job that contains it, as it was saved by somebody who may; null if it has none. */
    @CheckForNull
    public static ChangeControlJobProperty mark(@NonNull Job<?, ?> job) {
        Job<?, ?> root = RootJob.of(job);
        return (ChangeControlJobProperty) MarkWatch.inForce(root == null ? job : root);
    }

    /** Whether a job is change controlled, by its own mark or a folder's; also where its owners can't be found. */
    public static boolean isControlled(@NonNull Job<?, ?> job) {
        return RootJob.of(job) == null
                || mark(job) != null
                || above(job).stream().anyMatch(level -> level.property().isChangeControlled());
    }
}
