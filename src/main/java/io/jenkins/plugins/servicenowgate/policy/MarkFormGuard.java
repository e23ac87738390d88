package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Describable;
import hudson.model.Descriptor.FormException;
import hudson.model.Item;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.control.Permissions;

/** Rejects a submitted form in which a user changed a mark without permission, before it takes effect. */
final class MarkFormGuard {
    private MarkFormGuard() {}

    /** The name of the permission as in an authorization matrix. */
    @NonNull
    static String permission() {
        return Permissions.GROUP.title + "/" + Permissions.MARK.name;
    }

    /** Whether the user may configure the item but not change its mark. */
    static boolean isLocked(@CheckForNull Object item) {
        return item instanceof Item known
                && Mark.isSupported(known)
                && known.hasPermission(Item.CONFIGURE)
                && !known.hasPermission(Permissions.MARK);
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
        if (Mark.of(current).equals(Mark.of(submitted))) {
            return current;
        }
        throw new FormException(Messages.Mark_Refused(item.getFullName(), permission()), "changeControl");
    }
}
