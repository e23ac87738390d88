package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.polling.SteadyClock;
import io.jenkins.plugins.servicenowgate.servicenow.ClientCertificate;
import io.jenkins.plugins.servicenowgate.servicenow.ConnectionHealth;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.HttpClients;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SignInFailures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Caches the client of each connection, with its access token, until the connection, its client certificate or the proxy
 * is configured differently.
 */
public final class Clients {
    /** Kept when a client is created anew, so that changing other settings permits no further sign-ins. */
    private final SignInFailures signInFailures = new SignInFailures(new SteadyClock());

    private final Map<String, CachedClient> cached = new HashMap<>();

    private record CachedClient(
            ServiceNowConnection connection,
            @CheckForNull HttpClients.Route route,
            @CheckForNull ClientCertificate certificate,
            ServiceNowClient client) {}

    /**
     * The client of a connection with its current configuration.
     *
     * @throws ServiceNowException {@link FailureKind#CONNECTION_REMOVED} if there is no connection of that name,
     *     {@link FailureKind#CONFIGURATION} if its URL is invalid
     */
    @NonNull
    public ServiceNowClient get(@NonNull String name) throws ServiceNowException {
        ServiceNowConnection connection = ServiceNowGateConfiguration.get().connection(name);
        if (connection == null) {
            forget(name);
            throw noConnection(name);
        }
        HttpClients.Route route = ClientFactory.route(connection);
        // Outside the lock, because a slow credentials provider must delay no other connection.
        ClientCertificate certificate = Credentials.clientCertificate(connection);
        return get(connection, route, certificate);
    }

    private synchronized void forget(String name) {
        cached.remove(name);
    }

    private synchronized ServiceNowClient get(
            ServiceNowConnection connection,
            @CheckForNull HttpClients.Route route,
            @CheckForNull ClientCertificate certificate)
            throws ServiceNowException {
        CachedClient previous = cached.get(connection.getName());
        if (previous != null
                && previous.connection().equals(connection)
                && Objects.equals(previous.route(), route)
                && Objects.equals(previous.certificate(), certificate)) {
            return previous.client();
        }
        ServiceNowClient client = ClientFactory.create(connection, certificate, signInFailures);
        cached.put(connection.getName(), new CachedClient(connection, route, certificate, client));
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

    /** A connection that is unknown because the configuration can't be read was not removed by administrators. */
    private static ServiceNowException noConnection(String name) {
        return ServiceNowGateConfiguration.get().getFault() == null
                ? ServiceNowException.of(
                        FailureKind.CONNECTION_REMOVED, Messages._Connection_NotConfigured(name, connectionNames()))
                : ServiceNowException.of(FailureKind.CONFIGURATION, Messages._Connection_ConfigurationUnreadable(name));
    }

    private static String connectionNames() {
        List<String> names = ServiceNowGateConfiguration.get().getConnections().stream()
                .map(ServiceNowConnection::getName)
                .toList();
        return names.isEmpty() ? "-" : String.join(", ", names);
    }
}
