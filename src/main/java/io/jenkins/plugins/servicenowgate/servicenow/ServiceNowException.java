package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serial;
import java.time.Duration;
import java.util.Locale;

/**
 * A request to ServiceNow that did not give what was asked. The message is one sentence for people, without secrets
 * and without control characters; nothing of the request's body or headers is in it, and it has no cause that could.
 */
public final class ServiceNowException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final boolean maybeCarriedOut;
    private final transient Phrase phrase;
    private final transient Duration retryAfter;

    private ServiceNowException(
            Problem problem, Phrase phrase, boolean maybeCarriedOut, @CheckForNull Duration retryAfter) {
        super(phrase.text(Locale.ROOT));
        this.problem = problem;
        this.phrase = phrase;
        this.maybeCarriedOut = maybeCarriedOut;
        this.retryAfter = retryAfter;
    }

    /** A failure after which it is certain that the instance changed nothing. */
    @NonNull
    public static ServiceNowException of(@NonNull Problem problem, @NonNull Phrase phrase) {
        return new ServiceNowException(problem, phrase, false, null);
    }

    /** The instance asked to be left alone, for that long where it says so. */
    @NonNull
    public static ServiceNowException rateLimited(@NonNull Phrase phrase, @CheckForNull Duration retryAfter) {
        return new ServiceNowException(Problem.RATE_LIMITED, phrase, false, retryAfter);
    }

    /** The same failure, of a request that may have been carried out all the same. */
    @NonNull
    ServiceNowException asMaybeCarriedOut() {
        return new ServiceNowException(problem, phrase, true, retryAfter);
    }

    @NonNull
    public Problem problem() {
        return problem;
    }

    /** The message in a form that can be shown in another language. */
    @NonNull
    public Phrase phrase() {
        return phrase;
    }

    /** Whether what was asked may have happened, although no proper answer says so. */
    public boolean isMaybeCarriedOut() {
        return maybeCarriedOut;
    }

    /** How long the instance asked to wait, or null where it did not say; null for all but {@link Problem#RATE_LIMITED}. */
    @CheckForNull
    public Duration retryAfter() {
        return retryAfter;
    }
}
