package io.jenkins.plugins.servicenowgate.config;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import com.cloudbees.plugins.credentials.domains.URIRequirementBuilder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.InstanceUrl;
import java.util.List;
import java.util.Objects;
import jenkins.model.Jenkins;
import jenkins.security.FIPS140;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A ServiceNow instance and how to sign in to it. Immutable; contains only the ids of credentials, no secrets. */
public final class ServiceNowConnection extends AbstractDescribableImpl<ServiceNowConnection> {
    private final String name;
    private final String baseUrl;
    private final String clientId;
    private final String clientSecretId;
    private final String userCredentialsId;

    /**
     * @param userCredentialsId id of the integration user's credentials; empty for the client credentials grant
     * @throws Descriptor.FormException if the URL is invalid; the message says what to enter
     */
    @DataBoundConstructor
    public ServiceNowConnection(
            @NonNull String name,
            @NonNull String baseUrl,
            @NonNull String clientId,
            @NonNull String clientSecretId,
            @CheckForNull String userCredentialsId)
            throws Descriptor.FormException {
        this.name = Util.fixNull(name).strip();
        try {
            this.baseUrl = parseUrl(baseUrl).toString();
        } catch (IllegalArgumentException e) {
            throw new Descriptor.FormException(e.getMessage(), "baseUrl");
        }
        this.clientId = Util.fixNull(clientId).strip();
        this.clientSecretId = Util.fixNull(clientSecretId).strip();
        this.userCredentialsId = Util.fixEmptyAndTrim(userCredentialsId);
    }

    /**
     * Validates a list of connections.
     *
     * @throws IllegalArgumentException if a connection has no name, or a name is used twice
     */
    static void check(@NonNull List<ServiceNowConnection> connections) {
        UniqueNames.check(
                connections.stream().map(ServiceNowConnection::getName),
                Messages.Connection_NameMissing(),
                Messages::Connection_NameTwice);
    }

    /** False for a connection from a damaged file, which can't be found by name. */
    boolean hasName() {
        return name != null && !name.isEmpty();
    }

    @NonNull
    public String getName() {
        return name;
    }

    @NonNull
    public String getBaseUrl() {
        return baseUrl;
    }

    @NonNull
    public String getClientId() {
        return clientId;
    }

    @NonNull
    public String getClientSecretId() {
        return clientSecretId;
    }

    @CheckForNull
    public String getUserCredentialsId() {
        return userCredentialsId;
    }

    /**
     * The validated URL for requests and links. It is validated on each call, because the stored configuration may be
     * older than the current rules.
     *
     * @throws IllegalArgumentException if the URL is invalid
     */
    @NonNull
    public InstanceUrl instanceUrl() {
        return parseUrl(baseUrl);
    }

    private static InstanceUrl parseUrl(String address) {
        InstanceUrl url = InstanceUrl.parse(address);
        if (FIPS140.useCompliantAlgorithms() && !url.isHttps()) {
            throw new IllegalArgumentException(Messages.Connection_FipsNeedsHttps());
        }
        return url;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ServiceNowConnection that
                && name.equals(that.name)
                && baseUrl.equals(that.baseUrl)
                && clientId.equals(that.clientId)
                && clientSecretId.equals(that.clientSecretId)
                && Objects.equals(userCredentialsId, that.userCredentialsId);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, baseUrl);
    }

    @Extension
    @Symbol("serviceNowConnection")
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends Descriptor<ServiceNowConnection> {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.Connection_DisplayName();
        }

        @POST
        public ListBoxModel doFillClientSecretIdItems(
                @QueryParameter String baseUrl, @QueryParameter String clientSecretId) {
            return credentials(StringCredentials.class, baseUrl, clientSecretId);
        }

        @POST
        public ListBoxModel doFillUserCredentialsIdItems(
                @QueryParameter String baseUrl, @QueryParameter String userCredentialsId) {
            return credentials(StandardUsernamePasswordCredentials.class, baseUrl, userCredentialsId);
        }

        private static ListBoxModel credentials(
                Class<? extends StandardCredentials> type, String baseUrl, String current) {
            StandardListBoxModel items = new StandardListBoxModel();
            if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
                return items.includeCurrentValue(current);
            }
            return items.includeEmptyValue()
                    .includeMatchingAs(
                            ACL.SYSTEM2,
                            Jenkins.get(),
                            type,
                            URIRequirementBuilder.fromUri(baseUrl).build(),
                            CredentialsMatchers.always())
                    .includeCurrentValue(current);
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
                return FormValidation.ok();
            }
            return Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.error(Messages.Connection_NameMissing())
                    : FormValidation.ok();
        }

        @POST
        public FormValidation doCheckBaseUrl(@QueryParameter String value) {
            if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
                return FormValidation.ok();
            }
            try {
                return parseUrl(value).hasPath()
                        ? FormValidation.warning(Messages.Connection_HasPath())
                        : FormValidation.ok();
            } catch (IllegalArgumentException e) {
                return FormValidation.error(e.getMessage());
            }
        }

        @POST
        public FormValidation doCheckClientId(@QueryParameter String value) {
            if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
                return FormValidation.ok();
            }
            return Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.error(Messages.Connection_ClientIdMissing())
                    : FormValidation.ok();
        }

        @POST
        public FormValidation doCheckClientSecretId(@QueryParameter String value, @QueryParameter String baseUrl) {
            if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
                return FormValidation.ok();
            }
            return Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.error(Messages.Connection_SecretMissing())
                    : validateCredentials(StringCredentials.class, baseUrl, value);
        }

        @POST
        public FormValidation doCheckUserCredentialsId(@QueryParameter String value, @QueryParameter String baseUrl) {
            if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER) || Util.fixEmptyAndTrim(value) == null) {
                return FormValidation.ok();
            }
            return validateCredentials(StandardUsernamePasswordCredentials.class, baseUrl, value);
        }

        private static FormValidation validateCredentials(
                Class<? extends StandardCredentials> type, String baseUrl, String id) {
            return Credentials.exist(type, baseUrl, id)
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.Connection_CredentialsUnknown(id));
        }

        /** Tests the connection with the values in the form, saved or not. */
        @POST
        public FormValidation doTestConnection(
                @QueryParameter String name,
                @QueryParameter String baseUrl,
                @QueryParameter String clientId,
                @QueryParameter String clientSecretId,
                @QueryParameter String userCredentialsId) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            try {
                return ConnectionTest.run(
                        new ServiceNowConnection(name, baseUrl, clientId, clientSecretId, userCredentialsId));
            } catch (Descriptor.FormException e) {
                return FormValidation.error(e.getMessage());
            }
        }
    }
}
