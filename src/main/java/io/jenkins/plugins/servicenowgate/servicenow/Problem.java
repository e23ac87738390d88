package io.jenkins.plugins.servicenowgate.servicenow;

/** Kinds of failure, by what the caller should do about them: wait and try again, or stop and say what to check. */
public enum Problem {
    /** No connection, or it broke, or the answer took too long. */
    UNREACHABLE(true),
    /** 429: the user's hourly budget is used up. */
    RATE_LIMITED(true),
    /** 5xx, a redirect, or an HTML page where JSON was due: upgrade, hibernation, login page. */
    UNAVAILABLE(true),
    /** An answer that is no answer: cut off, empty, too big, not JSON, not of the documented shape. */
    BAD_ANSWER(true),
    /** No token: wrong client, wrong user, locked user, grant switched off. ServiceNow does not say which. */
    SIGN_IN_REFUSED(false),
    /** 403: the integration user lacks a right. */
    FORBIDDEN(false),
    /** 404: no such row, or none that the integration user may see. */
    NOT_FOUND(false),
    /** The instance understood and said no: a business rule, a wrong value. */
    REJECTED(false),
    /** The instance dropped a condition of the query, so that its answer means nothing. */
    QUERY_NOT_APPLIED(false),
    /** What is configured in Jenkins can't be used: no such connection, credentials missing, bad address. */
    CONFIGURATION(false);

    private final boolean passing;

    Problem(boolean passing) {
        this.passing = passing;
    }

    /** Whether waiting may help without anybody changing a setting. */
    public boolean isPassing() {
        return passing;
    }
}
