package io.jenkins.plugins.servicenowgate.servicenow;

/** The kinds of failed requests. Transient failures are retried; others need a correction. */
public enum FailureKind {
    /** No connection, a broken connection, or a timeout. */
    UNREACHABLE(true),
    /** 429: the user's rate limit is exceeded. */
    RATE_LIMITED(true),
    /** 5xx, a redirect, or an HTML page instead of JSON: upgrade, hibernation, login page. */
    UNAVAILABLE(true),
    /** An unusable response: truncated, empty, too large, not JSON, or not of the documented shape. */
    BAD_ANSWER(true),
    /** No token: wrong client, wrong user, locked user, or a disabled grant. ServiceNow does not say which. */
    SIGN_IN_REFUSED(false),
    /** 403: the integration user lacks a role. */
    FORBIDDEN(false),
    /** 404: the row does not exist, or the integration user may not read it. */
    NOT_FOUND(false),
    /** The instance rejected the request, for example because of a business rule or an invalid value. */
    REJECTED(false),
    /** The instance ignored a condition of the query, so the response is meaningless. */
    QUERY_NOT_APPLIED(false),
    /** The configuration in Jenkins is invalid: unknown connection, missing credentials or invalid URL. */
    CONFIGURATION(false);

    private final boolean retryable;

    FailureKind(boolean retryable) {
        this.retryable = retryable;
    }

    /** Whether a retry may succeed without any correction. */
    public boolean isTransient() {
        return retryable;
    }
}
