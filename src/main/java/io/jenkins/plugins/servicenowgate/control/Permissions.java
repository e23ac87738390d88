package io.jenkins.plugins.servicenowgate.control;

import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.security.Permission;
import hudson.security.PermissionGroup;
import hudson.security.PermissionScope;
import io.jenkins.plugins.servicenowgate.Messages;
import jenkins.model.Jenkins;
import org.jvnet.localizer.Localizable;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The plugin's permissions. Job/Configure implies neither of them, so that users who may configure a job or folder
 * can't remove its change control.
 */
public final class Permissions {
    public static final PermissionGroup GROUP = new PermissionGroup(Permissions.class, Messages._Permissions_Group());

    /** Allows changing the change control marks of jobs and folders. */
    public static final Permission MARK = permission("Mark", Messages._Permissions_Mark());

    /** Allows releasing one waiting deployment without an approved change, if break-glass releases are enabled. */
    public static final Permission BREAK_GLASS = permission("BreakGlass", Messages._Permissions_BreakGlass());

    private Permissions() {}

    private static Permission permission(String name, Localizable description) {
        return new Permission(GROUP, name, description, Jenkins.ADMINISTER, true, new PermissionScope[] {
            PermissionScope.JENKINS, PermissionScope.ITEM_GROUP, PermissionScope.ITEM
        });
    }

    /** Registers the permissions before an authorization strategy that grants them is loaded. */
    @Initializer(after = InitMilestone.PLUGINS_STARTED, before = InitMilestone.EXTENSIONS_AUGMENTED)
    @Restricted(NoExternalUse.class)
    public static void define() {
        // Loading this class registers them.
    }
}
