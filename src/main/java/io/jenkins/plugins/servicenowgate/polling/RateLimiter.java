package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.time.Duration;
import java.time.Instant;

/**
 * What all that is sent to one instance shares. ServiceNow counts requests by user and hour, so one refusal holds for
 * every gate and every note of the connection; and an instance that refuses or answers slowly is asked less often until
 * it has recovered.
 */
public final class RateLimiter {
    private static final double MAX = 8;
    private static final double ON_REFUSAL = 2;
    private static final double ON_SLOWNESS = 1.5;
    private static final double ON_RECOVERY = 0.75;

    private Instant pausedUntil = Instant.MIN;
    private double intervalFactor = 1;

    /** Before that nothing is to be sent. */
    @NonNull
    public synchronized Instant pausedUntil() {
        return pausedUntil;
    }

    /** How much longer than usual the intervals between looks are: 1 to 8. */
    public synchronized double intervalFactor() {
        return intervalFactor;
    }

    @NonNull
    synchronized Duration intervalFactor(@NonNull Duration interval) {
        return Duration.ofMillis(Math.round(interval.toMillis() * intervalFactor));
    }

    /** Leaves the instance alone for that long. */
    synchronized void pause(@NonNull Instant now, @NonNull Duration wait) {
        Instant until = now.plus(wait);
        pausedUntil = until.isAfter(pausedUntil) ? until : pausedUntil;
    }

    /**
     * A request failed: where the instance limits requests, all others wait too.
     *
     * @param wait what the sender itself would wait
     * @return what the sender has to wait
     */
    @NonNull
    public synchronized Duration failed(@NonNull ServiceNowException e, @NonNull Instant now, @NonNull Duration wait) {
        Duration asked = e.retryAfter();
        Duration longer = asked != null && asked.compareTo(wait) > 0 ? asked : wait;
        if (e.problem() == FailureKind.RATE_LIMITED) {
            intervalFactor = Math.min(MAX, intervalFactor * ON_REFUSAL);
            pause(now, longer);
        }
        return longer;
    }

    /** A request for many changes was answered after so long; anything above {@code slow} is slow. */
    synchronized void answered(@NonNull Duration took, @NonNull Duration slow) {
        intervalFactor = took.compareTo(slow) > 0
                ? Math.min(MAX, intervalFactor * ON_SLOWNESS)
                : Math.max(1, intervalFactor * ON_RECOVERY);
    }
}
