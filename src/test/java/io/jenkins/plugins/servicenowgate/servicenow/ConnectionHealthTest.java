package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Which failures count as failures of the connection. */
class ConnectionHealthTest {
    private static final Instant FIRST = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant LATER = Instant.parse("2026-03-01T10:10:00Z");

    private final ConnectionHealth health = new ConnectionHealth();

    private static ServiceNowException failure(FailureKind problem) {
        return ServiceNowException.of(problem, Messages._Transport_TimedOut("https://corp"));
    }

    @Test
    void isInitiallyUnknown() {
        assertThat(health.state()).isEqualTo(new ConnectionHealth.State(null, null, null, null, 0));
    }

    @Test
    void failsSinceTheFirstFailureAfterTheLastSuccess() {
        health.recordFailure(failure(FailureKind.UNREACHABLE), FIRST);
        health.recordFailure(failure(FailureKind.SIGN_IN_REFUSED), LATER);
        assertThat(health.state().failingSince()).isEqualTo(FIRST);
        assertThat(health.state().lastFailure()).isEqualTo(LATER);

        health.recordSuccess(LATER);
        assertThat(health.state().failingSince()).isNull();
        assertThat(health.state().lastSuccess()).isEqualTo(LATER);
        assertThat(health.state().lastError()).as("kept, for people").isNotNull();
    }

    @Test
    void aRejectedChangeIsASuccess() {
        health.recordFailure(failure(FailureKind.UNREACHABLE), FIRST);
        health.recordFailure(failure(FailureKind.REJECTED), LATER);
        assertThat(health.state().failingSince()).isNull();
        assertThat(health.state().lastSuccess()).isEqualTo(LATER);
    }

    @Test
    void countsRateLimitedResponses() {
        health.recordFailure(failure(FailureKind.RATE_LIMITED), FIRST);
        health.recordFailure(failure(FailureKind.RATE_LIMITED), LATER);
        health.recordFailure(failure(FailureKind.UNAVAILABLE), LATER);
        assertThat(health.state().rateLimitedResponses()).isEqualTo(2);
    }
}
