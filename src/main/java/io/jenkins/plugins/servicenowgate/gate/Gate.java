package io.jenkins.plugins.servicenowgate.gate;

import edu.umd.cs.findbugs.annotations.NonNull;
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
 * {@link GateKeeper} remembers of it while it waits. Ends once, whoever is first.
 */
public final class Gate {
    private final GateRequest request;
    private final GateRecord record;
    private final GateListener listener;

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
    public Gate(
            @NonNull GateRequest request,
            @NonNull GateRecord record,
            @NonNull GateListener listener,
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
    GateRequest request() {
        return request;
    }

    @NonNull
    GateRecord record() {
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

    synchronized int failedAgain() {
        return ++failures;
    }

    synchronized boolean missedTooOften(int most) {
        return ++absences >= most;
    }

    /** Counts one more attempt to move the change there; true when there were too many. */
    synchronized boolean movedInVain(ChangeState target, int most) {
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

    /** Tells once that ServiceNow can't be asked, until {@link #recovered}. */
    void troubled(Phrase trouble) {
        synchronized (this) {
            if (ended || troubled) {
                return;
            }
            troubled = true;
        }
        listener.tell(Phrase.of(Reason.TROUBLE_BEGAN, trouble.text()));
    }

    void recovered() {
        synchronized (this) {
            failures = 0;
            if (ended || !troubled) {
                return;
            }
            troubled = false;
        }
        listener.tell(Phrase.of(Reason.TROUBLE_ENDED));
    }

    /** Tells what differs from what was told last. */
    void say(Phrase news) {
        synchronized (this) {
            if (ended || news.equals(lastSaid)) {
                return;
            }
            lastSaid = news;
        }
        listener.tell(news);
    }

    /** Tells it unless it was told before, whatever came in between. */
    void sayOnce(Phrase news) {
        synchronized (this) {
            if (ended || saidOnce.contains(news)) {
                return;
            }
            saidOnce = saidOnce.isEmpty() ? new HashSet<>() : saidOnce;
            saidOnce.add(news);
        }
        listener.tell(news);
    }

    /** Acts on a look: waits on until {@code next}, or ends. */
    void looked(ChangeRequest change, Decision decision, Instant next) {
        synchronized (this) {
            if (ended) {
                return;
            }
            absences = 0;
        }
        if (decision instanceof Decision.Wait) {
            listener.looked(change, decision, next);
            say(decision.reason());
        } else if (end()) {
            listener.looked(change, decision, null);
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
