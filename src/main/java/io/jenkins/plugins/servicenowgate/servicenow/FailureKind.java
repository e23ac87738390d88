package io.jenkins.plugins.servicenowgate.servicenow;

/** The kinds of failed requests, and what each means for a deployment. */
public enum FailureKind {
    /** No connection, a broken connection, or a timeout. */
    UNREACHABLE(Effect.RETRY),
    /** 429: the user's rate limit is exceeded. */
    RATE_LIMITED(Effect.RETRY),
    /** 5xx, a redirect, or a page instead of JSON, with any status: upgrade, hibernation, firewall, login page. */
    UNAVAILABLE(Effect.RETRY),
    /** An unusable response: truncated, empty, not JSON, or not of the documented shape. */
    BAD_ANSWER(Effect.RETRY),
    /** The request or its response is too large; fewer changes may fit. */
    TOO_LARGE(Effect.RETRY),
    /** The credentials could not be looked up. */
    CREDENTIALS_UNAVAILABLE(Effect.RETRY),
    /** The credentials do not exist, or the URL is invalid. */
    CONFIGURATION(Effect.REFUSE_UNLESS_LINKED),
    /** No token: wrong client, wrong user, locked user, or a disabled grant. ServiceNow does not say which. */
    SIGN_IN_REFUSED(Effect.REFUSE),
    /** 403: the integration user lacks a role. */
    FORBIDDEN(Effect.REFUSE),
    /** 404: the row does not exist, or the integration user may not read it. */
    NOT_FOUND(Effect.REFUSE),
    /** The instance rejected the request, for example because of a business rule or an invalid value. */
    REJECTED(Effect.REFUSE),
    /** The instance ignored a condition of the query, so the response is meaningless. */
    QUERY_NOT_APPLIED(Effect.REFUSE),
    /** Administrators removed or renamed the connection. */
    CONNECTION_REMOVED(Effect.REFUSE_AT_ONCE);

    private enum Effect {
        RETRY,
        REFUSE_UNLESS_LINKED,
        REFUSE,
        REFUSE_AT_ONCE
    }

    private final Effect effect;

    FailureKind(Effect effect) {
        this.effect = effect;
    }

    /** Whether a retry may succeed without any correction. */
    public boolean isTransient() {
        return effect == Effect.RETRY;
    }

    /** Whether a deployment that is linked to its change waits for the end of such failures, however long they last. */
    public boolean isTransientOnceLinked() {
        return effect == Effect.RETRY || effect == Effect.REFUSE_UNLESS_LINKED;
    }

    /** Whether a single failure ends even a deployment that is linked to its change. */
    public boolean endsAtOnce() {
        return effect == Effect.REFUSE_AT_ONCE;
    }

    /** Whether no other request of the connection is likely to succeed at the moment. */
    public boolean concernsConnection() {
        return switch (this) {
            case UNREACHABLE, RATE_LIMITED, UNAVAILABLE, CREDENTIALS_UNAVAILABLE -> true;
            default -> false;
        };
    }

    /**
     * Decides what an error response means: the only place where definite failures are told from transient ones
     * (docs/architecture.md, "Failures").
     *
     * @param status the HTTP status
     * @param error the message of ServiceNow's own JSON error; null if the body is anything else, such as a page of a
     *     firewall
     * @param isRead whether the request only reads
     * @return null if the response is no error
     */
    static FailureKind ofResponse(int status, String error, boolean isRead) {
        if (status == 429) {
            return RATE_LIMITED;
        }
        if (isRead && (status == 413 || status == 414)) {
            return TOO_LARGE;
        }
        if (error == null) {
            return status >= 300 ? UNAVAILABLE : null;
        }
        if (error.contains("Transaction cancelled")) {
            return UNAVAILABLE;
        }
        return switch (status) {
            case 401 -> SIGN_IN_REFUSED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 400 -> REJECTED;
            default -> isRead ? status >= 300 ? UNAVAILABLE : BAD_ANSWER : REJECTED;
        };
    }
}
