package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.servicenowgate.config.Clients;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.polling.PollingPolicy;
import io.jenkins.plugins.servicenowgate.polling.SeenModelStates;
import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import java.time.Duration;
import java.util.List;
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
                        GateExecutor.get().forConnection(),
                        () -> states(name)));
    }

    /** What administrators have mapped for a connection; nothing is released by the models of one that is gone. */
    @NonNull
    public static ModelStates states(@NonNull String connection) {
        ServiceNowConnection known = ServiceNowGateConfiguration.get().connection(connection);
        return known == null ? new ModelStates(Map.of(), false) : known.modelStates();
    }

    /** The states of change models that were seen on a connection, and that nobody has mapped; from memory. */
    @NonNull
    public List<SeenModelStates.Unmapped> unmapped(@NonNull String connection, @CheckForNull String model) {
        ConnectionRuntime runtime = runtimes.get(connection);
        return runtime == null ? List.of() : runtime.seenStates().unmapped(states(connection), model);
    }

    /** Whether a change of the model was seen on a connection since Jenkins started. */
    public boolean isSeen(@NonNull String connection, @NonNull String model) {
        ConnectionRuntime runtime = runtimes.get(connection);
        return runtime != null && runtime.seenStates().isSeen(model);
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
