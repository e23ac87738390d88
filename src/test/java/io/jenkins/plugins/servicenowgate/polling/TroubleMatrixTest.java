package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import io.jenkins.plugins.servicenowgate.worknotes.RecordingOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a response means, by its status, its body, how long it lasts and what the deployment waits for. Each outcome is in
 * {@code trouble-matrix.csv}: the deployment continues by itself, or it is refused, at once or after 15 minutes.
 */
class TroubleMatrixTest extends PollingTestBase {
    private static final OutcomeTable OUTCOMES = new OutcomeTable("trouble-matrix.csv");
    private static final List<Integer> STATUSES = List.of(400, 401, 403, 404, 408, 414, 500, 503);
    private static final List<String> BODIES = List.of("own", "page");
    private static final List<String> LASTING = List.of("once", "two minutes", "for good");
    private static final List<String> PHASES = List.of("not linked", "waiting", "transition", "note", "sign-in");
    /** String that lasts longer than this without a refusal is waited for. */
    private static final Duration LONG = Duration.ofHours(3);

    static Stream<Arguments> cells() {
        return PHASES.stream()
                .flatMap(phase -> STATUSES.stream()
                        .flatMap(status -> BODIES.stream()
                                .flatMap(body ->
                                        LASTING.stream().map(lasting -> Arguments.of(phase, status, body, lasting)))));
    }

    @Test
    void theTableHasEachCellOnce() {
        OUTCOMES.assertHasExactly(cells());
    }

    @ParameterizedTest
    @MethodSource("cells")
    void comesToWhatIsWritten(String phase, int status, String body, String lasting) throws Exception {
        String outcome = outcome(phase, status, body, lasting);

        assertThat(outcome).isEqualTo(OUTCOMES.outcome(phase, status, body, lasting));
        assertThat(simulator.changes()).as("never a second change").hasSizeLessThanOrEqualTo(1);
    }

    /** A transient failure in between says nothing about the definite one. */
    @ParameterizedTest
    @ValueSource(strings = {"waiting", "transition", "note"})
    void transientFailuresInBetweenDoNotStartTheTimeAgain(String phase) throws Exception {
        automaticTransition = phase.equals("transition");
        SimulatedChange change = simulator.addChange(
                Map.of("short_description", TITLE, "type", automaticTransition ? "standard" : "normal"));
        Waiter waiter = new Waiter(TITLE, null);
        if (phase.equals("waiting")) {
            waiter.admit();
            runUntil(waiter.record::isLinked);
        }
        Instant began = clock.instant();
        for (int i = 0; i < 200; i++) {
            simulator
                    .faults()
                    .on(phase.equals("waiting") ? Endpoint.LIST : Endpoint.UPDATE)
                    .once(Fault.forbidden())
                    .once(Fault.unavailable());
        }
        if (phase.equals("note")) {
            RecordingOwner owner = write(change, outboxWith("It started."));
            runUntil(owner::isSettled);
            assertThat(change.workNotes()).isEmpty();
        } else {
            if (automaticTransition) {
                waiter.admit();
            }
            runUntil(() -> waiter.isReleased() || waiter.refusal() != null);
            assertThat(waiter.refusal()).isNotNull();
        }

        assertThat(Duration.between(began, clock.instant())).isBetween(Duration.ofMinutes(15), Duration.ofMinutes(30));
    }

    private String outcome(String phase, int status, String body, String lasting) {
        simulator.addTemplate("Deploy", true, Map.of());
        automaticTransition = phase.equals("transition");
        if (automaticTransition) {
            newChange = new NewChange.Standard("Deploy");
        }
        Fault fault = body.equals("page") ? Fault.page(status) : Fault.error(status, "Operation Failed", "no");
        if (phase.equals("not linked")) {
            begin(Endpoint.LIST, fault, lasting);
            return waitFor(byTitle(), lasting, false);
        }
        if (phase.equals("note")) {
            return note(fault, lasting);
        }
        Waiter waiter = new Waiter(TITLE, null);
        if (phase.equals("transition")) {
            begin(Endpoint.UPDATE, fault, lasting);
            waiter.admit();
            return waitFor(waiter, lasting, false);
        }
        waiter.admit();
        runUntil(waiter.record::isLinked);
        if (phase.equals("sign-in")) {
            simulator.revokeTokens();
        }
        begin(phase.equals("sign-in") ? Endpoint.TOKEN : Endpoint.LIST, fault, lasting);
        return waitFor(waiter, lasting, true);
    }

    private void begin(Endpoint endpoint, Fault fault, String lasting) {
        switch (lasting) {
            case "once" -> simulator.faults().on(endpoint).once(fault);
            case "for good" -> simulator.faults().on(endpoint).always(fault);
            default -> {
                simulator.faults().on(endpoint).always(fault);
                time.timer().schedule(() -> simulator.faults().clear(), 2, TimeUnit.MINUTES);
            }
        }
    }

    private String waitFor(Waiter waiter, String lasting, boolean approve) {
        Instant began = clock.instant();
        if (lasting.equals("for good")) {
            runUntil(() -> waiter.refusal() != null || began.plus(LONG).isBefore(clock.instant()));
            if (waiter.refusal() == null) {
                simulator.faults().clear();
            }
        }
        runUntil(() -> waiter.record.isLinked() || waiter.refusal() != null);
        if (waiter.refusal() == null && !automaticTransition) {
            simulator.people().approve(waiter.record.number());
        }
        runUntil(() -> waiter.isReleased() || waiter.refusal() != null);
        long tries = waiter.lines().stream()
                .filter(line -> "ChangePoller.Unavailable".equals(line) || "ChangePoller.AvailableAgain".equals(line))
                .count();
        assertThat(tries).as("a line when it begins, a line when it ends").isLessThanOrEqualTo(2);
        return waiter.isReleased() ? "goes" : waiter.refusal() + after(began);
    }

    private String after(Instant began) {
        Duration took = Duration.between(began, clock.instant());
        if (took.compareTo(Duration.ofSeconds(10)) < 0) {
            return " at once";
        }
        boolean definite = took.compareTo(Duration.ofMinutes(15)) >= 0 && took.compareTo(Duration.ofMinutes(22)) < 0;
        return definite ? " after 15 minutes" : " after " + took.toMinutes() + " minutes";
    }

    private String note(Fault fault, String lasting) {
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
        simulator.people().moveTo(change.number(), SimulatedState.IMPLEMENT);
        begin(Endpoint.UPDATE, fault, lasting);
        Instant began = clock.instant();
        RecordingOwner owner = write(change, outboxWith("It started."));
        if (lasting.equals("for good")) {
            runUntil(() -> owner.isSettled() || began.plus(LONG).isBefore(clock.instant()));
            simulator.faults().clear();
        }
        runUntil(owner::isSettled);
        assertThat(change.workNotes()).hasSizeLessThanOrEqualTo(1);
        return change.workNotes().isEmpty() ? "given up" + after(began) : "written";
    }
}
