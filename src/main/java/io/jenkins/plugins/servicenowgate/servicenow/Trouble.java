package io.jenkins.plugins.servicenowgate.servicenow;

/** Messages about failed requests; the texts are in {@code Trouble.properties}. */
public enum Trouble {
    CONNECTION_FAILED,
    TIMED_OUT,
    NOT_TRUSTED,
    HOST_UNKNOWN,
    RATE_LIMITED,
    RATE_LIMITED_UNTIL,
    SERVER_ERROR,
    REDIRECTED,
    NOT_JSON,
    EMPTY,
    TOO_BIG,
    REQUEST_TOO_LARGE,
    UNREADABLE,
    ERROR_IN_ANSWER,
    SIGN_IN_REFUSED,
    SIGN_IN_NOT_FOUND,
    NO_TOKEN,
    TOKEN_NOT_ACCEPTED,
    FORBIDDEN,
    NOT_FOUND,
    REJECTED,
    QUERY_NOT_APPLIED,
    UNEXPECTED_SHAPE,
    SAME_NUMBER_TWICE
}
