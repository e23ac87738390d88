package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The time by which planned windows are judged: this machine's, unless the instance's own differs by more than a
 * minute; then the instance's, since people entered the window there.
 */
public final class InstanceClock implements InstantSource {
    private static final Duration TOLERATED = Duration.ofMinutes(1);
    /** Network and whole seconds make the measured difference tremble; the used one stays as it is. */
    private static final Duration TREMBLE = Duration.ofSeconds(30);

    private final InstantSource clock;
    private volatile Duration difference = Duration.ZERO;

    InstanceClock(@NonNull InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Instant instant() {
        return clock.instant().plus(difference);
    }

    /** What the instance's clock is ahead of this machine's, as far as it matters; zero up to a minute either way. */
    @NonNull
    public Duration difference() {
        return difference;
    }

    /** The time on this machine's clock when it is {@code instant} on the instance's. */
    @NonNull
    Instant here(@NonNull Instant instant) {
        return instant.minus(difference);
    }

    void compare(@CheckForNull Duration measured) {
        if (measured == null || measured.minus(difference).abs().compareTo(TREMBLE) <= 0) {
            return;
        }
        difference = measured.abs().compareTo(TOLERATED) > 0 ? measured : Duration.ZERO;
    }
}
