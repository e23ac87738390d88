package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.Terminator;
import hudson.security.ACL;
import hudson.util.ClassLoaderSanityThreadFactory;
import hudson.util.DaemonThreadFactory;
import hudson.util.NamingThreadFactory;
import java.io.IOException;
import java.time.Duration;
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
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The few threads on which gates talk to ServiceNow and store what they learn. They run as the system: what a thread may
 * not read would look as if it did not exist.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class GateExecutor {
    private static final Logger LOGGER = Logger.getLogger(GateExecutor.class.getName());
    private static final int THREADS = 6;

    /** How long a shutdown of Jenkins waits for requests that are in progress. */
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(
            SystemProperties.getInteger(GateExecutor.class.getName() + ".shutdownTimeoutSeconds", 10));

    private final ExecutorService threads = new ImpersonatingExecutorService(threads(), ACL.SYSTEM2);
    private volatile boolean terminated;

    @NonNull
    public static GateExecutor get() {
        return ExtensionList.lookupSingleton(GateExecutor.class);
    }

    private static ThreadPoolExecutor threads() {
        ThreadFactory factory = new NamingThreadFactory(
                new ClassLoaderSanityThreadFactory(new DaemonThreadFactory()), "ServiceNow gate");
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(THREADS, THREADS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), factory);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Runs a task that may take a while. After the shutdown of Jenkins has begun, nothing is run any more. */
    public void execute(@NonNull Runnable task) {
        try {
            threads.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | LinkageError e) {
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
