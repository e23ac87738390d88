package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Item;
import hudson.model.Job;
import hudson.security.AccessControlled;
import hudson.util.ComboBoxModel;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** What forms and pages say about the policy for an item. */
@Extension
@Restricted(NoExternalUse.class)
public final class PolicyPreview implements MarkPreview {
    @Override
    public boolean isMarked(@NonNull Job<?, ?> job) {
        return FolderPolicies.mark(job) != null;
    }

    @NonNull
    @Override
    public ComboBoxModel environments(@CheckForNull Item item) {
        AccessControlled context = item == null ? Jenkins.get() : item;
        return context.hasPermission(item == null ? Jenkins.ADMINISTER : Item.CONFIGURE)
                ? new ComboBoxModel(FolderPolicies.environments(item))
                : new ComboBoxModel();
    }

    @NonNull
    @Override
    public List<String> inherited(@CheckForNull Object item) {
        List<String> lines = new ArrayList<>();
        for (FolderPolicies.Level level : FolderPolicies.above(item instanceof Item known ? known : null)) {
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

    @NonNull
    @Override
    public List<String> effective(@CheckForNull Object item) {
        List<String> lines = new ArrayList<>();
        if (item instanceof Job<?, ?> job && FolderPolicies.isControlled(job)) {
            for (String environment : FolderPolicies.environments(job)) {
                PolicyDecision decision = ChangeControl.rule(job, environment, null);
                if (decision instanceof PolicyDecision.Required required) {
                    String template = required.settings().standardChangeTemplate();
                    String model = required.settings().changeModel();
                    lines.add(
                            model != null
                                    ? Messages.Effective_Model(environment, required.connection(), model)
                                    : template == null
                                            ? Messages.Effective_Normal(environment, required.connection())
                                            : Messages.Effective_Standard(
                                                    environment,
                                                    required.connection(),
                                                    template,
                                                    required.settings()
                                                            .automaticTransition()
                                                            .label()));
                    if (required.settings().duties().separate()) {
                        lines.add(Messages.Effective_SeparateDuties(environment));
                    }
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
}
