package io.jenkins.plugins.servicenowgate.worknotes;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jvnet.localizer.Localizable;

/** Stores nothing, and records what was given up, what fails, and how often everything was written. */
public class RecordingOwner implements ChangeUpdateQueue.Owner {
    public final List<Localizable> givenUp = new CopyOnWriteArrayList<>();
    public final List<Localizable> kept = new CopyOnWriteArrayList<>();
    public final AtomicInteger settled = new AtomicInteger();
    /** The failure that is retried; null after the recovery. */
    public volatile Localizable trouble;
    /** Whether there was such a failure. */
    public volatile boolean troubledOnce;
    /** Whether a deployment took place with the change without its approval. */
    public volatile boolean deployedUnapproved;
    /** What attachments are taken from. */
    public volatile ChangeEvidence evidence;

    /** The answers to the next questions whose turn it is; after them, it is this deployment's. */
    public final Queue<ChangeUpdateQueue.Turn> turns = new ConcurrentLinkedQueue<>();

    /** The end of a deployment whose times are unknown. */
    @NonNull
    public static Ending ended(PendingUpdate.CloseCode code, boolean closed) {
        return new Ending("Deployed.", code, closed, false, null, null);
    }

    @Override
    public void save() throws IOException {
        // In memory only.
    }

    @Override
    public ChangeUpdateQueue.Turn turn(SysId change) {
        ChangeUpdateQueue.Turn next = turns.poll();
        return next == null ? ChangeUpdateQueue.Turn.NOW : next;
    }

    @Override
    public void finishing(SysId change) {
        // Nothing else uses the change.
    }

    @Override
    public boolean isDeployedUnapproved(SysId change) {
        return deployedUnapproved;
    }

    @Override
    public void kept(Localizable what) {
        kept.add(what);
    }

    @Override
    public ChangeEvidence evidence() {
        return evidence;
    }

    @Override
    public void trouble(Localizable phrase) {
        trouble = phrase;
        troubledOnce |= phrase != null;
    }

    @Override
    public void givenUp(Localizable what) {
        givenUp.add(what);
    }

    @Override
    public void settled() {
        settled.incrementAndGet();
    }

    public boolean isSettled() {
        return settled.get() > 0;
    }
}
