package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.Decision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.time.Instant;

/**
 * Whoever waits at a gate. Called on worker threads, one call at a time for each gate; of {@link #proceed} and
 * {@link #refuse} exactly one is called, once, unless the gate was withdrawn before.
 */
public interface ApprovalListener {
    /**
     * Stores the gate's record so that it outlives a crash from now on.
     *
     * @throws IOException where that is not certain; the act it should have protected is then not done
     */
    void save() throws IOException;

    /** Something changed that is worth a line. */
    void report(@NonNull Phrase news);

    /**
     * The change was looked at.
     *
     * @param next when it will be looked at again; null after the last look
     */
    void onPolled(@NonNull ChangeRequest change, @NonNull Decision decision, @CheckForNull Instant next);

    /** Whether this controller itself put an end to the change, after a deployment with it. */
    boolean isFinished(@NonNull SysId change);

    /** The deployment may go, on the strength of the look that was just taken. */
    void proceed(@NonNull ChangeRequest change);

    /** The deployment must not go. */
    void refuse(@NonNull Phrase reason);
}
