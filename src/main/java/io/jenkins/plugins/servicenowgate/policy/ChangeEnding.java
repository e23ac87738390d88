package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.NonNull;

/**
 * The resolved settings about the end of a change.
 *
 * @param afterDeployment {@code review}, {@code close}, or empty for what the automatic transition says
 * @param tasksClosed whether open tasks of the change are closed after the deployment
 * @param waitsAfterRejection whether a deployment waits for a new approval after a rejection
 * @param cancelsAbandoned whether a change whose deployment does not take place is canceled
 */
public record ChangeEnding(
        @NonNull String afterDeployment, boolean tasksClosed, boolean waitsAfterRejection, boolean cancelsAbandoned) {
    /** What holds where nothing is set. */
    public static final ChangeEnding DEFAULT = new ChangeEnding("", false, false, false);
}
