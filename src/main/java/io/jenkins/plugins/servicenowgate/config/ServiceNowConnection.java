package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import io.jenkins.plugins.servicenowgate.servicenow.InstanceUrl;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import jenkins.security.FIPS140;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * A ServiceNow instance and how to sign in to it. Contains only the ids of credentials, no secrets. Immutable once it is
 * bound: only data binding calls the setters.
 */
public final class ServiceNowConnection extends AbstractDescribableImpl<ServiceNowConnection> {
    private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]+( [!#-\\[\\]-~]+)*");

    private final String name;
    private final String baseUrl;
    private final String clientId;
    private final String clientSecretId;
    private final String userCredentialsId;
    /** Null: password if there are user credentials, else client credentials. */
    private String authentication;

    private String certificateCredentialsId;
    private String keyId;
    private String subject;
    private String apiKeyCredentialsId;
    private String scope;
    private String clientCertificateId;
    private List<MappedModel> states;

    /**
     * @param userCredentialsId id of the integration user's credentials, for the password grant
     * @throws Descriptor.FormException if the URL is invalid; the message says what to enter
     */
    @DataBoundConstructor
    public ServiceNowConnection(
            @NonNull String name,
            @NonNull String baseUrl,
            @CheckForNull String clientId,
            @CheckForNull String clientSecretId,
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
     * @throws IllegalArgumentException if a connection has no name, a name is used twice, or a connection has not the
     *     settings that its authentication needs
     */
    static void check(@NonNull List<ServiceNowConnection> connections) {
        UniqueNames.check(
                connections.stream().map(ServiceNowConnection::getName),
                Messages.Connection_NameMissing(),
                Messages::Connection_NameTwice);
        connections.forEach(ServiceNowConnection::checkComplete);
    }

    /** A connection without the setting, as earlier versions stored it, is complete when its credentials are. */
    void checkComplete() {
        Authentication explicit = Authentication.find(authentication);
        if (explicit == null) {
            return;
        }
        switch (explicit) {
            case PASSWORD -> require("userCredentialsId", userCredentialsId);
            case JWT_BEARER -> {
                require("clientId", clientId);
                require("certificateCredentialsId", certificateCredentialsId);
                require("keyId", keyId);
                require("subject", subject);
            }
            case API_KEY -> require("apiKeyCredentialsId", apiKeyCredentialsId);
            default -> {
                // The client is checked when it is used, as for the connections of earlier versions.
            }
        }
    }

    private void require(String setting, @CheckForNull String value) {
        if (Util.fixEmpty(value) == null) {
            throw new IllegalArgumentException(Messages.Connection_Incomplete(name, authentication, setting));
        }
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
     * {@code password}, {@code clientCredentials}, {@code jwtBearer} or {@code apiKey}; any other text if the stored one
     * is unreadable.
     */
    @NonNull
    public String getAuthentication() {
        Authentication known = authentication();
        return known == null ? authentication : known.text();
    }

    /**
     * @throws IllegalArgumentException for any other text, including null and the empty text of an unset variable
     */
    @DataBoundSetter
    public void setAuthentication(String authentication) {
        this.authentication = Authentication.parse(authentication).text();
    }

    /** Null if the stored value is unreadable; then the connection can't be used. */
    @CheckForNull
    public Authentication authentication() {
        if (authentication == null) {
            return userCredentialsId == null ? Authentication.CLIENT_CREDENTIALS : Authentication.PASSWORD;
        }
        return Authentication.find(authentication);
    }

    /** The id of the Certificate credentials whose private key signs the tokens of the JWT bearer grant. */
    @CheckForNull
    public String getCertificateCredentialsId() {
        return certificateCredentialsId;
    }

    @DataBoundSetter
    public void setCertificateCredentialsId(String certificateCredentialsId) {
        this.certificateCredentialsId = Util.fixEmptyAndTrim(certificateCredentialsId);
    }

    /** The {@code kid} of the JWT verifier map in ServiceNow. */
    @CheckForNull
    public String getKeyId() {
        return keyId;
    }

    @DataBoundSetter
    public void setKeyId(String keyId) {
        this.keyId = Util.fixEmptyAndTrim(keyId);
    }

    /** The value of the user field by which ServiceNow finds the integration user. */
    @CheckForNull
    public String getSubject() {
        return subject;
    }

    @DataBoundSetter
    public void setSubject(String subject) {
        this.subject = Util.fixEmptyAndTrim(subject);
    }

    @CheckForNull
    public String getApiKeyCredentialsId() {
        return apiKeyCredentialsId;
    }

    @DataBoundSetter
    public void setApiKeyCredentialsId(String apiKeyCredentialsId) {
        this.apiKeyCredentialsId = Util.fixEmptyAndTrim(apiKeyCredentialsId);
    }

    /** The scope to request with a token; null for none. */
    @CheckForNull
    public String getScope() {
        return scope;
    }

    /**
     * @throws IllegalArgumentException for characters that a scope can't contain (RFC 6749, 3.3)
     */
    @DataBoundSetter
    public void setScope(String scope) {
        String wanted = Util.fixEmptyAndTrim(scope);
        checkScope(wanted);
        this.scope = wanted;
    }

    static void checkScope(@CheckForNull String scope) {
        if (scope != null && !SCOPE.matcher(scope).matches()) {
            throw new IllegalArgumentException(Messages.Connection_Scope(TextSanitizer.clean(scope, 80)));
        }
    }

    /** The id of the Certificate credentials for mutual TLS; null for none. */
    @CheckForNull
    public String getClientCertificateId() {
        return clientCertificateId;
    }

    @DataBoundSetter
    public void setClientCertificateId(String clientCertificateId) {
        this.clientCertificateId = Util.fixEmptyAndTrim(clientCertificateId);
    }

    /** What the states of change models mean; models that are not mapped have the default life cycle, or release nothing. */
    @NonNull
    public List<MappedModel> getStates() {
        return MappedModel.readable(states);
    }

    /**
     * @throws IllegalArgumentException if a model has no name, occurs twice, or maps no state, or one state twice
     */
    @DataBoundSetter
    public void setStates(List<MappedModel> states) {
        MappedModel.check(Util.fixNull(states));
        this.states = states == null || states.isEmpty() ? null : new ArrayList<>(states);
    }

    /** The same for decisions. */
    @NonNull
    public ModelStates modelStates() {
        return MappedModel.states(states);
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

    static InstanceUrl parseUrl(String address) {
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
                && Objects.equals(userCredentialsId, that.userCredentialsId)
                && getAuthentication().equals(that.getAuthentication())
                && Objects.equals(certificateCredentialsId, that.certificateCredentialsId)
                && Objects.equals(keyId, that.keyId)
                && Objects.equals(subject, that.subject)
                && Objects.equals(apiKeyCredentialsId, that.apiKeyCredentialsId)
                && Objects.equals(scope, that.scope)
                && Objects.equals(clientCertificateId, that.clientCertificateId)
                && getStates().equals(that.getStates());
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, baseUrl);
    }
}
