package io.jenkins.plugins.servicenowgate.control;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Describable;
import hudson.model.Descriptor.FormException;
import hudson.model.Item;
import io.jenkins.plugins.servicenowgate.Messages;

/** Refuses a form in which somebody changed a mark that they may not change, before anything of it counts. */
final class MarkForms {
    private MarkForms() {}

    /** The permission as administrators find it in a matrix. */
    @NonNull
    static String permission() {
        return Permissions.GROUP.title + "/" + Permissions.MARK.name;
    }

    /** Whether somebody who may configure the item may not change its mark. */
    static boolean isLocked(@CheckForNull Object item) {
        return item instanceof Item known
                && Mark.isFor(known)
                && known.hasPermission(Item.CONFIGURE)
                && !known.hasPermission(Permissions.MARK);
    }

    /**
     * What the item gets: for those who may not change the mark, what it has.
     *
     * @throws FormException where they changed it
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
