package io.jenkins.plugins.servicenowgate.config;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import com.cloudbees.plugins.credentials.domains.URIRequirementBuilder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.util.Secret;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

/**
 * Looks up the credentials of a connection for each use. Only the credentials of the controller are searched, never
 * those of a folder or of a user.
 */
public final class Credentials {
    private static final Logger LOGGER = Logger.getLogger(Credentials.class.getName());

    private Credentials() {}

    /**
     * @throws ServiceNowException {@link FailureKind#CONFIGURATION} if credentials are missing; the message names their
     *     id. {@link FailureKind#CREDENTIALS_UNAVAILABLE} if they could not be looked up
     */
    @NonNull
    static SignIn signIn(@NonNull ServiceNowConnection connection) throws ServiceNowException {
        try {
            return lookUp(connection);
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
        StringCredentials secret = find(StringCredentials.class, connection, connection.getClientSecretId());
        if (secret == null) {
            throw ServiceNowException.of(
                    FailureKind.CONFIGURATION,
                    Messages._Connection_NoClientSecret(connection.getName(), connection.getClientSecretId()));
        }
        String userId = connection.getUserCredentialsId();
        if (userId == null) {
            return SignIn.clientCredentials(connection.getClientId(), Secret.toString(secret.getSecret()));
        }
        StandardUsernamePasswordCredentials user = find(StandardUsernamePasswordCredentials.class, connection, userId);
        if (user == null) {
            throw ServiceNowException.of(
                    FailureKind.CONFIGURATION, Messages._Connection_NoUserCredentials(connection.getName(), userId));
        }
        return new SignIn(
                connection.getClientId(),
                Secret.toString(secret.getSecret()),
                user.getUsername(),
                Secret.toString(user.getPassword()));
    }

    /** Records the use of the credentials by a build. */
    public static void track(@NonNull ServiceNowConnection connection, @NonNull Run<?, ?> run) {
        StringCredentials secret = find(StringCredentials.class, connection, connection.getClientSecretId());
        if (secret != null) {
            CredentialsProvider.track(run, secret);
        }
        String userId = connection.getUserCredentialsId();
        StandardUsernamePasswordCredentials user =
                userId == null ? null : find(StandardUsernamePasswordCredentials.class, connection, userId);
        if (user != null) {
            CredentialsProvider.track(run, user);
        }
    }

    /** Whether the controller has credentials of this type and id for this URL. */
    static boolean exist(
            @NonNull Class<? extends StandardCredentials> type, @CheckForNull String baseUrl, @NonNull String id) {
        return find(type, baseUrl, id) != null;
    }

    @CheckForNull
    private static <C extends StandardCredentials> C find(Class<C> type, ServiceNowConnection connection, String id) {
        return find(type, connection.getBaseUrl(), id);
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
}
