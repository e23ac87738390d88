package io.jenkins.plugins.servicenowgate.simulator;

/** How an instance writes the value of a numeric field such as {@code state}. */
public enum NumberShape {
    /** {@code -5.0}, as most instances do. */
    FLOAT,
    /** {@code -5}. */
    INTEGER,
    /** {@code "-5"}. */
    TEXT
}
