package io.jenkins.plugins.servicenowgate.control;

import edu.umd.cs.findbugs.annotations.NonNull;

/** Whether a deployment of a job to an environment needs an approved change. */
public sealed interface Ruling {
    /**
     * It does.
     *
     * @param connection name of the connection that knows the change
     * @param project name in the change's title
     * @param settings what is known about the change
     */
    record Required(
            @NonNull String connection,
            @NonNull String project,
            @NonNull GateSettings settings) implements Ruling {}

    /**
     * It does not.
     *
     * @param why one sentence
     */
    record NotRequired(@NonNull String why) implements Ruling {}

    /**
     * It would, were an administrator not to have switched change control off.
     *
     * @param why one sentence
     */
    record SwitchedOff(@NonNull String why) implements Ruling {}

    /**
     * It can't be told, so it must not go.
     *
     * @param why one sentence that says what to do
     */
    record Misconfigured(@NonNull String why) implements Ruling {}
}
