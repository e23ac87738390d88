package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;

/**
 * The user as whom the instance executes the requests.
 *
 * @param isMachine whether it can't sign in to the user interface; null if unknown
 */
public record IntegrationUser(
        @NonNull SysId sysId,
        @NonNull String name,
        @CheckForNull Boolean isMachine) {}
