package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serial;
import java.time.Duration;
import java.util.Locale;

/**
 * A failed request to ServiceNow. The message is one sentence for users, without secrets and control characters. It
 * contains nothing from the request's body or headers, and there is no cause that could.
 */
public final class ServiceNowException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final FailureKind problem;
    private final boolean outcomeUnknown;
    private final transient Phrase phrase;
    private final transient Duration retryAfter;

    private ServiceNowException(
            FailureKind problem, Phrase phrase, boolean outcomeUnknown, @CheckForNull Duration retryAfter) {
        super(phrase.text(Locale.ROOT));
        this.problem = problem;
        this.phrase = phrase;
        this.outcomeUnknown = outcomeUnknown;
        this.retryAfter = retryAfter;
    }

    /** A failure of a request that was certainly not executed. */
    @NonNull
    public static ServiceNowException of(@NonNull FailureKind problem, @NonNull Phrase phrase) {
        return new ServiceNowException(problem, phrase, false, null);
    }

    /** A response with status 429, with the duration of its Retry-After header, if any. */
    @NonNull
    public static ServiceNowException rateLimited(@NonNull Phrase phrase, @CheckForNull Duration retryAfter) {
        return new ServiceNowException(FailureKind.RATE_LIMITED, phrase, false, retryAfter);
    }

    /** The same failure for a request that may have been executed. */
    @NonNull
    ServiceNowException withUnknownOutcome() {
        return new ServiceNowException(problem, phrase, true, retryAfter);
    }

    @NonNull
    public FailureKind problem() {
        return problem;
    }

    /** The localizable message. */
    @NonNull
    public Phrase phrase() {
        return phrase;
    }

    /** Whether the request may have been executed, although no valid response was received. */
    public boolean isOutcomeUnknown() {
        return outcomeUnknown;
    }

    /**
     * The requested wait time; null if the instance did not send one, and for all kinds except
     * {@link FailureKind#RATE_LIMITED}.
     */
    @CheckForNull
    public Duration retryAfter() {
        return retryAfter;
    }
}
