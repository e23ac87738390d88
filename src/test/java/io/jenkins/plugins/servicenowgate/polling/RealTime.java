package io.jenkins.plugins.servicenowgate.polling;

import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BooleanSupplier;

/** The system's clock and several threads, for tests whose subject is what happens at the same time. */
final class RealTime implements TestTime {
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final ExecutorService workers = Executors.newFixedThreadPool(4);

    RealTime() {
        timer.setRemoveOnCancelPolicy(true);
    }

    @Override
    public InstantSource clock() {
        return Clock.systemUTC();
    }

    @Override
    public ScheduledExecutorService timer() {
        return timer;
    }

    @Override
    public Executor workers() {
        return workers;
    }

    @Override
    public void runUntil(BooleanSupplier condition) {
        await().atMost(Duration.ofMinutes(1)).until(condition::getAsBoolean);
    }

    @Override
    public void runFor(Duration duration) {
        await().pollDelay(duration).until(() -> true);
    }

    @Override
    public void elapsed(Duration duration) {
        // It did.
    }

    @Override
    public int scheduled() {
        return timer.getQueue().size();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        workers.shutdownNow();
    }
}
