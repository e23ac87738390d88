package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.NonNull;

/** Whether a deployment of a job to an environment needs an approved change. */
public sealed interface PolicyDecision {
    /**
     * The deployment needs an approved change.
     *
     * @param connection name of the connection to the instance of the change
     * @param project project name in the change's title
     * @param settings settings of the change
     */
    record Required(
            @NonNull String connection,
            @NonNull String project,
            @NonNull ChangeSettings settings) implements PolicyDecision {}

    /**
     * The deployment needs no change.
     *
     * @param why one sentence
     */
    record NotRequired(@NonNull String why) implements PolicyDecision {}

    /**
     * The deployment would need an approved change, but an administrator has switched change control off.
     *
     * @param why one sentence
     */
    record NotEnforced(@NonNull String why) implements PolicyDecision {}

    /**
     * The configuration does not allow a decision, so the deployment is refused.
     *
     * @param why one sentence that says what to correct
     */
    record Misconfigured(@NonNull String why) implements PolicyDecision {}
}
