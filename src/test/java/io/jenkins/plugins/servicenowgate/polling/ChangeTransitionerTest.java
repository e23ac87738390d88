package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.Decision;
import io.jenkins.plugins.servicenowgate.rules.Reason;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One step of a Standard change: what is read, what is sent, and what its listener is told. */
class ChangeTransitionerTest extends ScriptedInstanceTestBase {
    private static final String READ = "GET sys_idIN" + id('a');
    private static final String TO_SCHEDULED = "PATCH /" + id('a') + " {\"state\":\"-2\"}";
    private static final String TO_IMPLEMENT = "PATCH /" + id('a') + " {\"state\":\"-1\"}";

    private final List<String> heard = new ArrayList<>();
    private ServiceNowException noConnection;
    private RuntimeException accident;
    private final Waiter waiter = linkedTo(change('a', "CHG1", ChangeState.NEW));
    private final ChangeTransitioner transitioner = new ChangeTransitioner(
            () -> {
                if (noConnection != null) {
                    throw noConnection;
                }
                if (accident != null) {
                    throw accident;
                }
                return client;
            },
            () -> PACE,
            clock,
            new Listener());

    private final class Listener implements ChangeTransitioner.Listener {
        @Override
        public void moved(PendingApproval gate, ChangeRequest change) {
            heard.add("moved " + change.stateLabel());
        }

        @Override
        public void again(PendingApproval gate, Duration wait) {
            heard.add("again " + wait);
        }

        @Override
        public void onPollFailed(PendingApproval gate, ServiceNowClient.ReadResult look) {
            heard.add("unseen " + look.getClass().getSimpleName());
        }

        @Override
        public void failed(PendingApproval gate, ServiceNowException passing) {
            heard.add("failed " + passing.problem());
        }

        @Override
        public void refused(PendingApproval gate, Phrase reason) {
            heard.add("refused " + reason.key());
        }

        @Override
        public void broken(PendingApproval gate, RuntimeException e) {
            heard.add("broken " + e.getMessage());
        }
    }

    private static String standard(int state) {
        return ofType("standard", row('a', "CHG1", TITLE, state, true, ""));
    }

    private String[] heard() {
        return heard.toArray(new String[0]);
    }

    @ParameterizedTest
    @CsvSource({"-5, -2, Scheduled", "-2, -1, Implement"})
    void readsSendsAndReadsBack(int from, int to, String label) {
        instance.json(list(standard(from))).json(one(standard(to))).json(list(standard(to)));
        List<Boolean> acting = new ArrayList<>();
        instance.watch(() -> acting.add(waiter.gate.isActing()));
        waiter.gate.reportError(Phrase.of(Reason.ABSENT, "CHG1"));
        transitioner.move(waiter.gate);

        assertThat(instance.sent()).containsExactly(READ, to == -2 ? TO_SCHEDULED : TO_IMPLEMENT, READ);
        assertThat(acting).containsExactly(false, true, false);
        assertThat(heard()).containsExactly("moved " + label);
        assertThat(waiter.told)
                .extracting(Phrase::key)
                .containsExactly(Reason.TROUBLE_BEGAN, Reason.TROUBLE_ENDED, Reason.MOVED);
        assertThat(waiter.told.get(2).arguments()).containsExactly("CHG1", label);
    }

    @Test
    void leavesAloneWhatMayGoOrIsOver() {
        instance.json(list(standard(-1))).json(list(standard(0)));
        transitioner.move(waiter.gate);
        transitioner.move(waiter.gate);

        assertThat(heard()).containsExactly("moved Implement", "moved Review");
        assertThat(instance.sent()).containsExactly(READ, READ);
    }

    @Test
    void doesNothingForAGateThatHasEnded() {
        waiter.gate.end();
        transitioner.move(waiter.gate);

        assertThat(heard()).isEmpty();
        assertThat(instance.sent()).isEmpty();
    }

    /** Withdrawn, or let go by a person, between the look and the act. */
    @Test
    void sendsNothingForAGateThatEndsMeanwhile() {
        instance.json(list(standard(-5)));
        instance.watch(waiter.gate::end);
        transitioner.move(waiter.gate);

        assertThat(heard()).isEmpty();
        assertThat(instance.sent()).containsExactly(READ);
    }

    @Test
    void triesThreeTimesToMoveWhatStaysWhereItIs() {
        for (int i = 0; i < 3; i++) {
            instance.json(list(standard(-5))).json(one(standard(-5))).json(list(standard(-5)));
            transitioner.move(waiter.gate);
        }

        assertThat(heard()).containsExactly("again PT5S", "again PT5S", "refused REFUSED_NOT_MOVED");
        assertThat(waiter.told).containsExactly(Phrase.of(Reason.MOVE_NOT_TAKEN, "CHG1", "Scheduled", "New"));
    }

    @Test
    void doesNotMoveWhatItDoesNotSee() {
        instance.json(NONE).json(list(row('a', "CHG2", TITLE, -5, true, "")));
        transitioner.move(waiter.gate);
        transitioner.move(waiter.gate);

        assertThat(heard()).containsExactly("unseen Absent", "unseen Unreadable");
        assertThat(instance.sent()).containsExactly(READ, READ);
    }

    @Test
    void believesNoMoveThatItDoesNotSee() {
        instance.json(list(standard(-5))).json(one(standard(-2))).json(NONE);
        transitioner.move(waiter.gate);

        assertThat(heard()).containsExactly("unseen Absent");
        assertThat(waiter.told).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "400, refused REFUSED_MOVE",
        "403, refused REFUSED_MOVE",
        "404, unseen Absent",
        "502, failed UNAVAILABLE"
    })
    void tellsNosApart(int status, String hears) {
        instance.json(list(standard(-5))).then(status, "application/json", "{}");
        transitioner.move(waiter.gate);

        assertThat(heard()).containsExactly(hears);
        assertThat(waiter.gate.isActing()).isFalse();
    }

    @Test
    void endsShutWhereNobodyCanBeAsked() {
        noConnection = ServiceNowException.of(FailureKind.CONFIGURATION, Phrase.of(Trouble.NOT_FOUND, "x", "gone"));
        transitioner.move(waiter.gate);
        noConnection = null;
        accident = new IllegalStateException("ours");
        transitioner.move(waiter.gate);

        assertThat(heard()).containsExactly("refused SERVICENOW_REFUSED", "broken ours");
    }

    // ---- why it waits

    private final Decision waits = new Decision.Wait(Phrase.of(Reason.WAITS_FOR_IMPLEMENT, "CHG1", "x", "y"), null);

    private Decision explained(ChangeState state, String type, Instant start) {
        return transitioner.explain(waiter.gate, change('a', "CHG1", state, type, start), waits, NOW);
    }

    @Test
    void saysOnceThatOtherTypesAreMovedByPeople() {
        assertThat(explained(ChangeState.SCHEDULED, "normal", NOW.plusSeconds(60)))
                .isSameAs(waits);
        assertThat(explained(ChangeState.NEW, "normal", null)).isSameAs(waits);

        assertThat(waiter.told).containsExactly(Phrase.of(Reason.NOT_MOVED_TYPE, "CHG1", "normal"));
    }

    @Test
    void saysThatAScheduledChangeWaitsForItsStart() {
        Instant start = NOW.plusSeconds(60);

        assertThat(explained(ChangeState.SCHEDULED, "standard", start))
                .isEqualTo(new Decision.Wait(
                        Phrase.of(Reason.WAITS_FOR_START_SCHEDULED, "CHG1", "2026-12-01 20:01:00 UTC"), start));
        assertThat(explained(ChangeState.SCHEDULED, "standard", NOW)).isSameAs(waits);
        assertThat(explained(ChangeState.ASSESS, "standard", start)).isSameAs(waits);
        ChangeRequest held =
                new ChangeRequest(id('a'), "CHG1", TITLE, -2, "approved", true, "", true, start, null, "standard", "");
        assertThat(transitioner.explain(waiter.gate, held, waits, NOW)).isSameAs(waits);
        assertThat(waiter.told).isEmpty();
    }
}
