package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Duration;
import java.time.Instant;

/**
 * Counts consecutive definite failures of one operation. A single one proves nothing, because access rules, replicas and
 * sign-ins fail for a while: they count once they have lasted for the policy's time over its number of tries.
 */
public final class DefiniteFailures {
    private Instant since;
    private int tries;

    /** Counts a failure; returns true once it has lasted long enough. */
    public synchronized boolean add(@NonNull Instant now, @NonNull PollingPolicy policy) {
        if (since == null) {
            since = now;
        }
        tries++;
        return tries >= policy.definiteTries() && Duration.between(since, now).compareTo(policy.definiteAfter()) >= 0;
    }

    /** Called after a success, and after a transient failure. */
    public synchronized void reset() {
        since = null;
        tries = 0;
    }

    public synchronized int tries() {
        return tries;
    }
}
