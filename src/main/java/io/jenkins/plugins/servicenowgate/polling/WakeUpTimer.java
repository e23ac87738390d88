package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The one timer of a poller: it fires once, at the time that was set last. */
public final class WakeUpTimer {
    private final ScheduledExecutorService timer;
    private final InstantSource clock;
    private final Runnable ring;
    private Instant at;
    private Future<?> pending;

    /**
     * @param ring must return at once
     */
    public WakeUpTimer(@NonNull ScheduledExecutorService timer, @NonNull InstantSource clock, @NonNull Runnable ring) {
        this.timer = timer;
        this.clock = clock;
        this.ring = ring;
    }

    /** Rings then, and not at the time that was set before; null for not at all. */
    public synchronized void set(@CheckForNull Instant when) {
        if (pending != null && when != null && when.equals(at)) {
            return;
        }
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
        at = when;
        if (when != null) {
            // Rounded up: to ring a moment early would mean to ring again.
            long wait = Math.max(0, Duration.between(clock.instant(), when).toMillis() + 1);
            try {
                pending = timer.schedule(() -> rung(when), wait, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // All is coming to an end; who waits begins anew afterwards.
                at = null;
            }
        }
    }

    private void rung(Instant when) {
        synchronized (this) {
            if (!when.equals(at)) {
                return;
            }
            at = null;
            pending = null;
        }
        ring.run();
    }
}
