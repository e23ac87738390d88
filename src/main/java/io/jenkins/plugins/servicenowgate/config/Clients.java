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
 * Turns connections into clients, going through Jenkins' proxy. A client, with its token, is kept until its connection
 * or the proxy is configured differently.
 */
public final class Clients {
    private static final OkHttpClient HTTP = HttpClients.create(HttpClients.Timeouts.DEFAULT);

    private final Map<String, Kept> kept = new HashMap<>();

    private record Kept(
            ServiceNowConnection connection, @CheckForNull HttpClients.Route route, ServiceNowClient client) {}

    /**
     * The client of the connection of that name, as it is configured now.
     *
     * @throws ServiceNowException {@link io.jenkins.plugins.servicenowgate.servicenow.Problem#CONFIGURATION} where there
     *     is no such connection or its address can't be used
     */
    @NonNull
    public synchronized ServiceNowClient get(@NonNull String name) throws ServiceNowException {
        ServiceNowConnection connection = ServiceNowGateConfiguration.get().connection(name);
        if (connection == null) {
            kept.remove(name);
            throw Credentials.configuration(Misconfiguration.NO_SUCH_CONNECTION, name, names());
        }
        HttpClients.Route route = route(url(connection));
        Kept before = kept.get(name);
        if (before != null
                && before.connection().equals(connection)
                && java.util.Objects.equals(before.route(), route)) {
            return before.client();
        }
        ServiceNowClient client = create(connection);
        kept.put(name, new Kept(connection, route, client));
        return client;
    }

    /** How the connection has answered since it was configured as it is; null while it was not used. */
    @CheckForNull
    public synchronized ConnectionHealth.State health(@NonNull String name) {
        Kept used = kept.get(name);
        return used == null
                        || !used.connection()
                                .equals(ServiceNowGateConfiguration.get().connection(name))
                ? null
                : used.client().health().state();
    }

    /** A client of its own, for what stands in a form. */
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

    /** Null where Jenkins has no proxy: then the Java runtime's own settings apply. */
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

    private static String names() {
        List<String> names = ServiceNowGateConfiguration.get().getConnections().stream()
                .map(ServiceNowConnection::getName)
                .toList();
        return names.isEmpty() ? "-" : String.join(", ", names);
    }
}
