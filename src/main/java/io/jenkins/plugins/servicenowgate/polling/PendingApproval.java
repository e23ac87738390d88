package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.Decision;
import io.jenkins.plugins.servicenowgate.rules.Reason;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * One deployment that wants to go: its request, its record, its listener, and the little that a
 * {@link ChangePoller} remembers of it while it waits. Ends once, whoever is first.
 */
public final class PendingApproval {
    private final ChangeSpec request;
    private final ChangeLink record;
    private final ApprovalListener listener;

    private boolean ended;
    private boolean acting;
    private boolean troubled;
    private int absences;
    private int failures;
    private int moves;
    private ChangeState moveTarget;
    private Set<Phrase> saidOnce = Set.of();
    private Phrase lastSaid;
    private final Instant since;

    /**
     * @param since when the deployment began to wait, before any restart
     */
    public PendingApproval(
            @NonNull ChangeSpec request,
            @NonNull ChangeLink record,
            @NonNull ApprovalListener listener,
            @NonNull Instant since) {
        this.request = request;
        this.record = record;
        this.listener = listener;
        this.since = since;
    }

    @NonNull
    Instant since() {
        return since;
    }

    @NonNull
    ChangeSpec request() {
        return request;
    }

    @NonNull
    ChangeLink record() {
        return record;
    }

    synchronized boolean isEnded() {
        return ended;
    }

    /** Ends the gate without an outcome; true for the first to end it. */
    synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    /** Whether a request is under way that changes something in ServiceNow. */
    public synchronized boolean isActing() {
        return acting;
    }

    synchronized void acting(boolean begins) {
        acting = begins;
    }

    synchronized int countFailure() {
        return ++failures;
    }

    synchronized boolean isAbsentTooOften(int most) {
        return ++absences >= most;
    }

    /** Counts one more attempt to move the change there; true when there were too many. */
    synchronized boolean transitionFailed(ChangeState target, int most) {
        moves = target == moveTarget ? moves + 1 : 1;
        moveTarget = target;
        return moves >= most;
    }

    boolean isFinished(SysId change) {
        return listener.isFinished(change);
    }

    /** Stores the record before an act that must not be repeated. */
    void save() throws IOException {
        listener.save();
    }

    /** Tells once that ServiceNow can't be asked, until {@link #reportRecovery}. */
    void reportError(Phrase trouble) {
        synchronized (this) {
            if (ended || troubled) {
                return;
            }
            troubled = true;
        }
        listener.report(Phrase.of(Reason.TROUBLE_BEGAN, trouble.text()));
    }

    void reportRecovery() {
        synchronized (this) {
            failures = 0;
            if (ended || !troubled) {
                return;
            }
            troubled = false;
        }
        listener.report(Phrase.of(Reason.TROUBLE_ENDED));
    }

    /** Tells what differs from what was told last. */
    void report(Phrase news) {
        synchronized (this) {
            if (ended || news.equals(lastSaid)) {
                return;
            }
            lastSaid = news;
        }
        listener.report(news);
    }

    /** Tells it unless it was told before, whatever came in between. */
    void reportOnce(Phrase news) {
        synchronized (this) {
            if (ended || saidOnce.contains(news)) {
                return;
            }
            saidOnce = saidOnce.isEmpty() ? new HashSet<>() : saidOnce;
            saidOnce.add(news);
        }
        listener.report(news);
    }

    /** Acts on a look: waits on until {@code next}, or ends. */
    void onPolled(ChangeRequest change, Decision decision, Instant next) {
        synchronized (this) {
            if (ended) {
                return;
            }
            absences = 0;
        }
        if (decision instanceof Decision.Wait) {
            listener.onPolled(change, decision, next);
            report(decision.reason());
        } else if (end()) {
            listener.onPolled(change, decision, null);
            if (decision instanceof Decision.Proceed) {
                record.release();
                listener.proceed(change);
            } else {
                listener.refuse(decision.reason());
            }
        }
    }

    void refuse(Phrase reason) {
        if (end()) {
            listener.refuse(reason);
        }
    }
}
