package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeOutbox;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeUpdateQueue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvnet.localizer.Localizable;

/**
 * Everything that an instance can do wrong, at every endpoint that is called, once or six times in a row. What each
 * cell comes to stands in {@code fault-matrix.csv}: the deployment goes on by itself, or is refused for that reason.
 */
class FaultMatrixTest extends PollingTestBase {
    private static final int LONG = 6;
    private static final String GOES = "goes";
    private static final String SLOWER = "slower than the timeout";
    private static final Duration REAL_TIMEOUT = Duration.ofMillis(100);

    private static final Map<String, Fault> FAULTS = new LinkedHashMap<>();

    static {
        FAULTS.put("429", Fault.rateLimited());
        FAULTS.put("429 with Retry-After", Fault.rateLimited(Duration.ofMinutes(15)));
        FAULTS.put("500", Fault.transactionCancelled());
        FAULTS.put("500 after commit", Fault.transactionCancelled().afterCommit());
        FAULTS.put("502", Fault.badGateway());
        FAULTS.put("503", Fault.unavailable());
        FAULTS.put("reset", Fault.connectionReset());
        FAULTS.put("reset after commit", Fault.connectionReset().afterCommit());
        FAULTS.put(SLOWER, Fault.slow(REAL_TIMEOUT.multipliedBy(3)));
        FAULTS.put("cut-off JSON", Fault.cutOffJson());
        FAULTS.put("garbage", Fault.garbage());
        FAULTS.put("empty 200", Fault.emptyBody());
        FAULTS.put("200 with error", Fault.errorInSuccess());
        FAULTS.put("HTML with 200", Fault.html());
        FAULTS.put("redirect to HTML", Fault.redirectToLogin());
        FAULTS.put("huge body", Fault.hugeBody(17));
        FAULTS.put("wrong charset", Fault.wrongCharset());
        FAULTS.put("401", Fault.unauthorized());
        FAULTS.put("token expired", Fault.tokenExpired());
        FAULTS.put("404", Fault.notFound());
    }

    private static final List<Endpoint> ENDPOINTS = List.of(
            Endpoint.TOKEN,
            Endpoint.LIST,
            Endpoint.READ,
            Endpoint.CREATE_NORMAL,
            Endpoint.CREATE_STANDARD,
            Endpoint.CREATE_EMERGENCY,
            Endpoint.UPDATE,
            Endpoint.TEMPLATES);

    private static Map<String, String> table() throws IOException {
        Map<String, String> cells = new LinkedHashMap<>();
        try (InputStream file = FaultMatrixTest.class.getResourceAsStream("fault-matrix.csv")) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            text.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line -> {
                        String[] columns = line.split(",", -1);
                        cells.put(columns[0] + "," + columns[1] + "," + columns[2], columns[3]);
                    });
        }
        return cells;
    }

    static Stream<Arguments> cells() {
        return ENDPOINTS.stream()
                .flatMap(endpoint -> FAULTS.keySet().stream()
                        .flatMap(
                                fault -> Stream.of("once", "long").map(times -> Arguments.of(endpoint, fault, times))));
    }

    @Test
    void theTableHasEachCellOnce() throws IOException {
        assertThat(table().keySet())
                .containsExactlyInAnyOrderElementsOf(cells().map(cell -> Arrays.stream(cell.get())
                                .map(String::valueOf)
                                .reduce((a, b) -> a + "," + b)
                                .orElseThrow())
                        .toList());
    }

    /** In the profile {@code nightly} each cell with ten courses of chance, on which the waits between requests depend. */
    static Stream<Arguments> cellsAndSeeds() {
        return cells().flatMap(cell -> IntStream.rangeClosed(1, Boolean.getBoolean("nightly") ? 10 : 1)
                .mapToObj(seed -> Arguments.of(cell.get()[0], cell.get()[1], cell.get()[2], seed)));
    }

    @ParameterizedTest
    @MethodSource("cellsAndSeeds")
    void comesToWhatIsWritten(Endpoint endpoint, String fault, String times, int seed) throws Exception {
        random.setSeed(seed);
        simulator.behaviour().journalShown(true);
        simulator.addTemplate("Deploy", true, Map.of());
        newChange = switch (endpoint) {
            case CREATE_NORMAL -> new NewChange.Normal();
            case CREATE_EMERGENCY -> new NewChange.Emergency();
            default -> new NewChange.Standard("Deploy");
        };
        automaticTransition = newChange instanceof NewChange.Standard;
        if (fault.equals(SLOWER)) {
            realReadTimeout(REAL_TIMEOUT);
        }
        simulator.faults().on(endpoint).times(times.equals("once") ? 1 : LONG, FAULTS.get(fault));

        Waiter waiter = byTitle();
        runUntil(() -> waiter.record.isLinked() || waiter.refusal() != null);
        if (!automaticTransition && waiter.refusal() == null) {
            simulator.people().approve(waiter.record.number());
        }
        runUntil(() -> waiter.isReleased() || waiter.refusal() != null);

        assertThat(simulator.changes()).as("never a second change").hasSizeLessThanOrEqualTo(1);
        if (waiter.isReleased()) {
            SimulatedChange change = theChange();
            assertThat(change.state())
                    .as("never a release without proof")
                    .isEqualTo(Optional.of(SimulatedState.IMPLEMENT));
            assertNoteArrives(change);
        }
        assertThat(waiter.isReleased() ? GOES : String.valueOf(waiter.refusal()))
                .isEqualTo(table().get(endpoint + "," + fault + "," + times));
    }

    /** With what is left of the fault, and a doubt from an earlier crash where it concerns the journal. */
    private void assertNoteArrives(SimulatedChange change) {
        ChangeOutbox outbox = new ChangeOutbox();
        outbox.note("It started.", "1-started");
        outbox.first().sentAt(clock.instant());
        ChangeUpdateQueue updateQueue = newUpdateQueue();
        Owner owner = new Owner();
        updateQueue.write(
                new ChangeUpdateQueue.DeploymentUpdates(new SysId(change.sysId()), change.number(), outbox, owner));
        runUntil(() -> owner.settled);
        assertThat(owner.lost).as("never a lost note").isNull();
        assertThat(change.workNotes())
                .filteredOn(note -> note.contains("It started."))
                .hasSize(1);
    }

    private static final class Owner implements ChangeUpdateQueue.Owner {
        volatile boolean settled;
        volatile Localizable lost;

        @Override
        public void save() {
            // Kept in memory.
        }

        @Override
        public ChangeUpdateQueue.Turn turn(SysId change) {
            return ChangeUpdateQueue.Turn.NOW;
        }

        @Override
        public void finishing(SysId change) {
            // Nothing else uses the change.
        }

        @Override
        public void kept(Localizable what) {
            // Only what is given up counts.
        }

        @Override
        public void trouble(Localizable trouble) {
            // Expected.
        }

        @Override
        public void givenUp(Localizable what) {
            lost = what;
        }

        @Override
        public void settled() {
            settled = true;
        }
    }
}
