package io.jenkins.plugins.servicenowgate.polling;

import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** It is Tuesday, 20:00 UTC, and new changes are planned in the evening. */
abstract class WindowPollTestBase extends PollingTestBase {
    static final String TODAY = "2026-12-01 22:00:00";
    static final String TODAY_END = "2026-12-02 00:00:00";
    static final String TOMORROW = "2026-12-02 22:00:00";
    static final Instant START = Instant.parse("2026-12-01T22:00:00Z");

    @BeforeEach
    final void planTheEvening() {
        window = DeploymentWindow.parse("23:00", "2", "Europe/Berlin", "MON-THU");
    }

    final Waiter waiting() {
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        return waiter;
    }

    final List<RecordedRequest> updates() {
        return simulator.requests().to(Endpoint.UPDATE);
    }

    final List<String> startsSent() {
        return updates().stream()
                .map(request -> request.json().get("start_date").stringValue())
                .toList();
    }

    final void runTo(Instant instant) {
        time.runFor(Duration.between(clock.instant(), instant));
    }
}
