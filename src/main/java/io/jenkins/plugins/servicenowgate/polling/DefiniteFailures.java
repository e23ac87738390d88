package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Duration;
import java.time.Instant;

/**
 * Counts the definite failures of one operation since its last success. A single one proves nothing, because access rules,
 * replicas and sign-ins fail for a while: they count once they have lasted for the policy's time over its number of tries.
 * Transient failures in between say nothing about them: they neither count nor start the time again.
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

    /** Called after a success. */
    public synchronized void reset() {
        since = null;
        tries = 0;
    }

    public synchronized int tries() {
        return tries;
    }
}
