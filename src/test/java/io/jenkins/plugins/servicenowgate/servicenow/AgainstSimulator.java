package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A client of the simulator, with timeouts that a busy machine does not reach. */
abstract class AgainstSimulator {
    static final HttpClients.Timeouts TIMEOUTS =
            new HttpClients.Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(40), Duration.ofSeconds(60));

    ServiceNowSimulator simulator;
    SignIn signIn = SignIn.password(
            ServiceNowSimulator.CLIENT_ID,
            ServiceNowSimulator.CLIENT_SECRET,
            ServiceNowSimulator.USER_NAME,
            ServiceNowSimulator.PASSWORD);
    ServiceNowClient client;

    @BeforeEach
    final void start() {
        simulator = ServiceNowSimulator.start();
        client = client(TIMEOUTS);
    }

    final ServiceNowClient client(HttpClients.Timeouts timeouts) {
        return new ServiceNowClient(
                HttpClients.create(timeouts), InstanceUrl.parse(simulator.baseUrl()), () -> signIn, Clock.systemUTC());
    }

    @AfterEach
    final void stop() {
        simulator.close();
    }

    static void assertProblem(ThrowingCall call, FailureKind problem, String message) {
        ServiceNowException e = catchThrowableOfType(ServiceNowException.class, call::run);
        assertThat(e).isNotNull();
        assertThat(e.problem()).isEqualTo(problem);
        assertThat(e.getMessage()).contains(message);
        assertThat(e.getCause()).isNull();
    }

    @FunctionalInterface
    interface ThrowingCall {
        void run() throws Exception;
    }
}
