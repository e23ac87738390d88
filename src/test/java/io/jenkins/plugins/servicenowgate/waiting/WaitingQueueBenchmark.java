package io.jenkins.plugins.servicenowgate.waiting;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A thousand items of freestyle jobs wait in the queue of a real Jenkins, which is restarted: for this plugin's gate, and
 * for the end of their quiet period. Beside them the recipe of today, a pipeline that waits in {@code waitUntil} before it
 * starts the job. A measurement, started by {@code bin/benchmark --queue-wait}; no part of the tests.
 */
class WaitingQueueBenchmark extends WaitingBenchmarkBase {
    @Test
    void measure() throws Throwable {
        compare(List.of(Way.QUEUE, Way.WAIT_UNTIL, Way.QUIET_PERIOD));
    }
}
