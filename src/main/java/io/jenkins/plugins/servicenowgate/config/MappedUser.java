package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.User;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import java.io.Serial;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A user of Jenkins who has another user name in ServiceNow. */
public final class MappedUser extends AbstractDescribableImpl<MappedUser> implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String jenkinsUser;
    private final String serviceNowUser;

    /**
     * @param jenkinsUser id of the user in Jenkins
     * @param serviceNowUser the user name in ServiceNow ({@code sys_user.user_name})
     */
    @DataBoundConstructor
    public MappedUser(@NonNull String jenkinsUser, @NonNull String serviceNowUser) {
        this.jenkinsUser = Util.fixNull(jenkinsUser).strip();
        this.serviceNowUser = Util.fixNull(serviceNowUser).strip();
    }

    @NonNull
    public String getJenkinsUser() {
        return jenkinsUser;
    }

    @NonNull
    public String getServiceNowUser() {
        return serviceNowUser;
    }

    boolean isComplete() {
        return jenkinsUser != null
                && !jenkinsUser.isEmpty()
                && serviceNowUser != null
                && ServiceNowClient.isUserName(serviceNowUser);
    }

    /**
     * Validates a list before it is stored.
     *
     * @throws IllegalArgumentException if an entry is incomplete, or a user of Jenkins occurs twice
     */
    static void check(@NonNull Collection<MappedUser> users) {
        if (!users.stream().allMatch(MappedUser::isComplete)) {
            throw new IllegalArgumentException(Messages.MappedUser_Missing());
        }
        UniqueNames.check(
                users.stream().map(user -> User.idStrategy().keyFor(user.jenkinsUser)),
                Messages.MappedUser_Missing(),
                Messages::MappedUser_Twice);
    }

    /** The readable entries of a stored list. */
    @NonNull
    static List<MappedUser> readable(@CheckForNull List<MappedUser> stored) {
        return StoredList.readable(stored, MappedUser.class, MappedUser::isComplete)
                .toList();
    }

    /** Whether all entries can be read: without one, a user could be taken for another person of that name. */
    static boolean isReadable(@CheckForNull List<MappedUser> stored) {
        return StoredList.isReadable(stored, MappedUser.class, MappedUser::isComplete);
    }

    /** The user name in ServiceNow of a user of Jenkins; null if it is not mapped. */
    @CheckForNull
    public static String find(@NonNull List<MappedUser> users, @NonNull String jenkinsUser) {
        return users.stream()
                .filter(user -> User.idStrategy().equals(user.jenkinsUser, jenkinsUser))
                .map(MappedUser::getServiceNowUser)
                .findFirst()
                .orElse(null);
    }

    @Extension
    @Symbol("serviceNowUser")
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends Descriptor<MappedUser> {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.MappedUser_DisplayName();
        }

        @POST
        public FormValidation doCheckJenkinsUser(@QueryParameter String value) {
            return required(value);
        }

        @POST
        public FormValidation doCheckServiceNowUser(@QueryParameter String value) {
            return required(value);
        }

        private static FormValidation required(String value) {
            return Util.fixEmptyAndTrim(value) == null && ConfigurationAccess.mayConfigureSomewhere()
                    ? FormValidation.error(Messages.MappedUser_Missing())
                    : FormValidation.ok();
        }
    }
}
