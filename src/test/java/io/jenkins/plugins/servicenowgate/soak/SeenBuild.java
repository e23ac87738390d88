package io.jenkins.plugins.servicenowgate.soak;

import java.io.Serializable;

/**
 * What a controller shows of a deployment at the end.
 *
 * @param state {@code queued}, {@code running}, or the result of the build
 * @param deployed how often it was deployed
 * @param number of its change; empty if none was linked
 * @param decision of the gate; empty if it has none
 * @param reason the last line about the refusal or the end of the wait
 * @param released milliseconds since the epoch; 0 if it was not
 * @param started when the build started, in milliseconds since the epoch
 * @param ended when the build ended, in milliseconds since the epoch
 */
record SeenBuild(
        String version,
        String state,
        int deployed,
        String number,
        String decision,
        String reason,
        long released,
        long started,
        long ended)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Whether Jenkins was shut down while the build was ending, so that no duration was stored. */
    boolean hasNoEnd() {
        return ended == started;
    }
}
