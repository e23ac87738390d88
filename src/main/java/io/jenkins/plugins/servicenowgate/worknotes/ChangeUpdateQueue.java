package io.jenkins.plugins.servicenowgate.worknotes;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.polling.ConnectionContext;
import io.jenkins.plugins.servicenowgate.polling.DefiniteFailures;
import io.jenkins.plugins.servicenowgate.polling.KeyedSerialExecutor;
import io.jenkins.plugins.servicenowgate.polling.ScheduleQueue;
import io.jenkins.plugins.servicenowgate.polling.WakeUpTimer;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jvnet.localizer.Localizable;

/**
 * Writes work notes, attachments and transitions into the changes of one connection: in the background, in order, each
 * once, with retries after failures and restarts. A failure here neither stops nor fails a deployment.
 */
public final class ChangeUpdateQueue {
    private static final int MAX_CONCURRENT_UPDATES = 2;

    private final ConnectionContext context;
    private final ChangeUpdater updater;
    private final WakeUpTimer wakeUp;
    private final ScheduleQueue<LaneUpdates> schedule = new ScheduleQueue<>();
    private final KeyedSerialExecutor serialExecutor;

    public ChangeUpdateQueue(@NonNull ConnectionContext context) {
        this.context = context;
        this.updater = new ChangeUpdater(context);
        this.wakeUp = new WakeUpTimer(
                context.timer(), context.clock(), () -> context.workers().execute(this::wake));
        this.serialExecutor = new KeyedSerialExecutor(MAX_CONCURRENT_UPDATES, context.workers());
    }

    /** Whether a deployment may move its change now, although other deployments may use the same change. */
    public enum Turn {
        NOW,
        /** When no other deployment that uses the change waits or runs. */
        LATER,
        /** A deployment that ended later moves it. */
        NEVER
    }

    /** Owns the updates of one deployment. Called on worker threads, one call at a time. */
    public interface Owner {
        /**
         * Stores the pending updates.
         *
         * @throws IOException if they could not be stored; the update is then retried later
         */
        void save() throws IOException;

        /** Whether it is this deployment's turn to move the change. Answered from memory. */
        @NonNull
        Turn turn(@NonNull SysId change);

        /** The change is about to be moved to Review or Closed, so that it approves no further deployment. */
        void finishing(@NonNull SysId change) throws IOException;

        /** Whether a deployment took place with the change without its approval, as with a break-glass release. */
        boolean isDeployedUnapproved(@NonNull SysId change);

        /**
         * The change is in the state in which its deployment leaves it, or people have moved it further.
         *
         * @param state the label of the state
         */
        default void moved(@NonNull String state) {
            // For owners that record it.
        }

        /** The change of a deployment that did not take place is kept; one line with the reason. */
        void kept(@NonNull Localizable why);

        /** What the attachments are taken from, with absolute paths; null if there is nothing. */
        @CheckForNull
        default ChangeEvidence evidence() {
            return null;
        }

        /** An update failed and is retried; null after the recovery. */
        void trouble(@CheckForNull Localizable trouble);

        /** An update is not retried any more. */
        void givenUp(@NonNull Localizable what);

        /** All pending updates are written. */
        void settled();
    }

    /** The updates of one deployment. */
    public static final class DeploymentUpdates {
        private final SysId change;
        private final String number;
        private final ChangeOutbox outbox;
        private final Owner owner;
        private final List<LaneUpdates> lanes = Arrays.stream(ChangeOutbox.Lane.values())
                .map(lane -> new LaneUpdates(this, lane))
                .toList();

        public DeploymentUpdates(
                @NonNull SysId change, @NonNull String number, @NonNull ChangeOutbox outbox, @NonNull Owner owner) {
            this.change = change;
            this.number = number;
            this.outbox = outbox;
            this.owner = owner;
        }

        @NonNull
        SysId change() {
            return change;
        }

        @NonNull
        String number() {
            return number;
        }

        @NonNull
        ChangeOutbox outbox() {
            return outbox;
        }

        @NonNull
        Owner owner() {
            return owner;
        }

        /** What the owner is told: the failure of any lane. */
        private void reportTrouble() {
            owner.trouble(lanes.stream()
                    .map(lane -> lane.trouble)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null));
        }
    }

    /** The updates of one lane: an attachment that fails does not delay a note. */
    private static final class LaneUpdates {
        private final DeploymentUpdates all;
        private final ChangeOutbox.Lane lane;
        private final DefiniteFailures definiteFailures = new DefiniteFailures();
        private boolean running;
        private int failures;
        private volatile Localizable trouble;

        LaneUpdates(DeploymentUpdates all, ChangeOutbox.Lane lane) {
            this.all = all;
            this.lane = lane;
        }

        private synchronized boolean start() {
            boolean first = !running && all.outbox.first(lane) != null;
            running |= first;
            return first;
        }

        /** Returns true if nothing is pending; then {@link #start} starts again. */
        private synchronized boolean stopWhenEmpty() {
            running = all.outbox.first(lane) != null;
            return !running;
        }

        private void troubled(@CheckForNull Localizable phrase) {
            trouble = phrase;
            all.reportTrouble();
        }
    }

    /** Writes the pending updates. Call it after every addition; returns at once. */
    public void write(@NonNull DeploymentUpdates updates) {
        for (LaneUpdates lane : updates.lanes) {
            if (lane.start()) {
                execute(lane);
            }
        }
    }

    private void execute(LaneUpdates updates) {
        serialExecutor.execute(updates.all.change, () -> next(updates));
    }

    private void next(LaneUpdates updates) {
        PendingUpdate entry = updates.all.outbox.first(updates.lane);
        if (entry == null) {
            if (!updates.stopWhenEmpty()) {
                execute(updates);
            } else if (updates.all.outbox.isEmpty()) {
                updates.all.owner.settled();
            }
            return;
        }
        Instant pausedUntil = context.rateLimiter().pausedUntil();
        if (pausedUntil.isAfter(context.clock().instant())) {
            later(updates, pausedUntil);
            return;
        }
        Duration wait;
        try {
            wait = write(updates, entry);
        } catch (ServiceNowException e) {
            wait = failed(updates, entry, e);
        } catch (IOException | RuntimeException e) {
            wait = report(updates, entry, String.valueOf(e));
        }
        if (wait.isZero()) {
            execute(updates);
        } else {
            later(updates, context.clock().instant().plus(wait));
        }
    }

    private void later(LaneUpdates updates, Instant due) {
        schedule.put(updates, due);
        setWakeUp();
    }

    /** Synchronized, so that a timer is never set from an outdated schedule. */
    private synchronized void setWakeUp() {
        wakeUp.set(schedule.first());
    }

    private void wake() {
        for (LaneUpdates updates : schedule.take(context.clock().instant())) {
            execute(updates);
        }
        setWakeUp();
    }

    /** Returns the delay before the next update. A completed update is removed. */
    private Duration write(LaneUpdates updates, PendingUpdate entry) throws ServiceNowException, IOException {
        ChangeUpdater.WriteResult outcome = updater.write(updates.all, entry);
        Duration wait = Duration.ZERO;
        if (outcome instanceof ChangeUpdater.WriteResult.Written) {
            updates.definiteFailures.reset();
            updates.all.outbox.done(entry);
            updates.all.owner.save();
        } else if (outcome instanceof ChangeUpdater.WriteResult.Lost lost) {
            giveUp(updates, entry, lost.why());
        } else if (outcome instanceof ChangeUpdater.WriteResult.NotTaken notTaken) {
            wait = refused(updates, entry, notTaken.why());
        } else if (outcome instanceof ChangeUpdater.WriteResult.Uncertain uncertain) {
            wait = uncertain.left();
        } else if (outcome instanceof ChangeUpdater.WriteResult.Deferred deferred) {
            return deferred.left();
        }
        if (wait.isZero() && updates.failures > 0) {
            updates.failures = 0;
            updates.troubled(null);
        }
        return wait;
    }

    private Duration failed(LaneUpdates updates, PendingUpdate entry, ServiceNowException e) {
        String why = e.localizable().toString();
        if (entry.isAttachment() && (e.problem() == FailureKind.REJECTED || e.problem() == FailureKind.TOO_LARGE)) {
            // Its size, type or name; people can't correct the file.
            giveUp(updates, entry, why);
            return Duration.ZERO;
        }
        if (!e.problem().isTransientOnceLinked()) {
            Duration wait = e.isRepeated() ? report(updates, entry, why) : refused(updates, entry, why);
            return wait.isZero() ? wait : context.failed(e, updates.failures);
        }
        report(updates, entry, why);
        return context.failed(e, updates.failures);
    }

    private Duration report(LaneUpdates updates, PendingUpdate entry, String why) {
        updates.failures++;
        updates.troubled(Messages._ChangeUpdateQueue_Pending(updates.all.number, act(updates, entry), why));
        return context.policy().get().afterFailures(updates.failures, context.random());
    }

    /** A definite failure: retried for a while, because people may correct the cause. */
    private Duration refused(LaneUpdates updates, PendingUpdate entry, String why) {
        if (updates.definiteFailures.add(
                context.clock().instant(), context.policy().get())) {
            if (entry.isAttachment()) {
                giveUpAttachments(updates, entry, why);
            } else {
                giveUp(updates, entry, why);
            }
            return Duration.ZERO;
        }
        report(updates, entry, why);
        return context.policy().get().afterDefiniteFailures(updates.definiteFailures.tries(), context.random());
    }

    /** After a failed transition no further one is possible. */
    private void giveUp(LaneUpdates updates, PendingUpdate entry, String why) {
        giveUp(updates, entry, act(updates, entry), why);
        if (entry.target() != null) {
            updates.all.outbox.dropTransitions();
        }
    }

    /** What refuses one attachment for so long refuses all: one message for all of them. */
    private void giveUpAttachments(LaneUpdates updates, PendingUpdate entry, String why) {
        String act = Messages.ChangeUpdateQueue_Attachments();
        updates.all.outbox.dropAttachments();
        giveUp(updates, entry, act, why);
    }

    private static void giveUp(LaneUpdates updates, PendingUpdate entry, String act, String why) {
        updates.definiteFailures.reset();
        updates.all.outbox.done(entry);
        if (updates.failures > 0) {
            updates.failures = 0;
            updates.troubled(null);
        }
        updates.all.owner.givenUp(Messages._ChangeUpdateQueue_GivenUp(updates.all.number, act, why));
    }

    private static String act(LaneUpdates updates, PendingUpdate entry) {
        if (entry.isAttachment()) {
            return Messages.ChangeUpdateQueue_Attachment(AttachmentUpdater.name(updates.all.owner.evidence(), entry));
        }
        ChangeState target = entry.target();
        if (target == null) {
            return Messages.ChangeUpdateQueue_WorkNote();
        }
        return switch (target) {
            case CLOSED -> Messages.ChangeUpdateQueue_TransitionToClosed();
            case CANCELED -> Messages.ChangeUpdateQueue_Cancellation();
            default -> Messages.ChangeUpdateQueue_TransitionToReview();
        };
    }
}
