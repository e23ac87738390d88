package io.jenkins.plugins.servicenowgate.config;

import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import jenkins.model.Jenkins;

/** The default and limits, in days, of the configurable retention of audit entries. */
final class AuditRetention {
    /** One year plus the month in which the yearly audit takes place. */
    static final int DEFAULT_DAYS = 400;

    private static final int MIN_DAYS = 1;
    private static final int MAX_DAYS = 3650;

    private AuditRetention() {}

    /** Returns the default if the stored value is missing or outside the limits. */
    static int orDefault(int days) {
        return days < MIN_DAYS || days > MAX_DAYS ? DEFAULT_DAYS : days;
    }

    /**
     * @throws IllegalArgumentException if the value is outside the limits
     */
    static void check(int days) {
        if (days < MIN_DAYS || days > MAX_DAYS) {
            throw new IllegalArgumentException(
                    Messages.Configuration_AuditRetention(String.valueOf(MIN_DAYS), String.valueOf(MAX_DAYS)));
        }
    }

    /** Form validation of the value; always ok for users without Overall/Administer. */
    static FormValidation validate(String value) {
        return Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                ? FormValidation.validateIntegerInRange(value, MIN_DAYS, MAX_DAYS)
                : FormValidation.ok();
    }
}
