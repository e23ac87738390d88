package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;

/**
 * A person or account in ServiceNow: a row of {@code sys_user}.
 *
 * @param name the full name, or empty
 * @param email the e-mail address, or empty
 */
public record ServiceNowUser(
        @NonNull SysId sysId,
        @NonNull String userName,
        @NonNull String name,
        @NonNull String email) {}
