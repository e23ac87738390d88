package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Instant;
import org.jvnet.localizer.Localizable;

/**
 * Records successes and failures of requests to an instance, for display only. In memory, since the client was created.
 */
public final class ConnectionHealth {
    private Instant lastSuccess;
    private Instant failingSince;
    private Instant lastFailure;
    private Localizable lastError;
    private long rateLimitedResponses;

    /**
     * A snapshot of the recorded data.
     *
     * @param lastSuccess time of the last success; null if there was none
     * @param failingSince time of the first failure since the last success; null if the last request succeeded
     * @param lastFailure time of the last failure; null if there was none
     * @param lastError message of the last failure
     * @param rateLimitedResponses number of responses with status 429
     */
    public record State(
            @CheckForNull Instant lastSuccess,
            @CheckForNull Instant failingSince,
            @CheckForNull Instant lastFailure,
            @CheckForNull Localizable lastError,
            long rateLimitedResponses) {}

    @NonNull
    public synchronized State state() {
        return new State(lastSuccess, failingSince, lastFailure, lastError, rateLimitedResponses);
    }

    synchronized void recordSuccess(@NonNull Instant now) {
        lastSuccess = now;
        failingSince = null;
    }

    /**
     * Records a failure. A rejected or missing change counts as a success, because the instance answered; all other
     * failures affect every change.
     */
    synchronized void recordFailure(@NonNull ServiceNowException e, @NonNull Instant now) {
        switch (e.problem()) {
            case REJECTED, NOT_FOUND -> recordSuccess(now);
            default -> {
                failingSince = failingSince == null ? now : failingSince;
                lastFailure = now;
                lastError = e.localizable();
                rateLimitedResponses += e.problem() == FailureKind.RATE_LIMITED ? 1 : 0;
            }
        }
    }
}
