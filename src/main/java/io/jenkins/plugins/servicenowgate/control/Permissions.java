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
 * Permissions of the plugin's own. Job/Configure implies neither, so that who configures a job or a folder can be kept
 * from taking change control off it.
 */
public final class Permissions {
    public static final PermissionGroup GROUP = new PermissionGroup(Permissions.class, Messages._Permissions_Group());

    /** To change the change-control marks of jobs and folders. */
    public static final Permission MARK = permission("Mark", Messages._Permissions_Mark());

    /** To let one waiting deployment go without an approved change, where that is switched on. */
    public static final Permission BREAK_GLASS = permission("BreakGlass", Messages._Permissions_BreakGlass());

    private Permissions() {}

    private static Permission permission(String name, Localizable description) {
        return new Permission(GROUP, name, description, Jenkins.ADMINISTER, true, new PermissionScope[] {
            PermissionScope.JENKINS, PermissionScope.ITEM_GROUP, PermissionScope.ITEM
        });
    }

    /** Defines them before an authorization strategy is read that grants them. */
    @Initializer(after = InitMilestone.PLUGINS_STARTED, before = InitMilestone.EXTENSIONS_AUGMENTED)
    @Restricted(NoExternalUse.class)
    public static void define() {
        // Loading the class has done it.
    }
}
