package io.jenkins.plugins.servicenowgate.worknotes;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Instant;

/**
 * How a change is moved on after its deployment.
 *
 * @param closeNotes of the change, and of the tasks that are closed
 * @param code the result of the deployment
 * @param closed whether the change goes on from Review to Closed
 * @param tasksClosed whether open tasks of the change are closed first, with the same result
 * @param start when the deployment started; null if unknown
 * @param end when it ended; null if unknown
 */
public record Ending(
        @NonNull String closeNotes,
        @NonNull PendingUpdate.CloseCode code,
        boolean closed,
        boolean tasksClosed,
        @CheckForNull Instant start,
        @CheckForNull Instant end) {}
