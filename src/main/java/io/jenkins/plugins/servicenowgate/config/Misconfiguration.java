package io.jenkins.plugins.servicenowgate.config;

/** The sentences about settings that can't be used; their texts stand in {@code Misconfiguration.properties}. */
public enum Misconfiguration {
    /** 0 connection, 1 credentials id. */
    NO_CLIENT_SECRET,
    NO_USER_CREDENTIALS,
    /** 0 connection, 1 what is wrong with it. */
    BAD_ADDRESS,
    /** 0 connection, 1 names of those there are. */
    NO_SUCH_CONNECTION
}
