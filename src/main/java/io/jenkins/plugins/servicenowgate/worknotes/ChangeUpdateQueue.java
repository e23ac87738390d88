package io.jenkins.plugins.servicenowgate.worknotes;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.polling.ConnectionContext;
import io.jenkins.plugins.servicenowgate.polling.DefiniteFailures;
import io.jenkins.plugins.servicenowgate.polling.KeyedSerialExecutor;
import io.jenkins.plugins.servicenowgate.polling.ScheduleQueue;
import io.jenkins.plugins.servicenowgate.polling.WakeUpTimer;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jvnet.localizer.Localizable;

/**
 * Writes work notes and transitions into the changes of one connection: in the background, in order, each once, with
 * retries after failures and restarts. A failure here neither stops nor fails a deployment.
 */
public final class ChangeUpdateQueue {
    private static final int MAX_CONCURRENT_UPDATES = 2;

    private final ConnectionContext context;
    private final ChangeUpdater updater;
    private final WakeUpTimer wakeUp;
    private final ScheduleQueue<DeploymentUpdates> schedule = new ScheduleQueue<>();
    private final KeyedSerialExecutor serialExecutor;

    public ChangeUpdateQueue(@NonNull ConnectionContext context) {
        this.context = context;
        this.updater = new ChangeUpdater(context);
        this.wakeUp = new WakeUpTimer(
                context.timer(), context.clock(), () -> context.workers().execute(this::wake));
        this.serialExecutor = new KeyedSerialExecutor(MAX_CONCURRENT_UPDATES, context.workers());
    }

    /** Owns the updates of one deployment. Called on worker threads, one call at a time. */
    public interface Owner {
        /**
         * Stores the pending updates.
         *
         * @throws IOException if they could not be stored; the update is then retried later
         */
        void save() throws IOException;

        /**
         * The change is about to be moved to Review or Closed, so that it approves no further deployment.
         *
         * @return false if another deployment still uses the change; then it is not moved
         */
        boolean finishing(@NonNull SysId change) throws IOException;

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
        private boolean running;
        private int failures;
        private final DefiniteFailures definiteFailures = new DefiniteFailures();

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

        private synchronized boolean start() {
            boolean first = !running;
            running = true;
            return first;
        }

        /** Returns true if nothing is pending; then {@link #start} starts again. */
        private synchronized boolean stopWhenEmpty() {
            running = !outbox.isEmpty();
            return !running;
        }
    }

    /** Writes the pending updates. Call it after every addition; returns at once. */
    public void write(@NonNull DeploymentUpdates updates) {
        if (updates.start()) {
            serialExecutor.execute(updates.change, () -> next(updates));
        }
    }

    private void next(DeploymentUpdates updates) {
        PendingUpdate entry = updates.outbox.first();
        if (entry == null) {
            if (updates.stopWhenEmpty()) {
                updates.owner.settled();
            } else {
                serialExecutor.execute(updates.change, () -> next(updates));
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
            wait = report(updates, act(entry), String.valueOf(e));
        }
        if (wait.isZero()) {
            serialExecutor.execute(updates.change, () -> next(updates));
        } else {
            later(updates, context.clock().instant().plus(wait));
        }
    }

    private void later(DeploymentUpdates updates, Instant due) {
        schedule.put(updates, due);
        setWakeUp();
    }

    /** Synchronized, so that a timer is never set from an outdated schedule. */
    private synchronized void setWakeUp() {
        wakeUp.set(schedule.first());
    }

    private void wake() {
        for (DeploymentUpdates updates : schedule.take(context.clock().instant())) {
            serialExecutor.execute(updates.change, () -> next(updates));
        }
        setWakeUp();
    }

    /** Returns the delay before the next update. A completed update is removed. */
    private Duration write(DeploymentUpdates updates, PendingUpdate entry) throws ServiceNowException, IOException {
        ChangeUpdater.WriteResult outcome = updater.write(updates, entry);
        Duration wait = Duration.ZERO;
        if (outcome instanceof ChangeUpdater.WriteResult.Written) {
            updates.definiteFailures.reset();
            updates.outbox.done(entry);
            updates.owner.save();
        } else if (outcome instanceof ChangeUpdater.WriteResult.Lost lost) {
            giveUp(updates, entry, lost.why());
        } else if (outcome instanceof ChangeUpdater.WriteResult.NotTaken notTaken) {
            wait = refused(updates, entry, notTaken.why());
        } else if (outcome instanceof ChangeUpdater.WriteResult.Uncertain uncertain) {
            wait = uncertain.left();
        }
        if (wait.isZero() && updates.failures > 0) {
            updates.failures = 0;
            updates.owner.trouble(null);
        }
        return wait;
    }

    private Duration failed(DeploymentUpdates updates, PendingUpdate entry, ServiceNowException e) {
        String why = e.localizable().toString();
        if (!e.problem().isTransientOnceLinked()) {
            Duration wait = e.isRepeated() ? report(updates, act(entry), why) : refused(updates, entry, why);
            return wait.isZero() ? wait : context.failed(e, updates.failures);
        }
        report(updates, act(entry), why);
        return context.failed(e, updates.failures);
    }

    private Duration report(DeploymentUpdates updates, Localizable act, String why) {
        updates.failures++;
        updates.owner.trouble(Messages._ChangeUpdateQueue_Pending(updates.number, act.toString(), why));
        return context.policy().get().afterFailures(updates.failures, context.random());
    }

    /** A definite failure: retried for a while, because people may correct the cause. */
    private Duration refused(DeploymentUpdates updates, PendingUpdate entry, String why) {
        if (updates.definiteFailures.add(
                context.clock().instant(), context.policy().get())) {
            giveUp(updates, entry, why);
            return Duration.ZERO;
        }
        report(updates, act(entry), why);
        return context.policy().get().afterDefiniteFailures(updates.definiteFailures.tries(), context.random());
    }

    /** After a failed transition no further one is possible. */
    private void giveUp(DeploymentUpdates updates, PendingUpdate entry, String why) {
        updates.definiteFailures.reset();
        updates.outbox.done(entry);
        if (entry.target() != null) {
            updates.outbox.dropTransitions();
        }
        updates.owner.givenUp(
                Messages._ChangeUpdateQueue_GivenUp(updates.number, act(entry).toString(), why));
    }

    private static Localizable act(PendingUpdate entry) {
        if (entry.target() == null) {
            return Messages._ChangeUpdateQueue_WorkNote();
        }
        return entry.target() == ChangeState.CLOSED
                ? Messages._ChangeUpdateQueue_TransitionToClosed()
                : Messages._ChangeUpdateQueue_TransitionToReview();
    }
}
