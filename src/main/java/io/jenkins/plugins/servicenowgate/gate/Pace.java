package io.jenkins.plugins.servicenowgate.gate;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often to look, and how long to hold back after failures.
 *
 * @param interval between two looks at a waiting change
 * @param firstRetry after the first failure; doubled with each further one
 * @param lastRetry the most that is waited after a failure, unless the instance asks for more
 * @param settle how long a creation without a proper answer may still come true: ServiceNow cancels a transaction after
 *     60 s
 * @param creations the most creations that are sent without proof that an earlier one failed
 * @param absences how many looks in a row may miss a linked change before it counts as gone
 */
public record Pace(
        @NonNull Duration interval,
        @NonNull Duration firstRetry,
        @NonNull Duration lastRetry,
        @NonNull Duration settle,
        int creations,
        int absences) {

    @NonNull
    public static Pace ofInterval(@NonNull Duration interval) {
        return new Pace(interval, Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofMinutes(2), 3, 5);
    }

    /** The same with another time after which an unanswered request can no longer come true. */
    @NonNull
    public Pace settlingIn(@NonNull Duration time) {
        return new Pace(interval, firstRetry, lastRetry, time, creations, absences);
    }

    /** What to wait after so many failures in a row: growing, bounded, and spread by up to a fifth either way. */
    @NonNull
    Duration afterFailures(int failures, @NonNull RandomGenerator random) {
        long most = lastRetry.toMillis();
        long wait = failures > 30 ? most : Math.min(most, firstRetry.toMillis() << Math.max(0, failures - 1));
        return Duration.ofMillis(wait - wait / 5 + random.nextLong(Math.max(1, wait * 2 / 5)));
    }
}
