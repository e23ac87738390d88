package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The clock by which planned windows are evaluated: this controller's, or the instance's if they differ by more than a
 * minute, because people enter planned windows there.
 */
public final class InstanceClock implements InstantSource {
    private static final Duration MAX_DIFFERENCE = Duration.ofMinutes(1);
    /** Smaller variations of the measured difference come from the network and from whole seconds. */
    private static final Duration MAX_VARIATION = Duration.ofSeconds(30);

    private final InstantSource clock;
    private volatile Duration difference = Duration.ZERO;

    public InstanceClock(@NonNull InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Instant instant() {
        return clock.instant().plus(difference);
    }

    /** By how much the instance's clock is ahead of this controller's; zero for differences of up to a minute. */
    @NonNull
    public Duration difference() {
        return difference;
    }

    /** The time of this controller's own clock, which people may set. */
    @NonNull
    public Instant local() {
        return clock.instant();
    }

    void compare(@CheckForNull Duration measured) {
        if (measured == null || measured.minus(difference).abs().compareTo(MAX_VARIATION) <= 0) {
            return;
        }
        difference = measured.abs().compareTo(MAX_DIFFERENCE) > 0 ? measured : Duration.ZERO;
    }
}
