package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Poll intervals, delays after failures, and limits.
 *
 * @param interval between two polls of a waiting change
 * @param shortest interval, for a deployment that has just begun to wait
 * @param longest interval, for a deployment that has waited for days
 * @param slow a response time above which the instance is polled less often
 * @param firstRetry delay after the first failure; doubled after each further one
 * @param lastRetry the maximum delay after a failure, unless the instance requests a longer one
 * @param settle how long a creation without a valid response may still be executed: ServiceNow cancels a transaction
 *     after 60 s
 * @param creations the maximum number of creations without proof that an earlier one failed
 * @param definiteAfter how long a definite failure, or the absence of a linked change, must last to end a deployment
 * @param definiteTries after how many such responses at least
 */
public record PollingPolicy(
        @NonNull Duration interval,
        @NonNull Duration shortest,
        @NonNull Duration longest,
        @NonNull Duration slow,
        @NonNull Duration firstRetry,
        @NonNull Duration lastRetry,
        @NonNull Duration settle,
        int creations,
        @NonNull Duration definiteAfter,
        int definiteTries) {
    /** The interval is a tenth of the time for which a deployment has waited … */
    private static final int YOUNG = 10;
    /** … up to the configured one, and beyond it 1 min for each day of waiting. */
    private static final int OLD = 1440;

    /** The same interval for every deployment; the number of definite failures alone ends a deployment. */
    public PollingPolicy(
            @NonNull Duration interval,
            @NonNull Duration firstRetry,
            @NonNull Duration lastRetry,
            @NonNull Duration settle,
            int creations,
            int definiteTries) {
        this(
                interval,
                interval,
                interval,
                Duration.ofSeconds(5),
                firstRetry,
                lastRetry,
                settle,
                creations,
                Duration.ZERO,
                definiteTries);
    }

    /** The policy for a real instance. */
    @NonNull
    public static PollingPolicy of(@NonNull Duration interval, @NonNull Duration shortest, @NonNull Duration longest) {
        return new PollingPolicy(
                interval,
                min(shortest, interval),
                max(longest, interval),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofMinutes(10),
                Duration.ofMinutes(2),
                3,
                Duration.ofMinutes(15),
                3);
    }

    @NonNull
    public PollingPolicy settlingIn(@NonNull Duration otherSettle) {
        return new PollingPolicy(
                interval,
                shortest,
                longest,
                slow,
                firstRetry,
                lastRetry,
                otherSettle,
                creations,
                definiteAfter,
                definiteTries);
    }

    /** The interval between two polls for a deployment that has waited for this time. */
    @NonNull
    Duration intervalAfter(@NonNull Duration waited) {
        Duration young = max(shortest, min(interval, waited.dividedBy(YOUNG)));
        return max(young, min(longest, waited.dividedBy(OLD)));
    }

    /**
     * The minimum delay between two batches, so that deployments that arrive one by one share requests. It delays
     * releases, so it is short.
     */
    @NonNull
    Duration delayBetweenPolls() {
        return min(Duration.ofMillis(500), shortest.dividedBy(4));
    }

    /** The delay after a number of consecutive failures: exponential, limited, and spread by up to a fifth. */
    @NonNull
    public Duration afterFailures(int failures, @NonNull RandomGenerator random) {
        return retryDelay(failures, lastRetry, random);
    }

    /** The delay after a number of definite failures: not so long that a deployment ends much later than it has to. */
    @NonNull
    public Duration afterDefiniteFailures(int failures, @NonNull RandomGenerator random) {
        return retryDelay(failures, min(lastRetry, max(firstRetry, definiteAfter.dividedBy(3))), random);
    }

    private Duration retryDelay(int failures, Duration longestDelay, RandomGenerator random) {
        // More would overflow; the longest delay is reached long before.
        int doublings = Math.min(30, Math.max(0, failures - 1));
        long wait = Math.min(longestDelay.toMillis(), firstRetry.toMillis() << doublings);
        return Duration.ofMillis(wait - wait / 5 + random.nextLong(Math.max(1, wait * 2 / 5)));
    }

    private static Duration min(Duration one, Duration other) {
        return Collections.min(List.of(one, other));
    }

    private static Duration max(Duration one, Duration other) {
        return Collections.max(List.of(one, other));
    }
}
