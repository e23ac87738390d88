package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Describable;
import hudson.model.Descriptor.FormException;
import hudson.model.Item;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.DeclaredSettings;
import io.jenkins.plugins.servicenowgate.control.Permissions;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * What the forms of the marks of jobs and folders have in common. A form in which a user changed a mark without
 * permission is rejected before it takes effect.
 */
@Restricted(NoExternalUse.class)
public interface MarkForm extends DeclaredSettings.Form {
    /** Whether the user may configure the item but not change its mark; called by the form. */
    default boolean locked(@CheckForNull Object item) {
        return item instanceof Item known
                && Mark.isSupported(known)
                && known.hasPermission(Item.CONFIGURE)
                && !known.hasPermission(Permissions.MARK);
    }

    /** The name of the required permission as in an authorization matrix; called by the form. */
    @NonNull
    default String getPermission() {
        return permission();
    }

    /** The name of the required permission as in an authorization matrix. */
    @NonNull
    static String permission() {
        return Permissions.GROUP.title + "/" + Permissions.MARK.name;
    }

    /** The settings of the folders above; called by the form. */
    @NonNull
    default List<String> inherited(@CheckForNull Object item) {
        return MarkPreview.get().inherited(item);
    }

    /** The effect of the current settings on deployments; called by the form. */
    @NonNull
    default List<String> effective(@CheckForNull Object item) {
        return MarkPreview.get().effective(item);
    }

    /**
     * Returns the property for the item: the submitted one, or the current one if the user may not change the mark.
     *
     * @throws FormException if the user changed the mark without permission
     */
    @CheckForNull
    static <P extends Describable<?>> P check(
            @CheckForNull Item item, @CheckForNull P current, @CheckForNull P submitted) throws FormException {
        if (item == null || item.hasPermission(Permissions.MARK)) {
            return submitted;
        }
        if (Mark.of(current).isShownAs(Mark.of(submitted))) {
            return current;
        }
        throw new FormException(Messages.Mark_Refused(item.getFullName(), permission()), "changeControl");
    }
}
