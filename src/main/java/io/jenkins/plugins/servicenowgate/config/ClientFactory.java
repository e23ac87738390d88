package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ProxyConfiguration;
import hudson.Util;
import hudson.util.Secret;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.polling.SteadyClock;
import io.jenkins.plugins.servicenowgate.servicenow.ClientCertificate;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.HttpClients;
import io.jenkins.plugins.servicenowgate.servicenow.InstanceUrl;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SignInFailures;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Clock;
import jenkins.model.Jenkins;
import okhttp3.OkHttpClient;

/** Creates clients. Their requests use the proxy that is configured in Jenkins. */
final class ClientFactory {
    private static final OkHttpClient HTTP = HttpClients.create(HttpClients.Timeouts.DEFAULT);

    private ClientFactory() {}

    /** Creates an uncached client, for example for the unsaved values of a form. */
    @NonNull
    static ServiceNowClient create(@NonNull ServiceNowConnection connection) throws ServiceNowException {
        return create(connection, Credentials.clientCertificate(connection), new SignInFailures(new SteadyClock()));
    }

    @NonNull
    static ServiceNowClient create(
            @NonNull ServiceNowConnection connection,
            @CheckForNull ClientCertificate certificate,
            @NonNull SignInFailures signInFailures)
            throws ServiceNowException {
        InstanceUrl url = url(connection);
        HttpClients.Route route = route(url);
        OkHttpClient http = withCertificate(connection, certificate);
        if (route != null) {
            http = HttpClients.through(http, route);
        }
        return create(connection, http, url, signInFailures);
    }

    private static ServiceNowClient create(
            ServiceNowConnection connection, OkHttpClient http, InstanceUrl url, SignInFailures signInFailures) {
        return new ServiceNowClient(http, url, () -> Credentials.signIn(connection), Clock.systemUTC(), signInFailures);
    }

    private static OkHttpClient withCertificate(
            ServiceNowConnection connection, @CheckForNull ClientCertificate certificate) throws ServiceNowException {
        try {
            return certificate == null ? HTTP : HttpClients.withCertificate(HTTP, certificate);
        } catch (GeneralSecurityException e) {
            throw ServiceNowException.of(
                    FailureKind.CONFIGURATION,
                    Messages._Connection_NoPrivateKey(
                            connection.getName(), Util.fixNull(connection.getClientCertificateId())));
        }
    }

    private static InstanceUrl url(ServiceNowConnection connection) throws ServiceNowException {
        try {
            return connection.instanceUrl();
        } catch (IllegalArgumentException e) {
            throw ServiceNowException.of(
                    FailureKind.CONFIGURATION,
                    Messages._Connection_InvalidAddress(connection.getName(), e.getMessage()));
        }
    }

    /** Null if no proxy is configured in Jenkins; then the settings of the Java runtime apply. */
    @CheckForNull
    static HttpClients.Route route(@NonNull ServiceNowConnection connection) throws ServiceNowException {
        return route(url(connection));
    }

    @CheckForNull
    private static HttpClients.Route route(InstanceUrl url) {
        ProxyConfiguration proxy = Jenkins.get().getProxy();
        return proxy == null
                ? null
                : new HttpClients.Route(
                        proxy.createProxy(URI.create(url.toString()).getHost()),
                        proxy.getUserName(),
                        Secret.toString(proxy.getSecretPassword()));
    }
}
