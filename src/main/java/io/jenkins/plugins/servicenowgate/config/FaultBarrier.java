package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Keeps exceptions in this plugin's extensions away from the queue, builds, pages and saves: the exception is logged,
 * and a fallback value is returned. Callers that must stay closed pass a fallback that keeps them closed.
 */
@Restricted(NoExternalUse.class)
public final class FaultBarrier {
    private static final Logger LOGGER = Logger.getLogger(FaultBarrier.class.getName());

    /** The queue calls extensions several times a second: the same failure is logged once in this interval. */
    private static final Duration LOG_INTERVAL = Duration.ofMinutes(10);

    private static final Map<String, Long> LAST_LOGGED = new ConcurrentHashMap<>();

    /** Called before each task; tests use it to inject exceptions. */
    private static volatile Consumer<Class<?>> probe = extension -> {};

    private FaultBarrier() {}

    /** Runs the task of an extension; an exception is logged and not thrown. */
    public static void run(@NonNull Class<?> extension, @NonNull Runnable task) {
        call(
                extension,
                () -> {
                    task.run();
                    return Boolean.TRUE;
                },
                () -> Boolean.FALSE);
    }

    /** Returns the result of an extension's task, or the fallback value if the task throws. */
    public static <T> T call(@NonNull Class<?> extension, @NonNull Supplier<T> task, @NonNull Supplier<T> fallback) {
        try {
            probe.accept(extension);
            return task.get();
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            log(extension, e);
            return fallback.get();
        }
    }

    private static void log(Class<?> extension, Throwable failure) {
        String key = extension.getName() + " " + failure.getClass().getName();
        long now = System.nanoTime();
        Long previous = LAST_LOGGED.get(key);
        if (previous == null || now - previous > LOG_INTERVAL.toNanos()) {
            LAST_LOGGED.put(key, now);
            LOGGER.log(
                    Level.WARNING,
                    failure,
                    () -> extension.getSimpleName() + " of the ServiceNow Gate plugin failed. The same failure is not"
                            + " logged again for " + LOG_INTERVAL.toMinutes() + " minutes.");
        }
    }

    static void setProbeForTests(@NonNull Consumer<Class<?>> forTests) {
        probe = forTests;
        LAST_LOGGED.clear();
    }
}
