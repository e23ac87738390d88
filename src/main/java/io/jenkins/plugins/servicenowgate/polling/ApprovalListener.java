package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ApprovalRound;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.time.Instant;
import org.jvnet.localizer.Localizable;

/**
 * Receives the events of one waiting deployment. Called on worker threads, one call at a time for each deployment; of
 * {@link #proceed} and {@link #refuse} exactly one is called, once, unless the deployment was cancelled before.
 */
public interface ApprovalListener {
    /**
     * Stores the deployment's record before an operation that must not be repeated.
     *
     * @throws IOException if the record could not be stored; the operation is then not carried out
     */
    void save() throws IOException;

    /** Reports an event with one line. */
    void report(@NonNull Localizable news);

    /**
     * Reports an event with one line: from now on the change can't be read, found or moved. The next event that is
     * reported otherwise ends it.
     *
     * @param error the error alone
     */
    default void reportOutage(@NonNull Localizable news, @NonNull Localizable error) {
        report(news);
    }

    /**
     * The change was read.
     *
     * @param next when it is polled next; null after the last poll
     */
    void onPolled(@NonNull ChangeRequest change, @NonNull ReleaseDecision decision, @CheckForNull Instant next);

    /** Whether this controller moved the change to Review or Closed after a deployment. */
    boolean isFinished(@NonNull SysId change);

    /**
     * The deployment is released.
     *
     * @param change as it was just read
     * @param reason of the decision, one line
     */
    void proceed(@NonNull ChangeRequest change, @NonNull Localizable reason);

    /** The deployment is refused. */
    void refuse(@NonNull Localizable reason);

    /** Who is asked for approval and who approved was read. */
    default void onApprovals(@NonNull ApprovalRound approvals) {}
}
