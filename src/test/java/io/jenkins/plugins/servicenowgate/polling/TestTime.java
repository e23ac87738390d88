package io.jenkins.plugins.servicenowgate.polling;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;

/** The time in which a test runs: a clock, a timer and workers that belong together. */
interface TestTime extends AutoCloseable {
    InstantSource clock();

    ScheduledExecutorService timer();

    Executor workers();

    /** Lets time pass until the condition holds, and fails where it never does. */
    void runUntil(BooleanSupplier condition);

    /** Lets that much time pass. */
    void runFor(Duration duration);

    /** Something outside of the timer took that long, as a request does. */
    void elapsed(Duration duration);

    /** How many tasks the timer holds. */
    int scheduled();

    @Override
    void close();
}
