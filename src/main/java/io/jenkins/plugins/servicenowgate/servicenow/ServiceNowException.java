package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serial;
import java.time.Duration;
import java.util.Locale;
import org.jvnet.localizer.Localizable;

/**
 * A failed request to ServiceNow. The message is one sentence for users, without secrets and control characters. It
 * contains nothing from the request's body or headers, and there is no cause that could.
 */
public final class ServiceNowException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final FailureKind problem;
    private final boolean outcomeUnknown;
    private final transient Localizable localizable;
    private final transient Duration retryAfter;
    private final boolean repeated;

    private ServiceNowException(
            FailureKind problem,
            Localizable localizable,
            boolean outcomeUnknown,
            @CheckForNull Duration retryAfter,
            boolean repeated) {
        super(localizable.toString(Locale.ROOT));
        this.problem = problem;
        this.localizable = localizable;
        this.outcomeUnknown = outcomeUnknown;
        this.retryAfter = retryAfter;
        this.repeated = repeated;
    }

    /** A failure of a request that was certainly not executed. */
    @NonNull
    public static ServiceNowException of(@NonNull FailureKind problem, @NonNull Localizable localizable) {
        return new ServiceNowException(problem, localizable, false, null, false);
    }

    /** A response with status 429, with the duration of its Retry-After header, if any. */
    @NonNull
    public static ServiceNowException rateLimited(@NonNull Localizable localizable, @CheckForNull Duration retryAfter) {
        return new ServiceNowException(FailureKind.RATE_LIMITED, localizable, false, retryAfter, false);
    }

    /** The same failure for a request that may have been executed. */
    @NonNull
    ServiceNowException withUnknownOutcome() {
        return new ServiceNowException(problem, localizable, true, retryAfter, repeated);
    }

    /** The same failure with a time to wait. */
    @NonNull
    ServiceNowException withRetryAfter(@CheckForNull Duration wait) {
        return new ServiceNowException(problem, localizable, outcomeUnknown, wait, repeated);
    }

    /** The same failure for a request that was not sent because of it. */
    @NonNull
    ServiceNowException repeated(@CheckForNull Duration wait) {
        return new ServiceNowException(problem, localizable, false, wait, true);
    }

    /** Whether nothing was sent, because an earlier sign-in had failed in this way. */
    public boolean isRepeated() {
        return repeated;
    }

    @NonNull
    public FailureKind problem() {
        return problem;
    }

    /** The localizable message. */
    @NonNull
    public Localizable localizable() {
        return localizable;
    }

    /** Whether the request may have been executed, although no valid response was received. */
    public boolean isOutcomeUnknown() {
        return outcomeUnknown;
    }

    /**
     * The time to wait before the next request; null if it is unknown. It is requested by the instance for
     * {@link FailureKind#RATE_LIMITED}, and determined by the plugin for {@link FailureKind#SIGN_IN_REFUSED}.
     */
    @CheckForNull
    public Duration retryAfter() {
        return retryAfter;
    }
}
