package io.jenkins.plugins.servicenowgate.deployment;

/** What became of the gate; its names are part of the build's API. */
public enum GateOutcome {
    WAIT,
    PROCEED,
    REFUSE,
    ABORTED,
    NOT_REQUIRED,
    SWITCHED_OFF,
    /** A person let it go without an approved change. */
    BYPASSED,
    /** The run began behind the gate, which was not asked. */
    SKIPPED;

    /** Whether the deployment may go. */
    boolean opens() {
        return this == PROCEED || this == NOT_REQUIRED || this == SWITCHED_OFF || this == BYPASSED;
    }
}
