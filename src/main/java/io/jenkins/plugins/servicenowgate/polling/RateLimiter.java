package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jvnet.localizer.Localizable;

/**
 * Limits the requests to one instance. ServiceNow counts requests per user and hour, so a 429 pauses all requests of the
 * connection. If the instance limits requests or answers slowly, the poll intervals grow until it has recovered.
 */
public final class RateLimiter {
    private static final double MAX = 8;
    private static final double ON_REFUSAL = 2;
    private static final double ON_SLOWNESS = 1.5;
    private static final double ON_RECOVERY = 0.75;

    private Instant pausedUntil = Instant.MIN;
    private Localizable pauseReason;
    private int failures;
    private double intervalFactor = 1;

    /** No request is sent before this time. */
    @NonNull
    public synchronized Instant pausedUntil() {
        return pausedUntil;
    }

    /** The factor by which poll intervals are longer than configured: 1 to 8. */
    public synchronized double intervalFactor() {
        return intervalFactor;
    }

    @NonNull
    synchronized Duration intervalFactor(@NonNull Duration interval) {
        return Duration.ofMillis(Math.round(interval.toMillis() * intervalFactor));
    }

    /** Why requests are paused; null if they never were. */
    @CheckForNull
    synchronized Localizable pauseReason() {
        return pauseReason;
    }

    synchronized void pause(@NonNull Instant now, @NonNull Duration wait, @CheckForNull Localizable reason) {
        Instant until = now.plus(wait);
        if (until.isAfter(pausedUntil)) {
            pausedUntil = until;
            pauseReason = reason;
        }
    }

    /**
     * A request failed for a reason that concerns the connection: all requests pause, for longer after each further
     * failure. Requests that were sent before the pause began do not prolong it.
     */
    synchronized void connectionFailed(
            @NonNull ServiceNowException e,
            @NonNull Instant now,
            @NonNull PollingPolicy policy,
            @NonNull RandomGenerator random) {
        if (!pausedUntil.isAfter(now)) {
            pause(now, policy.afterFailures(++failures, random), e.localizable());
        }
    }

    /** A request succeeded. */
    synchronized void succeeded() {
        failures = 0;
    }

    /**
     * Records a failed request. A 429 pauses all requests.
     *
     * @param wait how long the sender waits at least
     * @return how long the sender has to wait
     */
    @NonNull
    public synchronized Duration failed(@NonNull ServiceNowException e, @NonNull Instant now, @NonNull Duration wait) {
        Duration requestedWait = e.retryAfter();
        Duration longer = requestedWait == null ? wait : Collections.max(List.of(requestedWait, wait));
        if (e.problem() == FailureKind.RATE_LIMITED) {
            intervalFactor = Math.min(MAX, intervalFactor * ON_REFUSAL);
            pause(now, longer, e.localizable());
        }
        return longer;
    }

    /** Records the response time of a batch; the instance is slow if it is longer than {@code slow}. */
    synchronized void answered(@NonNull Duration took, @NonNull Duration slow) {
        intervalFactor = took.compareTo(slow) > 0
                ? Math.min(MAX, intervalFactor * ON_SLOWNESS)
                : Math.max(1, intervalFactor * ON_RECOVERY);
    }
}
