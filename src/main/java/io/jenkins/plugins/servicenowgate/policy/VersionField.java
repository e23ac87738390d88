package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.rules.ChangeTitle;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The check of the field {@code version} in forms, which says of a version that it will be refused. */
@Restricted(NoExternalUse.class)
public interface VersionField {
    /** Whether the version may use a variable, because it is known where the version is expanded. */
    boolean mayUse(@NonNull Item item, @NonNull String variable);

    /** A warning and no error, because the same form may define a parameter that is not stored yet. */
    @POST
    default FormValidation doCheckVersion(@CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
        if (item == null || !item.hasPermission(Item.CONFIGURE) || Util.fixEmpty(value) == null) {
            return FormValidation.ok();
        }
        // Any value of a known variable, which is a valid version.
        String expanded = Util.replaceMacro(value, variable -> mayUse(item, variable) ? "1" : null);
        try {
            new ChangeTitle("project", expanded, "environment").title("Jenkins");
            return FormValidation.ok();
        } catch (ChangeTitle.BadNameException e) {
            return FormValidation.warning(e.localizable().toString());
        }
    }
}
