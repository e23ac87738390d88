package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What counts as a connection that fails. */
class ConnectionHealthTest {
    private static final Instant FIRST = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant LATER = Instant.parse("2026-03-01T10:10:00Z");

    private final ConnectionHealth health = new ConnectionHealth();

    private static ServiceNowException failure(Problem problem) {
        return ServiceNowException.of(problem, Phrase.of(Trouble.TIMED_OUT, "https://corp"));
    }

    @Test
    void isUnknownAtFirst() {
        assertThat(health.state()).isEqualTo(new ConnectionHealth.State(null, null, null, null, 0));
    }

    @Test
    void failsSinceTheFirstFailureThatNoAnswerEnded() {
        health.failed(failure(Problem.UNREACHABLE), FIRST);
        health.failed(failure(Problem.SIGN_IN_REFUSED), LATER);
        assertThat(health.state().failingSince()).isEqualTo(FIRST);
        assertThat(health.state().lastFailure()).isEqualTo(LATER);

        health.succeeded(LATER);
        assertThat(health.state().failingSince()).isNull();
        assertThat(health.state().lastSuccess()).isEqualTo(LATER);
        assertThat(health.state().lastTrouble()).as("kept, for people").isNotNull();
    }

    @Test
    void aNoToOneChangeIsAnAnswer() {
        health.failed(failure(Problem.UNREACHABLE), FIRST);
        health.failed(failure(Problem.REJECTED), LATER);
        assertThat(health.state().failingSince()).isNull();
        assertThat(health.state().lastSuccess()).isEqualTo(LATER);
    }

    @Test
    void countsTheRefusalsOfTheBudget() {
        health.failed(failure(Problem.RATE_LIMITED), FIRST);
        health.failed(failure(Problem.RATE_LIMITED), LATER);
        health.failed(failure(Problem.UNAVAILABLE), LATER);
        assertThat(health.state().refusals()).isEqualTo(2);
    }
}
