package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate.CloseCode;
import java.io.Serial;
import java.io.Serializable;

/**
 * How a deployment went from its release to its end, and whether its gate still stands open. Part of the stored record;
 * times in milliseconds since 1970, 0 for not yet.
 */
final class DeploymentTimeline implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private volatile long started;
    private volatile long ended;
    private volatile CloseCode closeCode;
    private volatile long closed;

    /** Whether the gate closes with the first node block that begins after the release, and the id of that block. */
    private volatile boolean untilBlock;

    private volatile String block;

    void start() {
        if (started == 0) {
            started = System.currentTimeMillis();
        }
    }

    void end() {
        ended = System.currentTimeMillis();
        close();
    }

    /** The deployment is requested again after a crash. */
    void reopen() {
        ended = 0;
        closed = 0;
        closeCode = null;
    }

    /**
     * The result of a deployment that needs no change. That of its body comes before that of its build, which may have
     * succeeded although the body failed.
     */
    void result(@NonNull CloseCode code) {
        if (closeCode == null) {
            closeCode = code;
        }
    }

    void end(@NonNull CloseCode code) {
        closeCode = code;
        end();
    }

    /** Nothing more of the deployment may begin, though what runs may go on. */
    void close() {
        if (closed == 0) {
            closed = System.currentTimeMillis();
        }
    }

    /** The gate closes with the first node block that begins from now on. */
    void closeWithFirstBlock() {
        untilBlock = true;
    }

    /**
     * A node block of the run begins.
     *
     * @param id of its first node in the run's graph
     * @return whether the gate closes with it
     */
    synchronized boolean blockBegins(@NonNull String id) {
        boolean first = untilBlock && block == null && !isClosed();
        if (first) {
            block = id;
        }
        return first;
    }

    /**
     * A node block of the run is over.
     *
     * @return whether the gate closed with it
     */
    synchronized boolean blockEnds(@NonNull String id) {
        boolean it = id.equals(block) && !isClosed();
        if (it) {
            close();
        }
        return it;
    }

    boolean isStarted() {
        return started != 0;
    }

    boolean isEnded() {
        return ended != 0;
    }

    boolean isClosed() {
        return closed != 0;
    }

    long started() {
        return started;
    }

    long ended() {
        return ended;
    }

    @CheckForNull
    CloseCode closeCode() {
        return closeCode;
    }

    /** Whether the two were running at the same time. */
    boolean overlaps(@NonNull DeploymentTimeline other) {
        return started <= other.endOrNever() && other.started <= endOrNever();
    }

    private long endOrNever() {
        return ended == 0 ? Long.MAX_VALUE : ended;
    }

    /** Milliseconds from the release to the end, or to now. */
    long duration() {
        return (ended == 0 ? System.currentTimeMillis() : ended) - started;
    }
}
