package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.Decision;
import io.jenkins.plugins.servicenowgate.rules.Reason;
import io.jenkins.plugins.servicenowgate.rules.ReleaseRule;
import io.jenkins.plugins.servicenowgate.rules.TransitionRule;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Keeps the gates of one connection: links each to its change, then looks at all waiting changes together, in rounds.
 * A waiting gate costs its object and its place in a timetable; there is one timer, and it only hands work to workers.
 */
public final class ChangePoller {
    private static final int LANES = 4;

    private final ClientSource clients;
    private final Supplier<PollingPolicy> policy;
    private final InstantSource clock;
    private final InstanceClock instanceClock;
    private final RandomGenerator random;
    private final RateLimiter rateLimiter;
    private final PollScheduler scheduler;
    private final KeyedSerialExecutor serialExecutor;
    private final ChangeResolver resolver;
    private final ChangeTransitioner transitioner;
    private final BatchPoll batchPoll;

    private final AtomicInteger failedRounds = new AtomicInteger();

    /** Gives the connection's client as it is configured at that moment. */
    @FunctionalInterface
    public interface ClientSource {
        /**
         * @throws ServiceNowException {@link io.jenkins.plugins.servicenowgate.servicenow.FailureKind#CONFIGURATION} where
         *     there is no such connection any more, or it can't be used
         */
        @NonNull
        ServiceNowClient get() throws ServiceNowException;
    }

    /**
     * @param rateLimiter of the connection, shared by all that is sent through it
     * @param timer for delays alone; no request is sent on its threads
     * @param workers where requests are sent; how many threads it has bounds the requests under way
     */
    public ChangePoller(
            @NonNull ClientSource clients,
            @NonNull Supplier<PollingPolicy> policy,
            @NonNull RateLimiter rateLimiter,
            @NonNull InstantSource clock,
            @NonNull RandomGenerator random,
            @NonNull ScheduledExecutorService timer,
            @NonNull Executor workers) {
        this.clients = clients;
        this.policy = policy;
        this.rateLimiter = rateLimiter;
        this.clock = clock;
        this.instanceClock = new InstanceClock(clock);
        this.random = random;
        this.scheduler =
                new PollScheduler(policy, rateLimiter, clock, instanceClock, timer, () -> workers.execute(this::wake));
        this.serialExecutor = new KeyedSerialExecutor(LANES, workers);
        this.resolver = new ChangeResolver(clock);
        this.transitioner = new ChangeTransitioner(clients, policy, instanceClock, new Moves());
        this.batchPoll =
                new BatchPoll(this::act, gate -> scheduler.schedulePoll(gate, scheduler.nextPoll(gate)), this::end);
    }

    /** Lets the gate begin, or go on after a restart; returns at once. */
    public void admit(@NonNull PendingApproval gate) {
        scheduler.admit(gate);
        Instant now = clock.instant();
        if (gate.record().isLinked()) {
            // After a restart all come at once; their looks are spread as they were before, and no instance is asked
            // more because a controller came back.
            long spread = policy.get().interval().toMillis();
            scheduler.schedulePoll(gate, now.plusMillis(spread / 2 + random.nextLong(Math.max(1, spread))));
        } else {
            scheduler.scheduleTask(gate, now);
        }
    }

    /** Ends the gate without an outcome; true if it had none yet. After that its listener is not called any more. */
    public boolean cancel(@NonNull PendingApproval gate) {
        boolean first = gate.end();
        scheduler.remove(gate);
        return first;
    }

    /** How many gates wait here. */
    public int size() {
        return scheduler.size();
    }

    /** The clock by which planned windows are judged. */
    @NonNull
    public InstanceClock instanceClock() {
        return instanceClock;
    }

    // ---- what is due

    private void wake() {
        PollScheduler.Due due = scheduler.take();
        for (PendingApproval gate : due.tasks()) {
            if (gate.record().isLinked()) {
                serialExecutor.execute(gate.record().sysId(), () -> transitioner.move(gate));
            } else {
                serialExecutor.execute(serialKey(gate), () -> link(gate));
            }
        }
        scheduler.setWakeUp();
        if (!due.polls().isEmpty()) {
            poll(due.polls());
        }
    }

    private static Object serialKey(PendingApproval gate) {
        String number = gate.request().number();
        return number == null ? gate.request().title() : number;
    }

    // ---- linking

    private void link(PendingApproval gate) {
        if (gate.isEnded()) {
            return;
        }
        Instant quiet = rateLimiter.pausedUntil();
        if (quiet.isAfter(clock.instant())) {
            scheduler.scheduleTask(gate, quiet);
            return;
        }
        try {
            ServiceNowClient client = clients.get();
            ChangeResolver.LinkResult outcome = resolver.link(gate, client, policy.get());
            instanceClock.compare(client.clockDifference());
            gate.reportRecovery();
            if (outcome instanceof ChangeResolver.LinkResult.Linked linked) {
                gate.report(linked.news());
                act(gate, linked.change());
            } else if (outcome instanceof ChangeResolver.LinkResult.Refused refused) {
                end(gate, refused.reason());
            } else if (outcome instanceof ChangeResolver.LinkResult.Unsettled unsettled) {
                gate.report(unsettled.news());
                later(gate, policy.get().firstRetry());
            }
        } catch (ServiceNowException e) {
            if (e.problem().isTransient()) {
                passing(gate, e);
            } else {
                end(gate, Phrase.of(Reason.SERVICENOW_REFUSED, e.phrase().text()));
            }
        } catch (IOException | RuntimeException e) {
            end(gate, Phrase.of(Reason.BROKEN, String.valueOf(e)));
        }
    }

    private void passing(PendingApproval gate, ServiceNowException e) {
        gate.reportError(e.phrase());
        Duration wait = policy.get().afterFailures(gate.countFailure(), random);
        later(gate, rateLimiter.failed(e, clock.instant(), wait));
    }

    private void later(PendingApproval gate, Duration wait) {
        long spread = random.nextLong(Math.max(1, Math.min(1000, wait.toMillis() / 5)));
        scheduler.scheduleTask(gate, clock.instant().plus(wait).plusMillis(spread));
    }

    /** Also after failures of our own, not of ServiceNow: the gate must end shut rather than be forgotten. */
    private void end(PendingApproval gate, Phrase reason) {
        scheduler.remove(gate);
        gate.refuse(reason);
    }

    // ---- looking, in rounds

    private void poll(List<PendingApproval> due) {
        Set<PendingApproval> left = new HashSet<>(due);
        Instant again = clock.instant().plus(policy.get().interval());
        try {
            ServiceNowClient client = clients.get();
            for (int from = 0; from < due.size(); from += ServiceNowClient.BATCH) {
                List<PendingApproval> batch = due.subList(from, Math.min(due.size(), from + ServiceNowClient.BATCH));
                Instant sent = clock.instant();
                batchPoll.poll(batch, left, client, policy.get(), () -> {
                    rateLimiter.answered(
                            Duration.between(sent, clock.instant()),
                            policy.get().slow());
                    instanceClock.compare(client.clockDifference());
                });
            }
            failedRounds.set(0);
        } catch (ServiceNowException e) {
            again = clock.instant();
            if (e.problem() == FailureKind.NOT_FOUND) {
                Set<PendingApproval> missed = Set.copyOf(left);
                left.clear();
                missed.forEach(
                        gate -> batchPoll.onPolled(gate, new ServiceNowClient.ReadResult.Absent(), policy.get()));
            } else {
                roundFailed(e);
            }
        } catch (RuntimeException e) {
            left.forEach(gate -> end(gate, Phrase.of(Reason.BROKEN, String.valueOf(e))));
        } finally {
            for (PendingApproval gate : left) {
                if (!gate.isEnded()) {
                    scheduler.schedulePoll(gate, again);
                }
            }
            scheduler.pollEnded();
        }
    }

    private void roundFailed(ServiceNowException e) {
        int failures = failedRounds.incrementAndGet();
        List<PendingApproval> waiting = scheduler.linked();
        if (!e.problem().isTransient()) {
            Phrase reason = Phrase.of(Reason.SERVICENOW_REFUSED, e.phrase().text());
            waiting.forEach(gate -> end(gate, reason));
            return;
        }
        Instant now = clock.instant();
        Duration wait = policy.get().afterFailures(failures, random);
        rateLimiter.pause(now, rateLimiter.failed(e, now, wait));
        waiting.forEach(gate -> gate.reportError(e.phrase()));
    }

    // ---- both

    private void act(PendingApproval gate, ChangeRequest change) {
        Instant now = instanceClock.instant();
        long ahead = instanceClock.difference().toMinutes();
        if (ahead != 0) {
            gate.reportOnce(Phrase.of(Reason.CLOCK_DIFFERS, String.valueOf(ahead)));
        }
        Decision decision = ReleaseRule.decide(change, now);
        if (decision instanceof Decision.Wait && gate.request().automaticTransition()) {
            if (gate.record().isByNumber()) {
                gate.reportOnce(Phrase.of(Reason.NOT_MOVED_NUMBER, change.number()));
            } else if (TransitionRule.next(change, now) != null) {
                scheduler.scheduleTask(gate, clock.instant());
                return;
            } else {
                decision = transitioner.explain(gate, change, decision, now);
            }
        }
        if (decision instanceof Decision.Wait wait) {
            Instant next = scheduler.nextPoll(gate, wait);
            gate.onPolled(change, decision, next);
            scheduler.schedulePoll(gate, next);
        } else {
            scheduler.remove(gate);
            gate.onPolled(change, decision, null);
        }
    }

    /** What the mover came to. */
    private final class Moves implements ChangeTransitioner.Listener {
        @Override
        public void moved(PendingApproval gate, ChangeRequest change) {
            act(gate, change);
        }

        @Override
        public void again(PendingApproval gate, Duration wait) {
            later(gate, wait);
        }

        @Override
        public void onPollFailed(PendingApproval gate, ServiceNowClient.ReadResult look) {
            batchPoll.onPolled(gate, look, policy.get());
        }

        @Override
        public void failed(PendingApproval gate, ServiceNowException e) {
            passing(gate, e);
        }

        @Override
        public void refused(PendingApproval gate, Phrase reason) {
            end(gate, reason);
        }

        @Override
        public void broken(PendingApproval gate, RuntimeException e) {
            end(gate, Phrase.of(Reason.BROKEN, String.valueOf(e)));
        }
    }
}
