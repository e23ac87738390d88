package io.jenkins.plugins.servicenowgate.polling;

import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Several deployments that wait until they are approved together, and how many requests their last look needs. */
abstract class LastLookTestBase extends PollingTestBase {
    final List<Waiter> waiting(int count) {
        List<Waiter> all = IntStream.range(0, count)
                .mapToObj(i -> new Waiter("deployment " + i, null))
                .toList();
        all.forEach(waiter -> poller.start(waiter.approval));
        runUntil(() -> all.stream().allMatch(waiter -> waiter.lines().contains("ReleaseRule.WaitsForImplement")));
        time.runFor(Duration.ofMinutes(5));
        simulator.requests().clear();
        return all;
    }

    final void approve(List<Waiter> all) {
        all.forEach(waiter -> simulator.people().approve(waiter.record.number()));
    }

    final int reads() {
        return simulator.requests().count(Endpoint.LIST);
    }
}
