package io.jenkins.plugins.servicenowgate.config;

/** Messages about invalid settings; the texts are in {@code Misconfiguration.properties}. */
public enum Misconfiguration {
    /** Arguments: connection, credentials id. */
    NO_CLIENT_SECRET,
    NO_USER_CREDENTIALS,
    /** Arguments: connection, type of the error. */
    CREDENTIALS_UNAVAILABLE,
    /** Arguments: connection. */
    UNREADABLE,
    /** Arguments: connection, error message. */
    BAD_ADDRESS,
    /** Arguments: connection, names of the configured connections. */
    NO_SUCH_CONNECTION
}
