package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ProxyConfiguration;
import hudson.util.Secret;
import io.jenkins.plugins.servicenowgate.servicenow.ConnectionHealth;
import io.jenkins.plugins.servicenowgate.servicenow.HttpClients;
import io.jenkins.plugins.servicenowgate.servicenow.InstanceUrl;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import okhttp3.OkHttpClient;

/**
 * Creates and caches the client of each connection. Requests use the proxy that is configured in Jenkins. A client and
 * its access token are cached until the connection or the proxy is configured differently.
 */
public final class Clients {
    private static final OkHttpClient HTTP = HttpClients.create(HttpClients.Timeouts.DEFAULT);

    private final Map<String, CachedClient> cached = new HashMap<>();

    private record CachedClient(
            ServiceNowConnection connection, @CheckForNull HttpClients.Route route, ServiceNowClient client) {}

    /**
     * The client of a connection with its current configuration.
     *
     * @throws ServiceNowException {@link io.jenkins.plugins.servicenowgate.servicenow.FailureKind#CONFIGURATION} if
     *     there is no connection of that name, or its URL is invalid
     */
    @NonNull
    public synchronized ServiceNowClient get(@NonNull String name) throws ServiceNowException {
        ServiceNowConnection connection = ServiceNowGateConfiguration.get().connection(name);
        if (connection == null) {
            cached.remove(name);
            throw Credentials.configuration(Misconfiguration.NO_SUCH_CONNECTION, name, connectionNames());
        }
        HttpClients.Route route = route(url(connection));
        CachedClient previous = cached.get(name);
        if (previous != null
                && previous.connection().equals(connection)
                && java.util.Objects.equals(previous.route(), route)) {
            return previous.client();
        }
        ServiceNowClient client = create(connection);
        cached.put(name, new CachedClient(connection, route, client));
        return client;
    }

    /** The health of a connection since its last configuration change; null while the connection is unused. */
    @CheckForNull
    public synchronized ConnectionHealth.State health(@NonNull String name) {
        CachedClient used = cached.get(name);
        return used == null
                        || !used.connection()
                                .equals(ServiceNowGateConfiguration.get().connection(name))
                ? null
                : used.client().health().state();
    }

    /** Creates an uncached client, for example for the unsaved values of a form. */
    @NonNull
    static ServiceNowClient create(@NonNull ServiceNowConnection connection) throws ServiceNowException {
        InstanceUrl url = url(connection);
        HttpClients.Route route = route(url);
        OkHttpClient http = route == null ? HTTP : HttpClients.through(HTTP, route);
        return new ServiceNowClient(http, url, () -> Credentials.signIn(connection), Clock.systemUTC());
    }

    private static InstanceUrl url(ServiceNowConnection connection) throws ServiceNowException {
        try {
            return connection.instanceUrl();
        } catch (IllegalArgumentException e) {
            throw Credentials.configuration(Misconfiguration.BAD_ADDRESS, connection.getName(), e.getMessage());
        }
    }

    /** Null if no proxy is configured in Jenkins; then the settings of the Java runtime apply. */
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

    private static String connectionNames() {
        List<String> names = ServiceNowGateConfiguration.get().getConnections().stream()
                .map(ServiceNowConnection::getName)
                .toList();
        return names.isEmpty() ? "-" : String.join(", ", names);
    }
}
