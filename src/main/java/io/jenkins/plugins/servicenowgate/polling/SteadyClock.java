package io.jenkins.plugins.servicenowgate.polling;

import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that nobody can set: it starts with the system's time and then follows the elapsed time. Everything is scheduled
 * by it, so that no deployment is late if the system's clock is set back.
 */
public final class SteadyClock implements InstantSource {
    private final Instant start = Instant.now();
    private final long startNanos = System.nanoTime();

    @Override
    public Instant instant() {
        return start.plusNanos(System.nanoTime() - startNanos);
    }
}
