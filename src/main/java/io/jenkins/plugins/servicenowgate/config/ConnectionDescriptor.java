package io.jenkins.plugins.servicenowgate.config;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import com.cloudbees.plugins.credentials.domains.URIRequirementBuilder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.servicenowgate.Messages;
import java.util.function.Supplier;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The form of a connection: lists, checks of single fields, and Test Connection. */
@Extension
@Symbol("serviceNowConnection")
@Restricted(NoExternalUse.class)
public final class ConnectionDescriptor extends Descriptor<ServiceNowConnection> {
    public ConnectionDescriptor() {
        super(ServiceNowConnection.class);
    }

    @NonNull
    @Override
    public String getDisplayName() {
        return Messages.Connection_DisplayName();
    }

    private static boolean mayConfigure() {
        return Jenkins.get().hasPermission(Jenkins.ADMINISTER);
    }

    /** A stored value that is unreadable stays selected, so that saving the form does not replace it silently. */
    @POST
    public ListBoxModel doFillAuthenticationItems(@QueryParameter String authentication) {
        ListBoxModel items = new ListBoxModel();
        for (Authentication value : Authentication.values()) {
            if (mayConfigure() || value.text().equals(authentication)) {
                items.add(value.label(), value.text());
            }
        }
        if (Util.fixEmpty(authentication) != null && Authentication.find(authentication) == null) {
            items.add(authentication, authentication);
        }
        return items;
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

    @POST
    public ListBoxModel doFillCertificateCredentialsIdItems(
            @QueryParameter String baseUrl, @QueryParameter String certificateCredentialsId) {
        return credentials(StandardCertificateCredentials.class, baseUrl, certificateCredentialsId);
    }

    @POST
    public ListBoxModel doFillApiKeyCredentialsIdItems(
            @QueryParameter String baseUrl, @QueryParameter String apiKeyCredentialsId) {
        return credentials(StringCredentials.class, baseUrl, apiKeyCredentialsId);
    }

    @POST
    public ListBoxModel doFillClientCertificateIdItems(
            @QueryParameter String baseUrl, @QueryParameter String clientCertificateId) {
        return credentials(StandardCertificateCredentials.class, baseUrl, clientCertificateId);
    }

    private static ListBoxModel credentials(Class<? extends StandardCredentials> type, String baseUrl, String current) {
        StandardListBoxModel items = new StandardListBoxModel();
        if (!mayConfigure()) {
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
        return required(true, value, Messages::Connection_NameMissing);
    }

    @POST
    public FormValidation doCheckBaseUrl(@QueryParameter String value) {
        if (!mayConfigure()) {
            return FormValidation.ok();
        }
        try {
            return ServiceNowConnection.parseUrl(value).hasPath()
                    ? FormValidation.warning(Messages.Connection_HasPath())
                    : FormValidation.ok();
        } catch (IllegalArgumentException e) {
            return FormValidation.error(e.getMessage());
        }
    }

    @POST
    public FormValidation doCheckClientId(@QueryParameter String value, @QueryParameter String authentication) {
        return required(
                !Authentication.API_KEY.text().equals(authentication), value, Messages::Connection_ClientIdMissing);
    }

    @POST
    public FormValidation doCheckClientSecretId(
            @QueryParameter String value, @QueryParameter String baseUrl, @QueryParameter String authentication) {
        Authentication selected = Authentication.find(authentication);
        boolean optional = selected == Authentication.API_KEY || selected == Authentication.JWT_BEARER;
        return checkCredentials(StringCredentials.class, baseUrl, value, !optional, Messages::Connection_SecretMissing);
    }

    @POST
    public FormValidation doCheckUserCredentialsId(
            @QueryParameter String value, @QueryParameter String baseUrl, @QueryParameter String authentication) {
        return checkCredentials(
                StandardUsernamePasswordCredentials.class,
                baseUrl,
                value,
                Authentication.PASSWORD.text().equals(authentication),
                Messages::Connection_UserMissing);
    }

    @POST
    public FormValidation doCheckCertificateCredentialsId(
            @QueryParameter String value, @QueryParameter String baseUrl, @QueryParameter String authentication) {
        return checkCredentials(
                StandardCertificateCredentials.class,
                baseUrl,
                value,
                Authentication.JWT_BEARER.text().equals(authentication),
                Messages::Connection_CertificateMissing);
    }

    @POST
    public FormValidation doCheckKeyId(@QueryParameter String value, @QueryParameter String authentication) {
        return required(
                Authentication.JWT_BEARER.text().equals(authentication), value, Messages::Connection_KeyIdMissing);
    }

    @POST
    public FormValidation doCheckSubject(@QueryParameter String value, @QueryParameter String authentication) {
        return required(
                Authentication.JWT_BEARER.text().equals(authentication), value, Messages::Connection_SubjectMissing);
    }

    @POST
    public FormValidation doCheckApiKeyCredentialsId(
            @QueryParameter String value, @QueryParameter String baseUrl, @QueryParameter String authentication) {
        return checkCredentials(
                StringCredentials.class,
                baseUrl,
                value,
                Authentication.API_KEY.text().equals(authentication),
                Messages::Connection_ApiKeyMissing);
    }

    @POST
    public FormValidation doCheckScope(@QueryParameter String value) {
        if (!mayConfigure()) {
            return FormValidation.ok();
        }
        try {
            ServiceNowConnection.checkScope(Util.fixEmptyAndTrim(value));
            return FormValidation.ok();
        } catch (IllegalArgumentException e) {
            return FormValidation.error(e.getMessage());
        }
    }

    @POST
    public FormValidation doCheckClientCertificateId(@QueryParameter String value, @QueryParameter String baseUrl) {
        return checkCredentials(StandardCertificateCredentials.class, baseUrl, value, false, () -> "");
    }

    private static FormValidation required(boolean needed, @CheckForNull String value, Supplier<String> missing) {
        return needed && mayConfigure() && Util.fixEmptyAndTrim(value) == null
                ? FormValidation.error(missing.get())
                : FormValidation.ok();
    }

    private static FormValidation checkCredentials(
            Class<? extends StandardCredentials> type,
            String baseUrl,
            @CheckForNull String id,
            boolean needed,
            Supplier<String> missing) {
        if (!mayConfigure() || Util.fixEmptyAndTrim(id) == null) {
            return required(needed, id, missing);
        }
        return Credentials.exist(type, baseUrl, id)
                ? FormValidation.ok()
                : FormValidation.error(Messages.Connection_CredentialsUnknown(id));
    }

    /** Tests the connection with the values in the form, saved or not. */
    @POST
    public FormValidation doTestConnection(
            @QueryParameter String name,
            @QueryParameter String baseUrl,
            @QueryParameter String authentication,
            @QueryParameter String clientId,
            @QueryParameter String clientSecretId,
            @QueryParameter String userCredentialsId,
            @QueryParameter String certificateCredentialsId,
            @QueryParameter String keyId,
            @QueryParameter String subject,
            @QueryParameter String apiKeyCredentialsId,
            @QueryParameter String scope,
            @QueryParameter String clientCertificateId) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        try {
            ServiceNowConnection connection =
                    new ServiceNowConnection(name, baseUrl, clientId, clientSecretId, userCredentialsId);
            if (authentication != null) {
                connection.setAuthentication(authentication);
            }
            connection.setCertificateCredentialsId(certificateCredentialsId);
            connection.setKeyId(keyId);
            connection.setSubject(subject);
            connection.setApiKeyCredentialsId(apiKeyCredentialsId);
            connection.setScope(scope);
            connection.setClientCertificateId(clientCertificateId);
            connection.checkComplete();
            return ConnectionTest.run(connection);
        } catch (FormException | IllegalArgumentException e) {
            return FormValidation.error(e.getMessage());
        }
    }
}
