package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.util.ListBoxModel;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The settings about the end of a change that an environment and a folder can declare; see {@link ChangeEnd}. */
public interface ChangeEndSettings {
    /** {@code review}, {@code close} or empty. */
    @NonNull
    String getAfterDeployment();

    /** {@code close} or empty. */
    @NonNull
    String getChangeTasks();

    /** {@code keep}, {@code cancel} or null for what outer levels say. */
    @CheckForNull
    String getAbandonedChange();

    /** Drop-downs of the descriptors, for the entries in {@code lib/servicenowgate/changeEnd.jelly}. */
    @Restricted(NoExternalUse.class)
    interface Form {
        @POST
        default ListBoxModel doFillAfterDeploymentItems(@QueryParameter String afterDeployment) {
            return ChangeEnd.AFTER_DEPLOYMENT.items(afterDeployment);
        }

        @POST
        default ListBoxModel doFillChangeTasksItems(@QueryParameter String changeTasks) {
            return ChangeEnd.CHANGE_TASKS.items(changeTasks);
        }

        @POST
        default ListBoxModel doFillAbandonedChangeItems(@QueryParameter String abandonedChange) {
            return ChangeEnd.ABANDONED_CHANGE.items(abandonedChange);
        }
    }
}
