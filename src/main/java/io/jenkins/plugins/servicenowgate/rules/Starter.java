package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.NonNull;

/**
 * A person who started a build, or whose commits started it. An e-mail address does not identify anybody here: users of
 * Jenkins enter their own, and Jenkins does not tell which addresses come from the security realm.
 *
 * @param id as Jenkins knows the person; for messages
 * @param userName by which the person is searched for in ServiceNow
 * @param sameCase whether the user name must have the same case, because the security realm tells names apart by it
 */
public record Starter(@NonNull String id, @NonNull String userName, boolean sameCase) {}
