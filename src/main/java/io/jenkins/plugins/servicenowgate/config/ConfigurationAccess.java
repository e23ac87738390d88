package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.servicenowgate.Messages;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.StaplerRequest2;

/** Permission checks for form validation and drop-downs, shared by all descriptors. */
public final class ConfigurationAccess {
    private ConfigurationAccess() {}

    /**
     * Whether the user may configure the item in the URL of the current request, or the controller if there is none.
     */
    public static boolean mayConfigureSomewhere() {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        Item item = request == null ? null : request.findAncestorObject(Item.class);
        return item == null ? Jenkins.get().hasPermission(Jenkins.ADMINISTER) : item.hasPermission(Item.CONFIGURE);
    }

    /**
     * The names of the connections for a drop-down, preceded by an empty choice.
     *
     * @param current the value in the form, which stays in the list; the only choice for users without permission to
     *     configure
     */
    @NonNull
    public static ListBoxModel connections(@CheckForNull String current) {
        ListBoxModel items = new ListBoxModel();
        String currentValue = Util.fixNull(current);
        if (!mayConfigureSomewhere()) {
            items.add(currentValue);
            return items;
        }
        items.add(Messages.Connection_LeftOut(), "");
        KnownConnections.get().forEach(items::add);
        if (items.stream().noneMatch(option -> option.value.equals(currentValue))) {
            items.add(currentValue);
        }
        return items;
    }

    /** Validates the name of a connection; always ok for users without permission to configure. */
    @NonNull
    public static FormValidation checkConnection(@CheckForNull String name) {
        String wanted = Util.fixEmptyAndTrim(name);
        if (!mayConfigureSomewhere() || wanted == null || KnownConnections.get().contains(wanted)) {
            return FormValidation.ok();
        }
        String known = String.join(", ", KnownConnections.get());
        return FormValidation.error(
                Messages.Connection_Unknown(wanted, known.isEmpty() ? Messages.PolicyDecision_None() : known));
    }

    /**
     * The values of {@link AutomaticTransition} for a drop-down, preceded by an empty choice.
     *
     * @param current the value in the form; the only choice for users without permission to configure
     */
    @NonNull
    public static ListBoxModel transitions(@CheckForNull String current) {
        ListBoxModel items = new ListBoxModel();
        if (!mayConfigureSomewhere()) {
            items.add(Util.fixNull(current));
            return items;
        }
        items.add(Messages.AutomaticTransition_Inherit(), "");
        for (AutomaticTransition transition : AutomaticTransition.values()) {
            items.add(transition.label(), transition.text());
        }
        return items;
    }
}
