package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Instant;

/** How an instance has answered lately, for people: nothing is decided by it. In memory, since the client was made. */
public final class ConnectionHealth {
    private Instant lastSuccess;
    private Instant failingSince;
    private Instant lastFailure;
    private Phrase lastTrouble;
    private long refusals;

    /**
     * What was seen so far.
     *
     * @param lastSuccess when the instance last answered properly; null if never
     * @param failingSince when the failures began that no proper answer has ended; null while there are none
     * @param lastFailure when a request last failed; null if never
     * @param lastTrouble what that was
     * @param refusals how often the instance answered 429
     */
    public record State(
            @CheckForNull Instant lastSuccess,
            @CheckForNull Instant failingSince,
            @CheckForNull Instant lastFailure,
            @CheckForNull Phrase lastTrouble,
            long refusals) {}

    @NonNull
    public synchronized State state() {
        return new State(lastSuccess, failingSince, lastFailure, lastTrouble, refusals);
    }

    synchronized void succeeded(@NonNull Instant now) {
        lastSuccess = now;
        failingSince = null;
    }

    /** A no to one change or one field is an answer; whatever concerns all changes is a failure of the connection. */
    synchronized void failed(@NonNull ServiceNowException e, @NonNull Instant now) {
        switch (e.problem()) {
            case REJECTED, NOT_FOUND -> succeeded(now);
            default -> {
                failingSince = failingSince == null ? now : failingSince;
                lastFailure = now;
                lastTrouble = e.phrase();
                refusals += e.problem() == Problem.RATE_LIMITED ? 1 : 0;
            }
        }
    }
}
