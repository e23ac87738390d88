package io.jenkins.plugins.servicenowgate.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorMainTest {
    private static SimulatorMain.Settings read(String line) {
        return SimulatorMain.Settings.read(line.isEmpty() ? new String[0] : line.split(" "));
    }

    @Test
    void readsItsOptions() {
        assertThat(read("")).isEqualTo(new SimulatorMain.Settings(8081, Duration.ZERO, 0));
        assertThat(read("--port 0").port()).isZero();
        assertThat(read("--changes 7 --port 9090 --latency 5"))
                .isEqualTo(new SimulatorMain.Settings(9090, Duration.ofMillis(5), 7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--port",
                "--port x",
                "--port -1",
                "--port 70000",
                "--help",
                "--port 1 2",
                "--latency -1",
                "--x 1"
            })
    void refusesAnythingElse(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(line));
    }

    @Test
    void startsWithChangesThatWait() {
        try (ServiceNowSimulator simulator = SimulatorMain.start(read("--port 0 --changes 2"), Map.of())) {
            assertThat(simulator.changes())
                    .extracting(change -> change.get("short_description"))
                    .containsExactly(
                            "Jenkins: Deploy \"project-0\" version 1 to \"Production\"",
                            "Jenkins: Deploy \"project-1\" version 1 to \"Production\"");
        }
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
        try (ServiceNowSimulator simulator = SimulatorMain.start(read("--port 0"), environment)) {
            Caller caller = new Caller(simulator);

            assertThat(simulator.port()).isPositive();
            assertThat(caller.token(form).statusCode()).isEqualTo(200);
            assertThat(caller.passwordGrant().statusCode()).isEqualTo(401);
        }
        try (ServiceNowSimulator simulator = SimulatorMain.start(read("--port 0"), Map.of())) {
            assertThat(new Caller(simulator).passwordGrant().statusCode()).isEqualTo(200);
        }
    }
}
