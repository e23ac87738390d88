package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.Terminator;
import hudson.security.ACL;
import hudson.util.ClassLoaderSanityThreadFactory;
import hudson.util.DaemonThreadFactory;
import hudson.util.NamingThreadFactory;
import io.jenkins.plugins.servicenowgate.polling.BoundedExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.security.ImpersonatingExecutorService;
import jenkins.util.SystemProperties;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The threads of the plugin. Each connection has a bounded share of them, so that an instance that does not answer delays
 * no other; work without requests has a share of its own. They run as the system: what a thread may not read would seem
 * not to exist.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class GateExecutor {
    private static final Logger LOGGER = Logger.getLogger(GateExecutor.class.getName());
    private static final int CONNECTION_THREADS = 6;
    private static final int LOCAL_THREADS = 4;
    private static final int EVIDENCE_THREADS = 4;

    /** How long a shutdown of Jenkins waits for requests that are in progress. */
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(
            SystemProperties.getInteger(GateExecutor.class.getName() + ".shutdownTimeoutSeconds", 10));

    private final ExecutorService threads = new ImpersonatingExecutorService(threads(), ACL.SYSTEM2);
    private final Executor local = new BoundedExecutor(threads, LOCAL_THREADS);
    private final Map<String, Executor> evidence = new ConcurrentHashMap<>();
    private volatile boolean terminated;

    @NonNull
    public static GateExecutor get() {
        return ExtensionList.lookupSingleton(GateExecutor.class);
    }

    private static ThreadPoolExecutor threads() {
        ThreadFactory factory = new NamingThreadFactory(
                new ClassLoaderSanityThreadFactory(new DaemonThreadFactory()), "ServiceNow gate");
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), factory);
        return pool;
    }

    /** The share of one connection, for tasks that send requests. */
    @NonNull
    Executor forConnection() {
        Executor share = new BoundedExecutor(threads, CONNECTION_THREADS);
        return task -> execute(share, task);
    }

    /** The share of one source of evidence, so that a source that hangs delays no other. */
    @NonNull
    Executor forEvidence(@NonNull String source) {
        Executor share = evidence.computeIfAbsent(source, known -> new BoundedExecutor(threads, EVIDENCE_THREADS));
        return task -> execute(share, task);
    }

    /**
     * Runs a task that sends no requests, but may take a while, for example because it stores a build. After the shutdown
     * of Jenkins has begun, nothing is run any more.
     */
    public void execute(@NonNull Runnable task) {
        execute(local, task);
    }

    private static void execute(Executor share, Runnable task) {
        try {
            share.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    LOGGER.log(Level.WARNING, e, () -> "A task of a ServiceNow gate failed");
                }
            });
        } catch (RejectedExecutionException e) {
            LOGGER.log(Level.FINE, e, () -> "Jenkins is shutting down; gates continue after its restart");
        }
    }

    /** Ends the threads before Jenkins stores its queue, so that nothing is stored over it later. */
    @Terminator
    public static void stop() {
        get().terminate();
    }

    private void terminate() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOGGER.log(
                        Level.INFO,
                        () -> "Requests to ServiceNow are still in progress after " + SHUTDOWN_TIMEOUT.toSeconds()
                                + " s; they are interrupted, and verified after the restart");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            terminated = true;
            threads.shutdownNow();
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
