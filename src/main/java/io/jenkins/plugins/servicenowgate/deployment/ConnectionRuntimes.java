package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.servicenowgate.config.Clients;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.polling.PollingPolicy;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jenkins.util.SystemProperties;
import jenkins.util.Timer;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The {@link ConnectionRuntime} of each connection, by its name. */
@Extension
@Restricted(NoExternalUse.class)
public final class ConnectionRuntimes {
    /** For instances whose transactions may take longer than ServiceNow's default limit of a minute. */
    private static final int SETTLE_SECONDS =
            SystemProperties.getInteger(ConnectionRuntimes.class.getName() + ".settleSeconds", 120);

    private final Clients clients = new Clients();
    private final Map<String, ConnectionRuntime> runtimes = new ConcurrentHashMap<>();

    /** Set by tests before Jenkins starts; null for the configured intervals. */
    private static volatile PollingPolicy policyForTests;

    @NonNull
    public static ConnectionRuntimes get() {
        return ExtensionList.lookupSingleton(ConnectionRuntimes.class);
    }

    @NonNull
    public ConnectionRuntime of(@NonNull String connection) {
        return runtimes.computeIfAbsent(
                connection,
                name -> new ConnectionRuntime(
                        () -> clients.get(name),
                        ConnectionRuntimes::policy,
                        Timer.get(),
                        GateExecutor.get().forConnection()));
    }

    /**
     * The client that the deployments of a connection use, with their token and their rejected sign-ins.
     *
     * @throws ServiceNowException if there is no such connection, or its settings can't be used
     */
    @NonNull
    public ServiceNowClient client(@NonNull String connection) throws ServiceNowException {
        return clients.get(connection);
    }

    /** What is known of a connection, from memory. */
    @NonNull
    public ConnectionStatus status(@NonNull String connection) {
        return ConnectionStatus.of(connection, clients.health(connection), runtimes.get(connection));
    }

    private static PollingPolicy policy() {
        PollingPolicy forTests = policyForTests;
        if (forTests != null) {
            return forTests;
        }
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        return PollingPolicy.of(
                        Duration.ofSeconds(configuration.getPollIntervalSeconds()),
                        Duration.ofSeconds(configuration.getShortestPollIntervalSeconds()),
                        Duration.ofSeconds(configuration.getLongestPollIntervalSeconds()))
                .settlingIn(Duration.ofSeconds(SETTLE_SECONDS));
    }

    static void setPolicyForTests(PollingPolicy policy) {
        policyForTests = policy;
    }
}
