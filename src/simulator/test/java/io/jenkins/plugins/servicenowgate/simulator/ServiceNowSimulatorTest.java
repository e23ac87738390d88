package io.jenkins.plugins.servicenowgate.simulator;

import static io.jenkins.plugins.servicenowgate.simulator.Caller.CHANGES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServiceNowSimulatorTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void answersOnTheLoopbackUntilItIsClosed() {
        ServiceNowSimulator simulator = ServiceNowSimulator.start();
        Caller caller = new Caller(simulator).signIn();

        assertThat(simulator.baseUrl()).isEqualTo("http://127.0.0.1:" + simulator.port());
        assertThat(caller.get(CHANGES).statusCode()).isEqualTo(200);
        simulator.close();
        assertThatThrownBy(() -> caller.get(CHANGES)).isInstanceOf(UncheckedIOException.class);

        try (ServiceNowSimulator again = ServiceNowSimulator.start(simulator.port())) {
            assertThat(again.baseUrl()).isEqualTo(simulator.baseUrl());
            assertThat(again.changes()).isEmpty();
        }
    }

    @Test
    void listensOnNoOtherAddress() throws SocketException {
        try (ServiceNowSimulator simulator = ServiceNowSimulator.start()) {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress())
                    .forEach(address -> assertThatThrownBy(() -> connect(address, simulator.port()))
                            .as(address.toString())
                            .isInstanceOf(IOException.class));
        }
    }

    private static void connect(InetAddress address, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 500);
        }
    }

    @Test
    void manyClientsAtOnceGetChangesOfTheirOwn() {
        try (ServiceNowSimulator simulator = ServiceNowSimulator.start()) {
            Caller caller = new Caller(simulator).signIn();
            SimulatedChange shared = simulator.addChange(Map.of());

            IntStream.range(0, 100).parallel().forEach(index -> {
                caller.create("change " + index);
                caller.patch(shared, "{\"work_notes\":\"note " + index + "\"}");
            });

            assertThat(simulator.changes()).hasSize(101);
            assertThat(simulator.changes().stream().map(SimulatedChange::number).distinct())
                    .hasSize(101);
            assertThat(shared.workNotes()).hasSize(100);
            assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(100);
        }
    }

    @Test
    void theDateHeaderFollowsTheClockAndTheSkew() {
        try (ServiceNowSimulator simulator =
                ServiceNowSimulator.builder().clock(new SettableClock(NOW)).start()) {
            Caller caller = new Caller(simulator);
            assertThat(caller.get(CHANGES).headers().allValues("Date")).containsExactly("Fri, 2 Jan 2026 03:04:05 GMT");

            simulator.behaviour().dateSkew(Duration.ofMinutes(-5));
            assertThat(caller.get(CHANGES).headers().allValues("Date")).containsExactly("Fri, 2 Jan 2026 02:59:05 GMT");
        }
    }

    @Test
    void everyAnswerTakesAtLeastTheLatency() {
        try (ServiceNowSimulator simulator = ServiceNowSimulator.start()) {
            simulator.behaviour().latency(Duration.ofMillis(150));

            long before = System.nanoTime();
            new Caller(simulator).get(CHANGES);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
        }
    }

    @Test
    void compressesForThoseWhoAsk() {
        try (ServiceNowSimulator simulator = ServiceNowSimulator.start()) {
            Caller caller = new Caller(simulator);
            simulator.faults().on(Endpoint.LIST).once(Fault.hugeBody(1));

            assertThat(caller.send(HttpRequest.newBuilder(caller.uri(CHANGES)).header("Accept-Encoding", "gzip"))
                            .headers()
                            .firstValue("Content-Encoding"))
                    .hasValue("gzip");
        }
    }

    @Test
    void takesALongBatchOutOfTenThousandChanges() {
        try (ServiceNowSimulator simulator = ServiceNowSimulator.start()) {
            IntStream.range(0, 10_000)
                    .forEach(index -> simulator.addChange(Map.of("short_description", "change " + index)));
            List<String> ids = simulator.changes().subList(9_000, 9_100).stream()
                    .map(SimulatedChange::sysId)
                    .toList();
            Caller caller = new Caller(simulator).signIn();

            assertThat(Caller.result(caller.list("sys_idIN" + String.join(",", ids))))
                    .hasSize(101);
            assertThat(Caller.result(caller.list("short_description=change 7777^active=true")))
                    .hasSize(2);
        }
    }

    @Test
    void aChangeGuardsItsColumnsAndItsKeys() {
        try (ServiceNowSimulator simulator = ServiceNowSimulator.start()) {
            SimulatedChange change = simulator.addChange(Map.of("state", "-1.0"));

            assertThat(change.get("state")).isEqualTo("-1");
            assertThat(change).hasToString("CHG0030001 (Implement)");
            assertThatIllegalArgumentException().isThrownBy(() -> change.get("tittle"));
            assertThatIllegalArgumentException().isThrownBy(() -> change.set("tittle", "x"));
            assertThatIllegalArgumentException().isThrownBy(() -> change.set("sys_id", "x"));
            assertThat(change.set("state", "17").state()).isEmpty();
            assertThat(change.get("active")).isEqualTo("true");
            assertThat(change.set("active", "false").get("active")).isEqualTo("false");
        }
    }

    @Test
    void resettingTheBehaviourUndoesEverySwitch() {
        try (ServiceNowSimulator simulator = ServiceNowSimulator.start()) {
            simulator.addChange(Map.of());
            Caller caller = new Caller(simulator).signIn();
            String before = caller.get(CHANGES).body();
            simulator
                    .behaviour()
                    .stateAs(NumberShape.TEXT)
                    .metaInLists(false)
                    .rowLimit(0)
                    .readRole(false)
                    .column("u_own");
            assertThat(caller.get(CHANGES).body()).isNotEqualTo(before);

            simulator.behaviour().reset();
            assertThat(caller.get(CHANGES).body()).isEqualTo(before);
        }
    }
}
