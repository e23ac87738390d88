package io.jenkins.plugins.servicenowgate.setup;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ConnectionTest;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ConnectionRuntimes;
import io.jenkins.plugins.servicenowgate.deployment.DisplayTime;
import io.jenkins.plugins.servicenowgate.deployment.GateExecutor;
import io.jenkins.plugins.servicenowgate.setup.SetupFinding.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.logging.Logger;
import jenkins.util.NonLocalizable;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The checks of connections that send requests. An administrator starts them; they run in the background, at most one for
 * each connection, and their last result stays in memory. They use the clients of the deployments, so that a wrong password
 * is not sent more often than a gate would send it.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class ConnectionChecks {
    private static final Logger LOGGER = Logger.getLogger(ConnectionChecks.class.getName());

    /** After this time no further step is started, and the page no longer says that the check runs. */
    static final Duration MAX_DURATION = Duration.ofMinutes(2);

    /**
     * A check of a connection.
     *
     * @param connection as it was configured when the check started
     * @param finished null while the check runs
     */
    private record Check(
            ServiceNowConnection connection,
            Instant started,
            @CheckForNull Instant finished,
            List<SetupFinding> findings) {
        boolean isLate(Instant now) {
            return finished == null && now.isAfter(started.plus(MAX_DURATION));
        }
    }

    private final Map<String, Check> checks = new ConcurrentHashMap<>();

    @NonNull
    public static ConnectionChecks get() {
        return ExtensionList.lookupSingleton(ConnectionChecks.class);
    }

    /** Starts a check of each connection that is not being checked. Sends nothing itself. */
    public void start() {
        Map<String, List<EnvironmentRequests>> environments = EnvironmentRequests.byConnection();
        for (ServiceNowConnection connection : ServiceNowGateConfiguration.get().getConnections()) {
            String name = connection.getName();
            Check check = new Check(connection, Instant.now(), null, List.of());
            Check current = checks.compute(
                    name, (key, previous) -> previous != null && previous.finished() == null ? previous : check);
            if (current == check) {
                List<EnvironmentRequests> own = environments.getOrDefault(name, List.of());
                GateExecutor.get().executeCheck(() -> run(check, own));
            }
        }
    }

    private void run(Check check, List<EnvironmentRequests> environments) {
        List<SetupFinding> findings = new ArrayList<>();
        boolean completed = false;
        try {
            BooleanSupplier mayGoOn = () -> !check.isLate(Instant.now());
            boolean signedIn = true;
            for (ConnectionTest.Step step : ConnectionTest.steps(
                    check.connection(),
                    () -> ConnectionRuntimes.get().client(check.connection().getName()))) {
                signedIn &= step.result() != ConnectionTest.Result.FAILED;
                findings.add(finding(check.connection(), step));
            }
            for (EnvironmentRequests environment : environments) {
                if (signedIn && mayGoOn.getAsBoolean()) {
                    findings.addAll(environment.findings(check.connection().getName(), mayGoOn));
                }
            }
            completed = true;
        } finally {
            if (!completed) {
                LOGGER.warning(() ->
                        "The check of the connection " + check.connection().getName() + " failed.");
                findings.add(ConnectionStatusCheck.of(Level.UNKNOWN, Messages._Setup_CheckFailed()));
            }
            checks.put(
                    check.connection().getName(),
                    new Check(check.connection(), check.started(), Instant.now(), List.copyOf(findings)));
        }
    }

    private static SetupFinding finding(ServiceNowConnection connection, ConnectionTest.Step step) {
        return ConnectionStatusCheck.of(
                switch (step.result()) {
                    case GOOD -> Level.WORKS;
                    case UNTESTED -> Level.UNKNOWN;
                    case CHECK -> Level.RISKY;
                    case FAILED -> Level.MISSING;
                },
                new NonLocalizable(connection.getName() + ": " + step.text()));
    }

    /** The result of the last check of a connection as it is configured now. */
    @NonNull
    List<SetupFinding> findings(@NonNull ServiceNowConnection connection) {
        String name = connection.getName();
        Check check = checks.get(name);
        if (check == null || !check.connection().equals(connection)) {
            return List.of(ConnectionStatusCheck.of(Level.UNKNOWN, Messages._Setup_NotChecked(name)));
        }
        Instant finished = check.finished();
        if (finished == null) {
            return List.of(ConnectionStatusCheck.of(
                    Level.UNKNOWN,
                    check.isLate(Instant.now())
                            ? Messages._Setup_CheckLate(name, MAX_DURATION.toMinutes())
                            : Messages._Setup_CheckRuns(name)));
        }
        List<SetupFinding> findings = new ArrayList<>(check.findings());
        findings.add(ConnectionStatusCheck.of(
                Level.WORKS, Messages._Setup_CheckedAt(name, new DisplayTime(finished).getUtc())));
        return findings;
    }

    /** Whether a check runs that may still answer in time. */
    public boolean isRunning() {
        Instant now = Instant.now();
        return checks.values().stream().anyMatch(check -> check.finished() == null && !check.isLate(now));
    }
}
