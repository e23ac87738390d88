package io.jenkins.plugins.servicenowgate.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorMainTest {
    @Test
    void readsThePort() {
        assertThat(SimulatorMain.port(new String[0])).isEqualTo(8081);
        assertThat(SimulatorMain.port(new String[] {"--port", "0"})).isZero();
        assertThat(SimulatorMain.port(new String[] {"--port", "9090"})).isEqualTo(9090);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--port", "--port x", "--port -1", "--port 70000", "--help", "--port 1 2"})
    void refusesAnythingElse(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> SimulatorMain.port(line.split(" ")));
    }

    @Test
    void takesCredentialsFromTheEnvironment() {
        Map<String, String> environment = Map.of(
                "SIMULATOR_CLIENT_ID",
                "c",
                "SIMULATOR_CLIENT_SECRET",
                "s",
                "SIMULATOR_USER",
                "u",
                "SIMULATOR_PASSWORD",
                "p");
        Map<String, String> form = Map.of(
                "grant_type", "password", "client_id", "c", "client_secret", "s", "username", "u", "password", "p");
        try (ServiceNowSimulator simulator = SimulatorMain.start(0, environment)) {
            Caller caller = new Caller(simulator);

            assertThat(simulator.port()).isPositive();
            assertThat(caller.token(form).statusCode()).isEqualTo(200);
            assertThat(caller.passwordGrant().statusCode()).isEqualTo(401);
        }
        try (ServiceNowSimulator simulator = SimulatorMain.start(0, Map.of())) {
            assertThat(new Caller(simulator).passwordGrant().statusCode()).isEqualTo(200);
        }
    }
}
