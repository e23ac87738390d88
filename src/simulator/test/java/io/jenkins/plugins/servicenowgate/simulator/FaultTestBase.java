package io.jenkins.plugins.servicenowgate.simulator;

import java.time.Instant;
import org.junit.jupiter.api.AfterEach;

/** A simulator whose faults a test sets, and a caller that has signed in. */
abstract class FaultTestBase {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    final ServiceNowSimulator simulator =
            ServiceNowSimulator.builder().clock(new SettableClock(NOW)).start();
    final Caller caller = new Caller(simulator).signIn();

    @AfterEach
    final void stop() {
        simulator.close();
    }

    final Faults.Plan onCreation() {
        return simulator.faults().on(Endpoint.CREATE_NORMAL);
    }
}
