package io.jenkins.plugins.servicenowgate.config;

import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import jenkins.model.Jenkins;

/** Between which bounds, in seconds, the intervals between looks at a change may be configured. */
enum PollIntervals {
    /** The usual interval. */
    USUAL(60, 10, 3600),
    /** For a deployment that has just begun to wait. */
    NEW(15, 5, 3600),
    /** For one that has waited for days. */
    OLD(300, 10, 86_400);

    private final int byDefault;
    private final int least;
    private final int most;

    PollIntervals(int byDefault, int least, int most) {
        this.byDefault = byDefault;
        this.least = least;
        this.most = most;
    }

    /**
     * @param seconds 0 where nothing is configured
     */
    int orDefault(int seconds) {
        return seconds == 0 ? byDefault : seconds;
    }

    /**
     * @throws IllegalArgumentException for a value outside the bounds
     */
    void check(int seconds) {
        if (seconds < least || seconds > most) {
            throw new IllegalArgumentException(
                    Messages.Configuration_PollInterval(String.valueOf(least), String.valueOf(most)));
        }
    }

    /** The same for a form; says nothing to those who may not configure. */
    FormValidation formCheck(String value) {
        return Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                ? FormValidation.validateIntegerInRange(value, least, most)
                : FormValidation.ok();
    }
}
