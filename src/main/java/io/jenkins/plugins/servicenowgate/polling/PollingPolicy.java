package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often to look, and how long to hold back after failures.
 *
 * @param interval between two looks at a waiting change
 * @param shortest interval, for a gate that has just begun to wait
 * @param longest interval, for a gate that has waited for days
 * @param slow an answer that takes longer is a sign that the instance should be asked less often
 * @param firstRetry after the first failure; doubled with each further one
 * @param lastRetry the most that is waited after a failure, unless the instance asks for more
 * @param settle how long a creation without a proper answer may still come true: ServiceNow cancels a transaction after
 *     60 s
 * @param creations the most creations that are sent without proof that an earlier one failed
 * @param absences how many looks in a row may miss a linked change before it counts as gone
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
        int absences) {
    /** A gate's interval grows to a tenth of the time for which it has waited … */
    private static final int YOUNG = 10;
    /** … up to the usual one, and beyond that only when it has waited for days: 1 min a day. */
    private static final int OLD = 1440;

    /** The same interval for every gate. */
    public PollingPolicy(
            @NonNull Duration interval,
            @NonNull Duration firstRetry,
            @NonNull Duration lastRetry,
            @NonNull Duration settle,
            int creations,
            int absences) {
        this(interval, interval, interval, Duration.ofSeconds(5), firstRetry, lastRetry, settle, creations, absences);
    }

    /** What suits a real instance. */
    @NonNull
    public static PollingPolicy of(@NonNull Duration interval, @NonNull Duration shortest, @NonNull Duration longest) {
        return new PollingPolicy(
                interval,
                shortest.compareTo(interval) < 0 ? shortest : interval,
                longest.compareTo(interval) > 0 ? longest : interval,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofMinutes(10),
                Duration.ofMinutes(2),
                3,
                5);
    }

    @NonNull
    public PollingPolicy settlingIn(@NonNull Duration otherSettle) {
        return new PollingPolicy(
                interval, shortest, longest, slow, firstRetry, lastRetry, otherSettle, creations, absences);
    }

    /** What to wait between two looks at the change of a gate that has waited for so long. */
    @NonNull
    Duration intervalAfter(@NonNull Duration waited) {
        Duration young = waited.dividedBy(YOUNG);
        if (young.compareTo(interval) < 0) {
            return young.compareTo(shortest) < 0 ? shortest : young;
        }
        Duration old = waited.dividedBy(OLD);
        if (old.compareTo(interval) <= 0) {
            return interval;
        }
        return old.compareTo(longest) > 0 ? longest : old;
    }

    /**
     * What to wait at least between two rounds, so that gates that come one by one don't cause one each. It delays
     * releases, so it is short.
     */
    @NonNull
    Duration delayBetweenPolls() {
        Duration most = Duration.ofMillis(500);
        Duration quarter = shortest.dividedBy(4);
        return quarter.compareTo(most) > 0 ? most : quarter;
    }

    /** What to wait after so many failures in a row: growing, bounded, and spread by up to a fifth either way. */
    @NonNull
    public Duration afterFailures(int failures, @NonNull RandomGenerator random) {
        long most = lastRetry.toMillis();
        long wait = failures > 30 ? most : Math.min(most, firstRetry.toMillis() << Math.max(0, failures - 1));
        return Duration.ofMillis(wait - wait / 5 + random.nextLong(Math.max(1, wait * 2 / 5)));
    }
}
