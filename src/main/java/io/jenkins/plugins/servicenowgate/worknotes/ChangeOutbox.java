package io.jenkins.plugins.servicenowgate.worknotes;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import java.io.Serial;
import java.io.Serializable;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * The pending updates of a change about one deployment, in order, and which facts were already added. Part of a
 * deployment's stored record until everything is written.
 */
public final class ChangeOutbox implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What is reported about a deployment, each at most once. */
    public enum Fact {
        WAITING,
        /** That a person released it without an approved change. */
        BYPASSED,
        STARTED,
        /** The end of a deployment that was started. */
        FINISHED,
        /** The end of one that was not. */
        ENDED_UNSTARTED,
        TRANSITIONS,
        /** What approvers need to know, as far as it is not in the change yet. */
        EVIDENCE,
        /** That the change of a deployment that was not started is canceled. */
        CANCELLATION
    }

    /** Updates of different lanes do not wait for each other. */
    enum Lane {
        /** Work notes and transitions. */
        UPDATES,
        ATTACHMENTS;

        boolean has(PendingUpdate entry) {
            return entry.isAttachment() == (this == ATTACHMENTS);
        }
    }

    private final List<PendingUpdate> pending = new CopyOnWriteArrayList<>();
    private final Set<Fact> facts = EnumSet.noneOf(Fact.class);

    /** Copied under the lock, because Jenkins may store a build at any time: a fact is stored with its note, or not at all. */
    @Serial
    private synchronized Object writeReplace() {
        ChangeOutbox stored = new ChangeOutbox();
        stored.pending.addAll(pending);
        stored.facts.addAll(facts);
        return stored;
    }

    /** Returns true for the first call with this fact. */
    synchronized boolean begin(@NonNull Fact fact) {
        return facts.add(fact);
    }

    public synchronized boolean has(@NonNull Fact fact) {
        return facts.contains(fact);
    }

    /**
     * Adds a note for a fact that was not reported yet.
     *
     * @param text of the note
     * @param mark in no other note of any deployment
     * @return false if the fact was reported before
     */
    public synchronized boolean report(@NonNull Fact fact, @NonNull Supplier<String> text, @NonNull String mark) {
        boolean first = begin(fact);
        if (first) {
            note(text.get(), mark);
        }
        return first;
    }

    public synchronized void note(@NonNull String text, @NonNull String mark) {
        pending.add(PendingUpdate.note(text, mark));
    }

    /**
     * Adds the evidence of a deployment, unless it was added before.
     *
     * @param told whether the columns of the change have it, so that only the files are missing
     * @param noted whether work notes are written
     * @param id of the deployment
     * @return whether something was added
     */
    public synchronized boolean evidence(
            @NonNull ChangeEvidence evidence, boolean told, boolean noted, @NonNull String id) {
        if (!begin(Fact.EVIDENCE)) {
            return false;
        }
        if (!told && noted && !evidence.workNote().isEmpty()) {
            note(evidence.workNote(), id + " evidence");
        }
        if (!told && !evidence.json().isEmpty()) {
            pending.add(PendingUpdate.attachment(PendingUpdate.JSON, id + " json"));
        }
        for (int file = 0; file < evidence.files().size(); file++) {
            pending.add(PendingUpdate.attachment(file, id + " file " + file));
        }
        return true;
    }

    /** Moves the change from Implement to Review, and perhaps on to Closed, unless that was decided before. */
    public synchronized void finish(@NonNull Ending ending) {
        if (!begin(Fact.TRANSITIONS)) {
            return;
        }
        pending.add(PendingUpdate.transition(ChangeState.REVIEW, ending));
        if (ending.closed()) {
            pending.add(PendingUpdate.transition(ChangeState.CLOSED, ending));
        }
    }

    /**
     * Cancels the change of a deployment that did not take place, if it was created for it and nobody has approved it,
     * unless that was decided before.
     *
     * @param deployment the id with which the change was created
     */
    public synchronized void cancel(@NonNull String reason, @NonNull String deployment) {
        if (begin(Fact.CANCELLATION)) {
            pending.add(PendingUpdate.cancellation(reason, deployment));
        }
    }

    /** The pending transitions after the deployment; null if there are none. */
    @CheckForNull
    public synchronized Ending pendingEnding() {
        return pending.stream()
                .filter(PendingUpdate::isAfterDeployment)
                .findFirst()
                .map(PendingUpdate::ending)
                .orElse(null);
    }

    public synchronized boolean isEmpty() {
        return pending.isEmpty();
    }

    /** The first pending update of a lane. */
    @CheckForNull
    synchronized PendingUpdate first(@NonNull Lane lane) {
        return pending.stream().filter(lane::has).findFirst().orElse(null);
    }

    @CheckForNull
    public synchronized PendingUpdate first() {
        return pending.isEmpty() ? null : pending.get(0);
    }

    public synchronized void done(@NonNull PendingUpdate entry) {
        pending.remove(entry);
    }

    /** Removes the remaining attachments, because none can be sent. */
    synchronized void dropAttachments() {
        pending.removeIf(PendingUpdate::isAttachment);
    }

    /** Removes the remaining transitions, after one that failed. */
    public synchronized void dropTransitions() {
        pending.removeIf(entry -> entry.target() != null);
    }
}
