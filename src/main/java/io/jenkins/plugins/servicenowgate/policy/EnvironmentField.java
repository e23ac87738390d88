package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.Item;
import hudson.util.ComboBoxModel;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The suggestions and the check of the field {@code environment} in the forms of steps. */
@Restricted(NoExternalUse.class)
public interface EnvironmentField {
    @POST
    default ComboBoxModel doFillEnvironmentItems(@CheckForNull @AncestorInPath Item item) {
        return MarkPreview.get().environments(item);
    }

    @POST
    default FormValidation doCheckEnvironment(@CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
        if (item == null || !item.hasPermission(Item.CONFIGURE)) {
            return FormValidation.ok();
        }
        return Util.fixEmptyAndTrim(value) == null
                ? FormValidation.error(Messages.Environment_NameMissing())
                : FormValidation.ok();
    }
}
