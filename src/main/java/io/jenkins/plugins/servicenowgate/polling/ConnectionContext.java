package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What all classes that send requests through one connection share.
 *
 * @param clients the connection's client
 * @param policy the current intervals and limits
 * @param rateLimiter limits the requests of the connection
 * @param clock by which everything is scheduled; see {@link SteadyClock}
 * @param instanceClock the clock by which planned windows are evaluated
 * @param random spreads delays
 * @param timer for delays only; no request is sent on its threads
 * @param workers sends the requests; the number of its threads limits the concurrent requests
 * @param states what the states of the instance's change models mean, as it is configured now
 * @param seenStates the states of its models that were seen
 */
public record ConnectionContext(
        @NonNull ClientSource clients,
        @NonNull Supplier<PollingPolicy> policy,
        @NonNull RateLimiter rateLimiter,
        @NonNull InstantSource clock,
        @NonNull InstanceClock instanceClock,
        @NonNull RandomGenerator random,
        @NonNull ScheduledExecutorService timer,
        @NonNull Executor workers,
        @NonNull Supplier<ModelStates> states,
        @NonNull SeenModelStates seenStates) {
    /** What was read longer ago is read once more before a release. */
    private static final Duration RECENT = Duration.ofSeconds(10);

    /** For an instance whose change models have the default life cycle. */
    public ConnectionContext(
            @NonNull ClientSource clients,
            @NonNull Supplier<PollingPolicy> policy,
            @NonNull RateLimiter rateLimiter,
            @NonNull InstantSource clock,
            @NonNull InstanceClock instanceClock,
            @NonNull RandomGenerator random,
            @NonNull ScheduledExecutorService timer,
            @NonNull Executor workers) {
        this(
                clients,
                policy,
                rateLimiter,
                clock,
                instanceClock,
                random,
                timer,
                workers,
                () -> ModelStates.DEFAULT,
                new SeenModelStates());
    }

    /**
     * When something had been read.
     *
     * @param time by the clock that nobody can set
     * @param ahead by how much this controller's own clock was ahead of that before the request was sent: if it was set while
     *     the response was on its way, the difference to the instance's clock is not known
     */
    record ReadTime(@NonNull Instant time, @NonNull Duration ahead) {}

    @NonNull
    ReadTime readTime() {
        return new ReadTime(clock.instant(), ahead());
    }

    /** Now, for something that was requested then. */
    @NonNull
    ReadTime readTime(@NonNull ReadTime requested) {
        return new ReadTime(clock.instant(), requested.ahead());
    }

    private Duration ahead() {
        return Duration.between(clock.instant(), instanceClock.local());
    }

    /** Whether something was read a moment ago, and this controller's own clock was not set since. */
    boolean isRecent(@NonNull ReadTime read) {
        return !read.time().plus(RECENT).isBefore(clock.instant()) && !isSetSince(read);
    }

    /** Whether this controller's own clock was set since then. */
    boolean isSetSince(@NonNull ReadTime time) {
        return ahead().minus(time.ahead()).abs().compareTo(RECENT) > 0;
    }

    /**
     * Reads changes, and compares the clock of the instance with this controller's, which people may have set since: whoever
     * reads a change judges its window next. If they set it while the response was on its way, that tells no difference.
     */
    @NonNull
    Map<SysId, ServiceNowClient.ReadResult> read(@NonNull ServiceNowClient client, @NonNull List<SysId> changes)
            throws ServiceNowException {
        ReadTime sent = readTime();
        Map<SysId, ServiceNowClient.ReadResult> results = client.read(changes);
        if (isSetSince(sent)) {
            results = client.read(changes);
        }
        instanceClock.compare(client.clockDifference());
        return results;
    }

    /** The time of this controller's own clock at a time of {@link #clock}, for people. */
    @NonNull
    public Instant wallTime(@NonNull Instant scheduled) {
        return instanceClock.local().plus(Duration.between(clock.instant(), scheduled));
    }

    /**
     * Records a failed request, after which others may have to wait, too.
     *
     * @param failures how often the sender has failed in a row
     * @return how long the sender has to wait
     */
    @NonNull
    public Duration failed(@NonNull ServiceNowException e, int failures) {
        Instant now = clock.instant();
        Duration wait = rateLimiter.failed(
                e,
                now,
                e.problem().isTransientOnceLinked()
                        ? policy.get().afterFailures(failures, random)
                        : policy.get().afterDefiniteFailures(failures, random));
        if (e.problem().concernsConnection()) {
            rateLimiter.connectionFailed(e, now, policy.get(), random);
        }
        // While a sign-in is refused, a try only checks whether other credentials are configured.
        Duration requestedWait = e.retryAfter();
        return e.problem() == FailureKind.SIGN_IN_REFUSED && requestedWait != null ? requestedWait : wait;
    }
}
