package io.jenkins.plugins.servicenowgate.config;

import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import jenkins.model.Jenkins;

/** Defaults and limits, in seconds, of the configurable poll intervals. */
enum PollIntervals {
    /** The normal interval. */
    DEFAULT(60, 10, 3600),
    /** The interval right after a deployment has begun to wait. */
    INITIAL(15, 5, 3600),
    /** The interval for deployments that have waited for days. */
    MAX(300, 10, 86_400);

    private final int defaultSeconds;
    private final int minimum;
    private final int maximum;

    PollIntervals(int defaultSeconds, int minimum, int maximum) {
        this.defaultSeconds = defaultSeconds;
        this.minimum = minimum;
        this.maximum = maximum;
    }

    /**
     * @param seconds 0 if not configured
     */
    int orDefault(int seconds) {
        return seconds == 0 ? defaultSeconds : seconds;
    }

    /**
     * @throws IllegalArgumentException if the value is outside the limits
     */
    void check(int seconds) {
        if (seconds < minimum || seconds > maximum) {
            throw new IllegalArgumentException(
                    Messages.Configuration_PollInterval(String.valueOf(minimum), String.valueOf(maximum)));
        }
    }

    /** Form validation of the value; always ok for users without Overall/Administer. */
    FormValidation validate(String value) {
        return Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                ? FormValidation.validateIntegerInRange(value, minimum, maximum)
                : FormValidation.ok();
    }
}
