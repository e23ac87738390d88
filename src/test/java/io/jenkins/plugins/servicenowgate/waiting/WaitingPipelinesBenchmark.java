package io.jenkins.plugins.servicenowgate.waiting;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A thousand pipelines wait in a real Jenkins, which is restarted: at this plugin's gate, in {@code waitUntil} with a request
 * for each, and in {@code sleep}. A measurement, started by {@code bin/benchmark --jenkins}; no part of the tests.
 */
class WaitingPipelinesBenchmark extends WaitingBenchmarkBase {
    @Test
    void measure() throws Throwable {
        compare(List.of(Way.GATE, Way.WAIT_UNTIL, Way.SLEEP));
    }
}
