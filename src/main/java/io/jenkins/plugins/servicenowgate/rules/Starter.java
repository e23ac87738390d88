package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.NonNull;

/**
 * A person who started a build, or whose commits started it.
 *
 * @param id as Jenkins knows the person; for messages
 * @param userName by which the person is searched for in ServiceNow
 * @param email by which the person is searched for if there is no such user name; only from the security realm; or empty
 * @param sameCase whether the user name must have the same case, because the security realm tells names apart by it
 */
public record Starter(
        @NonNull String id,
        @NonNull String userName,
        @NonNull String email,
        boolean sameCase) {}
