package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.Terminator;
import hudson.security.ACL;
import hudson.util.ClassLoaderSanityThreadFactory;
import hudson.util.DaemonThreadFactory;
import hudson.util.NamingThreadFactory;
import io.jenkins.plugins.servicenowgate.config.Clients;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.gate.Bookkeeper;
import io.jenkins.plugins.servicenowgate.gate.Budget;
import io.jenkins.plugins.servicenowgate.gate.GateKeeper;
import io.jenkins.plugins.servicenowgate.gate.Guard;
import io.jenkins.plugins.servicenowgate.gate.Pace;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.security.ImpersonatingExecutorService;
import jenkins.util.SystemProperties;
import jenkins.util.Timer;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The controller's keepers, one for each connection, and the few threads on which they talk to ServiceNow. Those threads
 * run as the system: what they may not read would look as if it were not there.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class GateService {
    private static final Logger LOGGER = Logger.getLogger(GateService.class.getName());
    private static final int WORKERS = 6;

    /** How long a shutdown of Jenkins waits for requests that are under way. */
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(
            SystemProperties.getInteger(GateService.class.getName() + ".shutdownTimeoutSeconds", 10));

    /** For instances whose transactions may take another time than ServiceNow's usual minute. */
    private static final int SETTLE_SECONDS =
            SystemProperties.getInteger(GateService.class.getName() + ".settleSeconds", 120);

    private final Clients clients = new Clients();
    private final Map<String, GateKeeper> keepers = new ConcurrentHashMap<>();
    private final Map<String, Bookkeeper> bookkeepers = new ConcurrentHashMap<>();
    private final Map<String, Guard> guards = new ConcurrentHashMap<>();
    private final Map<String, Budget> budgets = new ConcurrentHashMap<>();
    private final Map<String, DeploymentGate> open = new ConcurrentHashMap<>();
    private final ExecutorService workers = new ImpersonatingExecutorService(workers(), ACL.SYSTEM2);
    private volatile boolean terminated;

    /** Set by tests that can't wait ten seconds, before Jenkins starts; null to go by the configured interval. */
    private static volatile Pace paceForTests;

    @NonNull
    public static GateService get() {
        return ExtensionList.lookupSingleton(GateService.class);
    }

    private static ThreadPoolExecutor workers() {
        ThreadFactory threads = new NamingThreadFactory(
                new ClassLoaderSanityThreadFactory(new DaemonThreadFactory()), "ServiceNow gate");
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(WORKERS, WORKERS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), threads);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    @NonNull
    GateKeeper keeper(@NonNull String connection) {
        return keepers.computeIfAbsent(
                connection,
                name -> new GateKeeper(
                        () -> clients.get(name),
                        this::pace,
                        budget(name),
                        Clock.systemUTC(),
                        new Random(),
                        Timer.get(),
                        this::execute));
    }

    @NonNull
    Bookkeeper bookkeeper(@NonNull String connection) {
        return bookkeepers.computeIfAbsent(
                connection,
                name -> new Bookkeeper(
                        () -> clients.get(name),
                        this::pace,
                        budget(name),
                        Clock.systemUTC(),
                        new Random(),
                        Timer.get(),
                        this::execute));
    }

    /** Watches the changes of the connection's deployments that were let go. */
    @NonNull
    Guard guard(@NonNull String connection) {
        return guards.computeIfAbsent(
                connection,
                name -> new Guard(
                        () -> clients.get(name),
                        this::pace,
                        budget(name),
                        Clock.systemUTC(),
                        keeper(name).instanceClock(),
                        new Random(),
                        Timer.get(),
                        this::execute));
    }

    /** The time by which planned windows of that connection's changes are judged. */
    @NonNull
    Instant now(@NonNull String connection) {
        return keeper(connection).instanceClock().instant();
    }

    @NonNull
    Budget budget(@NonNull String connection) {
        return budgets.computeIfAbsent(connection, unused -> new Budget());
    }

    /** Whether any other deployment waits for the change of this one. */
    boolean isWaitedForByAnother(@NonNull DeploymentRecord record) {
        return open.values().stream().map(DeploymentGate::record).anyMatch(record::sharesChangeWithAnother);
    }

    /** The gates at which deployments wait now, on this controller as a whole: mind who may read their jobs. */
    @NonNull
    public List<DeploymentGate> waiting() {
        return List.copyOf(open.values());
    }

    /** What is known of a connection, from memory. */
    @NonNull
    public ConnectionStatus status(@NonNull String connection) {
        GateKeeper keeper = keepers.get(connection);
        return ConnectionStatus.of(
                connection,
                clients.health(connection),
                budgets.get(connection),
                keeper == null ? Duration.ZERO : keeper.instanceClock().difference(),
                keeper == null ? 0 : keeper.size());
    }

    void opened(@NonNull DeploymentGate gate) {
        open.put(gate.record().getId(), gate);
    }

    void closed(@NonNull DeploymentGate gate) {
        open.remove(gate.record().getId(), gate);
    }

    /** The gate at which that deployment waits, or null. */
    @CheckForNull
    DeploymentGate openGate(@NonNull String deploymentId) {
        return open.get(deploymentId);
    }

    /** Lets all waiting deployments go, as gates do while change control is switched off. */
    void letAllGo() {
        open.values().forEach(gate -> execute(gate::letGoSwitchedOff));
    }

    /** Runs something that may take a while on one of the gates' threads. */
    public void execute(@NonNull Runnable task) {
        try {
            workers.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | LinkageError e) {
                    LOGGER.log(Level.WARNING, e, () -> "A task of a ServiceNow gate failed.");
                }
            });
        } catch (RejectedExecutionException e) {
            LOGGER.log(Level.FINE, e, () -> "Jenkins is going down; the gates go on after its restart.");
        }
    }

    private Pace pace() {
        Pace forTests = paceForTests;
        if (forTests != null) {
            return forTests;
        }
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        return Pace.of(
                        Duration.ofSeconds(configuration.getPollIntervalSeconds()),
                        Duration.ofSeconds(configuration.getShortestPollIntervalSeconds()),
                        Duration.ofSeconds(configuration.getLongestPollIntervalSeconds()))
                .settlingIn(Duration.ofSeconds(SETTLE_SECONDS));
    }

    static void setPaceForTests(Pace pace) {
        paceForTests = pace;
    }

    /** Ends the threads before Jenkins stores its queue: what came back later would be stored over it. */
    @Terminator
    public static void stop() {
        get().terminate();
    }

    private void terminate() {
        workers.shutdown();
        try {
            if (!workers.awaitTermination(SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOGGER.log(
                        Level.INFO,
                        () -> "Requests to ServiceNow are still running after " + SHUTDOWN_TIMEOUT.toSeconds()
                                + " s; they are ended, and checked after the restart.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            terminated = true;
            workers.shutdownNow();
        }
    }

    /**
     * Refuses to store anything after the shutdown: the next start may have read it already.
     *
     * @throws IOException if Jenkins has been shut down
     */
    public void requireRunning() throws IOException {
        if (terminated) {
            throw new IOException("Jenkins has been shut down");
        }
    }
}
