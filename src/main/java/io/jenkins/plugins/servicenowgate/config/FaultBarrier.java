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
 * Keeps a fault in an extension of this plugin from the queue, the builds, the pages and the saves of others: it is logged
 * and goes no further. Whoever must stay closed in doubt gives an answer that does.
 */
@Restricted(NoExternalUse.class)
public final class FaultBarrier {
    private static final Logger LOGGER = Logger.getLogger(FaultBarrier.class.getName());

    /** The queue asks several times a second: the same fault is logged once in this time. */
    private static final Duration QUIET = Duration.ofMinutes(10);

    private static final Map<String, Long> LOGGED = new ConcurrentHashMap<>();

    /** Called first whenever an extension is; tests let it throw. */
    private static volatile Consumer<Class<?>> probe = extension -> {};

    private FaultBarrier() {}

    /** Runs what an extension is asked to do; a fault in it is logged, and that is all. */
    public static void run(@NonNull Class<?> extension, @NonNull Runnable task) {
        call(
                extension,
                () -> {
                    task.run();
                    return Boolean.TRUE;
                },
                () -> Boolean.FALSE);
    }

    /** The answer of an extension; after a fault, which is logged, the answer that is given for it. */
    public static <T> T call(
            @NonNull Class<?> extension, @NonNull Supplier<T> task, @NonNull Supplier<T> answerAfterFault) {
        try {
            probe.accept(extension);
            return task.get();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            log(extension, e);
            return answerAfterFault.get();
        }
    }

    private static void log(Class<?> extension, Throwable fault) {
        String which = extension.getName() + " " + fault.getClass().getName();
        long now = System.nanoTime();
        Long before = LOGGED.get(which);
        if (before == null || now - before > QUIET.toNanos()) {
            LOGGED.put(which, now);
            LOGGER.log(
                    Level.WARNING,
                    fault,
                    () -> extension.getSimpleName() + " of the ServiceNow Gate plugin failed. The same failure is not"
                            + " logged again for " + QUIET.toMinutes() + " minutes.");
        }
    }

    static void setProbeForTests(@NonNull Consumer<Class<?>> forTests) {
        probe = forTests;
        LOGGED.clear();
    }
}
