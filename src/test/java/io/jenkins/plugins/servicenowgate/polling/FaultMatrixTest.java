package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeOutbox;
import io.jenkins.plugins.servicenowgate.worknotes.RecordingOwner;
import java.time.Duration;
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

/**
 * Everything that an instance can do wrong, at every endpoint that is called, once or six times in a row. What each
 * cell comes to stands in {@code fault-matrix.csv}: the deployment goes on by itself, or is refused for that reason.
 */
class FaultMatrixTest extends PollingTestBase {
    private static final int LONG = 6;
    private static final String GOES = "goes";
    private static final String SLOWER = "slower than the timeout";
    private static final Duration REAL_TIMEOUT = Duration.ofMillis(100);

    private static final OutcomeTable OUTCOMES = new OutcomeTable("fault-matrix.csv");
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

    static Stream<Arguments> cells() {
        return ENDPOINTS.stream()
                .flatMap(endpoint -> FAULTS.keySet().stream()
                        .flatMap(
                                fault -> Stream.of("once", "long").map(times -> Arguments.of(endpoint, fault, times))));
    }

    @Test
    void theTableHasEachCellOnce() {
        OUTCOMES.assertHasExactly(cells());
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
                .isEqualTo(OUTCOMES.outcome(endpoint, fault, times));
    }

    /** With what is left of the fault, and a doubt from an earlier crash where it concerns the journal. */
    private void assertNoteArrives(SimulatedChange change) {
        ChangeOutbox outbox = outboxWith("It started.");
        outbox.first().sentAt(clock.instant());
        RecordingOwner owner = write(change, outbox);
        runUntil(owner::isSettled);
        assertThat(owner.givenUp).as("never a lost note").isEmpty();
        assertThat(change.workNotes())
                .filteredOn(note -> note.contains("It started."))
                .hasSize(1);
    }
}
