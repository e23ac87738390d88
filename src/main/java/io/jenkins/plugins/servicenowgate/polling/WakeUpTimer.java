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

/** A timer that fires once, at the time that was set last. */
public final class WakeUpTimer {
    private final ScheduledExecutorService timer;
    private final InstantSource clock;
    private final Runnable action;
    private Instant at;
    private Future<?> pending;

    /**
     * @param action must return at once
     */
    public WakeUpTimer(
            @NonNull ScheduledExecutorService timer, @NonNull InstantSource clock, @NonNull Runnable action) {
        this.timer = timer;
        this.clock = clock;
        this.action = action;
    }

    /** Replaces the time at which the timer fires; null for not at all. */
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
            // Rounded up: if the timer fired early, it would have to fire again.
            long wait = Math.max(0, Duration.between(clock.instant(), when).toMillis() + 1);
            try {
                pending = timer.schedule(() -> fire(when), wait, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // Jenkins is shutting down; waiting deployments continue after the restart.
                at = null;
            }
        }
    }

    private void fire(Instant when) {
        synchronized (this) {
            if (!when.equals(at)) {
                return;
            }
            at = null;
            pending = null;
        }
        action.run();
    }
}
