package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.polling.SteadyClock;
import io.jenkins.plugins.servicenowgate.servicenow.ConnectionHealth;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.HttpClients;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SignInFailures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Caches the client of each connection, with its access token, until the connection or the proxy is configured
 * differently.
 */
public final class Clients {
    /** Kept when a client is created anew, so that changing other settings permits no further sign-ins. */
    private final SignInFailures signInFailures = new SignInFailures(new SteadyClock());

    private final Map<String, CachedClient> cached = new HashMap<>();

    private record CachedClient(
            ServiceNowConnection connection, @CheckForNull HttpClients.Route route, ServiceNowClient client) {}

    /**
     * The client of a connection with its current configuration.
     *
     * @throws ServiceNowException {@link FailureKind#CONNECTION_REMOVED} if there is no connection of that name,
     *     {@link FailureKind#CONFIGURATION} if its URL is invalid
     */
    @NonNull
    public synchronized ServiceNowClient get(@NonNull String name) throws ServiceNowException {
        ServiceNowConnection connection = ServiceNowGateConfiguration.get().connection(name);
        if (connection == null) {
            cached.remove(name);
            throw noConnection(name);
        }
        HttpClients.Route route = ClientFactory.route(connection);
        CachedClient previous = cached.get(name);
        if (previous != null
                && previous.connection().equals(connection)
                && java.util.Objects.equals(previous.route(), route)) {
            return previous.client();
        }
        ServiceNowClient client = ClientFactory.create(connection, signInFailures);
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
