package io.jenkins.plugins.servicenowgate.worknotes;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.polling.ChangePoller;
import io.jenkins.plugins.servicenowgate.polling.KeyedSerialExecutor;
import io.jenkins.plugins.servicenowgate.polling.PollingPolicy;
import io.jenkins.plugins.servicenowgate.polling.RateLimiter;
import io.jenkins.plugins.servicenowgate.polling.ScheduleQueue;
import io.jenkins.plugins.servicenowgate.polling.WakeUpTimer;
import io.jenkins.plugins.servicenowgate.rules.Reason;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Writes into the changes of one connection what is to be known about their deployments: in the background, in order,
 * each thing once, again after failures and restarts. Nothing that happens here stops or fails a deployment.
 */
public final class ChangeUpdateQueue {
    private static final int LANES = 2;
    private static final int REFUSALS = 5;

    private final Supplier<PollingPolicy> policy;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final RateLimiter rateLimiter;
    private final ChangeUpdater writer;
    private final WakeUpTimer wakeUp;
    private final ScheduleQueue<DeploymentUpdates> schedule = new ScheduleQueue<>();
    private final KeyedSerialExecutor serialExecutor;

    /**
     * @param rateLimiter of the connection, shared by all that is sent through it
     * @param timer for delays alone
     * @param workers where requests are sent
     */
    public ChangeUpdateQueue(
            @NonNull ChangePoller.ClientSource clients,
            @NonNull Supplier<PollingPolicy> policy,
            @NonNull RateLimiter rateLimiter,
            @NonNull InstantSource clock,
            @NonNull RandomGenerator random,
            @NonNull ScheduledExecutorService timer,
            @NonNull Executor workers) {
        this.policy = policy;
        this.clock = clock;
        this.random = random;
        this.rateLimiter = rateLimiter;
        this.writer = new ChangeUpdater(clients, policy, clock);
        this.wakeUp = new WakeUpTimer(timer, clock, () -> workers.execute(this::wake));
        this.serialExecutor = new KeyedSerialExecutor(LANES, workers);
    }

    /** Whose books are kept. Called on worker threads, one call at a time. */
    public interface Owner {
        /**
         * Stores the bookkeeping so that it outlives a crash from now on.
         *
         * @throws IOException where that is not certain; it is then tried again later
         */
        void save() throws IOException;

        /**
         * The plugin is about to put an end to the change: it approves no further deployment.
         *
         * @return false where another deployment still relies on the change; then it is left as it is
         */
        boolean finishing(@NonNull SysId change) throws IOException;

        /** Something could not be written; null when that is over. */
        void trouble(@CheckForNull Phrase trouble);

        /** Something will never be written. */
        void givenUp(@NonNull Phrase what);

        /** Everything is written, for now. */
        void settled();
    }

    /** The books of one deployment. */
    public static final class DeploymentUpdates {
        private final SysId change;
        private final String number;
        private final ChangeOutbox outbox;
        private volatile Owner owner;
        private boolean running;
        private int failures;

        public DeploymentUpdates(
                @NonNull SysId change, @NonNull String number, @NonNull ChangeOutbox outbox, @NonNull Owner owner) {
            this.change = change;
            this.number = number;
            this.outbox = outbox;
            this.owner = owner;
        }

        /** From now on somebody else keeps what is pending. */
        public void handOver(@NonNull Owner newOwner) {
            owner = newOwner;
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

        /** True when there is nothing left; then {@link #start} begins anew. */
        private synchronized boolean stopWhenEmpty() {
            running = !outbox.isEmpty();
            return !running;
        }
    }

    /** Writes what is pending; to be called again whenever something was added. Returns at once. */
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
        Instant quiet = rateLimiter.pausedUntil();
        if (quiet.isAfter(clock.instant())) {
            later(updates, quiet);
            return;
        }
        Duration wait;
        try {
            wait = write(updates, entry);
        } catch (ServiceNowException e) {
            wait = failed(updates, entry, e);
        } catch (IOException | RuntimeException e) {
            wait = retry(updates, act(entry), String.valueOf(e));
        }
        if (wait.isZero()) {
            serialExecutor.execute(updates.change, () -> next(updates));
        } else {
            later(updates, clock.instant().plus(wait));
        }
    }

    private void later(DeploymentUpdates updates, Instant due) {
        schedule.put(updates, due);
        setWakeUp();
    }

    /** One at a time: whoever saw the agenda without an entry must not set the alarm after whoever put it there. */
    private synchronized void setWakeUp() {
        wakeUp.set(schedule.first());
    }

    private void wake() {
        for (DeploymentUpdates updates : schedule.take(clock.instant())) {
            serialExecutor.execute(updates.change, () -> next(updates));
        }
        setWakeUp();
    }

    /** How long to wait before the next act; the entry is gone when it is done. */
    private Duration write(DeploymentUpdates updates, PendingUpdate entry) throws ServiceNowException, IOException {
        ChangeUpdater.WriteResult outcome = writer.write(updates, entry);
        Duration wait = Duration.ZERO;
        if (outcome instanceof ChangeUpdater.WriteResult.Written) {
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
        String why = e.phrase().text();
        return e.problem().isTransient()
                ? rateLimiter.failed(e, clock.instant(), retry(updates, act(entry), why))
                : refused(updates, entry, why);
    }

    private Duration retry(DeploymentUpdates updates, Reason act, String why) {
        updates.failures++;
        updates.owner.trouble(
                Phrase.of(Reason.BOOK_RETRIED, updates.number, Phrase.of(act).text(), why));
        return policy.get().afterFailures(updates.failures, random);
    }

    /** An answer that waiting alone won't change: tried a few times more, since people may mend it. */
    private Duration refused(DeploymentUpdates updates, PendingUpdate entry, String why) {
        if (entry.refusedAgain() < REFUSALS) {
            return retry(updates, act(entry), why);
        }
        giveUp(updates, entry, why);
        return Duration.ZERO;
    }

    /** After a transition that can't be made no other can. */
    private void giveUp(DeploymentUpdates updates, PendingUpdate entry, String why) {
        updates.outbox.done(entry);
        if (entry.target() != null) {
            updates.outbox.dropTransitions();
        }
        updates.owner.givenUp(Phrase.of(
                Reason.BOOK_GIVEN_UP, updates.number, Phrase.of(act(entry)).text(), why));
    }

    private static Reason act(PendingUpdate entry) {
        if (entry.target() == null) {
            return Reason.ACT_NOTE;
        }
        return entry.target() == ChangeState.CLOSED ? Reason.ACT_CLOSE : Reason.ACT_REVIEW;
    }
}
