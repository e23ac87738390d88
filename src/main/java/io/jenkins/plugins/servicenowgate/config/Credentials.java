package io.jenkins.plugins.servicenowgate.config;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import com.cloudbees.plugins.credentials.domains.URIRequirementBuilder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.util.Secret;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.ClientCertificate;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import io.jenkins.plugins.servicenowgate.servicenow.SigningKey;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.function.BiFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import jenkins.security.FIPS140;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;
import org.jvnet.localizer.Localizable;

/**
 * Looks up the credentials of a connection for each use. Only the credentials of the controller are searched, never
 * those of a folder or of a user.
 */
public final class Credentials {
    private static final Logger LOGGER = Logger.getLogger(Credentials.class.getName());

    private Credentials() {}

    /** Looks up credentials. */
    @FunctionalInterface
    private interface Lookup<T> {
        T get() throws ServiceNowException;
    }

    /**
     * @throws ServiceNowException {@link FailureKind#CONFIGURATION} if credentials are missing or unusable; the message
     *     names their id. {@link FailureKind#CREDENTIALS_UNAVAILABLE} if they could not be looked up
     */
    @NonNull
    static SignIn signIn(@NonNull ServiceNowConnection connection) throws ServiceNowException {
        return guarded(connection, () -> lookUp(connection));
    }

    /** The certificate for mutual TLS; null if the connection has none. Otherwise like {@link #signIn}. */
    @CheckForNull
    static ClientCertificate clientCertificate(@NonNull ServiceNowConnection connection) throws ServiceNowException {
        String id = connection.getClientCertificateId();
        return id == null
                ? null
                : guarded(connection, () -> {
                    PrivateKeys.Entry entry = privateKey(connection, id);
                    ClientCertificate certificate = new ClientCertificate(entry.key(), entry.chain());
                    if (FIPS140.useCompliantAlgorithms() && !certificate.hasApprovedLength()) {
                        throw configuration(Messages._Connection_KeyNotApproved(connection.getName(), id));
                    }
                    return certificate;
                });
    }

    private static <T> T guarded(ServiceNowConnection connection, Lookup<T> lookup) throws ServiceNowException {
        try {
            return lookup.get();
        } catch (RuntimeException | LinkageError e) {
            // Only the type, because messages of credentials providers may contain secrets.
            LOGGER.log(
                    Level.FINE,
                    () -> "The credentials of " + connection.getName() + " could not be looked up: " + e.getClass());
            throw ServiceNowException.of(
                    FailureKind.CREDENTIALS_UNAVAILABLE,
                    Messages._Connection_CredentialsUnavailable(
                            connection.getName(), e.getClass().getSimpleName()));
        }
    }

    private static SignIn lookUp(ServiceNowConnection connection) throws ServiceNowException {
        Authentication authentication = connection.authentication();
        if (authentication == null) {
            throw configuration(Messages._Connection_AuthenticationUnreadable(
                    connection.getName(), TextSanitizer.clean(connection.getAuthentication(), 80)));
        }
        String scope = connection.getScope();
        return switch (authentication) {
            case PASSWORD -> {
                String secret = clientSecret(connection);
                StandardUsernamePasswordCredentials user = require(
                        StandardUsernamePasswordCredentials.class,
                        connection,
                        connection.getUserCredentialsId(),
                        Messages::_Connection_NoUserCredentials);
                yield new SignIn.Password(
                        connection.getClientId(),
                        secret,
                        user.getUsername(),
                        Secret.toString(user.getPassword()),
                        scope);
            }
            case CLIENT_CREDENTIALS ->
                new SignIn.ClientCredentials(connection.getClientId(), clientSecret(connection), scope);
            case JWT_BEARER ->
                new SignIn.JwtBearer(
                        connection.getClientId(),
                        connection.getClientSecretId().isEmpty() ? null : clientSecret(connection),
                        signingKey(connection),
                        Util.fixNull(connection.getKeyId()),
                        Util.fixNull(connection.getSubject()),
                        scope);
            case API_KEY -> apiKey(connection);
        };
    }

    private static String clientSecret(ServiceNowConnection connection) throws ServiceNowException {
        return Secret.toString(require(
                        StringCredentials.class,
                        connection,
                        connection.getClientSecretId(),
                        Messages::_Connection_NoClientSecret)
                .getSecret());
    }

    private static SigningKey signingKey(ServiceNowConnection connection) throws ServiceNowException {
        String id = Util.fixNull(connection.getCertificateCredentialsId());
        PrivateKeys.Entry entry = privateKey(connection, id);
        SigningKey key = SigningKey.of(entry.key(), entry.chain().get(0).getPublicKey());
        if (key == null) {
            throw configuration(Messages._Connection_KeyNotSupported(connection.getName(), id));
        }
        return key;
    }

    private static PrivateKeys.Entry privateKey(ServiceNowConnection connection, String id) throws ServiceNowException {
        PrivateKeys.Entry entry = PrivateKeys.read(require(
                StandardCertificateCredentials.class, connection, id, Messages::_Connection_NoCertificateCredentials));
        if (entry == null) {
            throw configuration(Messages._Connection_NoPrivateKey(connection.getName(), id));
        }
        return entry;
    }

    private static SignIn apiKey(ServiceNowConnection connection) throws ServiceNowException {
        String id = Util.fixNull(connection.getApiKeyCredentialsId());
        StringCredentials key = require(StringCredentials.class, connection, id, Messages::_Connection_NoApiKey);
        try {
            return new SignIn.ApiKey(Secret.toString(key.getSecret()).strip());
        } catch (IllegalArgumentException e) {
            throw configuration(Messages._Connection_ApiKeyUnusable(connection.getName(), id));
        }
    }

    /** Records the use of the credentials by a build. */
    public static void track(@NonNull ServiceNowConnection connection, @NonNull Run<?, ?> run) {
        track(StandardCertificateCredentials.class, connection, connection.getClientCertificateId(), run);
        Authentication authentication = connection.authentication();
        if (authentication == null) {
            return;
        }
        if (authentication == Authentication.API_KEY) {
            track(StringCredentials.class, connection, connection.getApiKeyCredentialsId(), run);
            return;
        }
        track(StringCredentials.class, connection, connection.getClientSecretId(), run);
        if (authentication == Authentication.PASSWORD) {
            track(StandardUsernamePasswordCredentials.class, connection, connection.getUserCredentialsId(), run);
        } else if (authentication == Authentication.JWT_BEARER) {
            track(StandardCertificateCredentials.class, connection, connection.getCertificateCredentialsId(), run);
        }
    }

    private static void track(
            Class<? extends StandardCredentials> type,
            ServiceNowConnection connection,
            @CheckForNull String id,
            Run<?, ?> run) {
        StandardCredentials credentials = id == null || id.isEmpty() ? null : find(type, connection.getBaseUrl(), id);
        if (credentials != null) {
            CredentialsProvider.track(run, credentials);
        }
    }

    /** Whether the controller has credentials of this type and id for this URL. */
    static boolean exist(
            @NonNull Class<? extends StandardCredentials> type, @CheckForNull String baseUrl, @NonNull String id) {
        return find(type, baseUrl, id) != null;
    }

    private static <C extends StandardCredentials> C require(
            Class<C> type,
            ServiceNowConnection connection,
            @CheckForNull String id,
            BiFunction<String, String, Localizable> missing)
            throws ServiceNowException {
        C credentials = find(type, connection.getBaseUrl(), Util.fixNull(id));
        if (credentials == null) {
            throw configuration(missing.apply(connection.getName(), Util.fixNull(id)));
        }
        return credentials;
    }

    @CheckForNull
    private static <C extends StandardCredentials> C find(Class<C> type, @CheckForNull String baseUrl, String id) {
        return CredentialsMatchers.firstOrNull(
                CredentialsProvider.lookupCredentialsInItemGroup(
                        type,
                        Jenkins.get(),
                        ACL.SYSTEM2,
                        URIRequirementBuilder.fromUri(baseUrl).build()),
                CredentialsMatchers.withId(id));
    }

    private static ServiceNowException configuration(Localizable why) {
        return ServiceNowException.of(FailureKind.CONFIGURATION, why);
    }
}
