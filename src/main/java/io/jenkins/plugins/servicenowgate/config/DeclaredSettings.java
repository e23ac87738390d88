package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * The settings of a change that an environment, a folder and a job can declare. Each is empty to inherit it: the value
 * of an environment precedes that of a folder, and that of a folder precedes that of a job.
 */
public interface DeclaredSettings {
    /** The name of the connection; if it is declared nowhere, the only configured connection is used. */
    @NonNull
    String getConnection();

    /** The name of the Standard change template; if it is declared nowhere, new changes are Normal changes. */
    @NonNull
    String getStandardChangeTemplate();

    /** {@code true}, {@code false} or {@code close}, see {@link AutomaticTransition}. */
    @NonNull
    String getAutomaticTransition();

    /** What approvers are told; all declarations are added. Null for nothing. */
    @CheckForNull
    EvidenceSettings getEvidence();

    /** The configuration item of a new change: its exact name or its sys_id; empty for none. */
    @NonNull
    String getConfigurationItem();

    /** The service of a new change: its exact name or its sys_id; empty for none. */
    @NonNull
    String getService();

    /** Drop-downs and checks of the descriptors, for the entries in {@code lib/servicenowgate/declaredSettings.jelly}. */
    @Restricted(NoExternalUse.class)
    interface Form extends AcceptsBooleans {
        @POST
        default FormValidation doCheckConnection(@QueryParameter String value) {
            return ConfigurationAccess.checkConnection(value);
        }

        @POST
        default ListBoxModel doFillConnectionItems(@QueryParameter String connection) {
            return ConfigurationAccess.connections(connection);
        }

        @POST
        default ListBoxModel doFillAutomaticTransitionItems(@QueryParameter String automaticTransition) {
            return ConfigurationAccess.transitions(automaticTransition);
        }
    }
}
