package io.jenkins.plugins.servicenowgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A gate says each thing once, ends once, and is silent after its end. */
class GateTest {
    private static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");
    private static final ChangeRequest CHANGE = new ChangeRequest(
            new SysId("0".repeat(32)), "CHG1", "t", -1, "approved", false, "", true, null, null, "normal", "");
    private static final Phrase TROUBLE = Phrase.of(Reason.ABSENT, "CHG1");

    private final List<Object> heard = new ArrayList<>();
    private final GateRecord record = new GateRecord();
    private final Gate gate =
            new Gate(new GateRequest("t", null, new NewChange.Normal(), Map.of(), false), record, new Listener(), NOW);

    private final class Listener implements GateListener {
        @Override
        public void save() {
            heard.add("saved");
        }

        @Override
        public void tell(Phrase news) {
            heard.add(news.key());
        }

        @Override
        public void looked(ChangeRequest change, Decision decision, Instant next) {
            heard.add("looked, next " + next);
        }

        @Override
        public boolean isFinished(SysId change) {
            return false;
        }

        @Override
        public void proceed(ChangeRequest change) {
            heard.add("proceed");
        }

        @Override
        public void refuse(Phrase reason) {
            heard.add("refuse " + reason.key());
        }
    }

    @Test
    void tellsOfTroubleOnceAndOfItsEndOnce() {
        gate.recovered();
        gate.troubled(TROUBLE);
        gate.troubled(TROUBLE);
        gate.recovered();
        gate.recovered();

        assertThat(heard).containsExactly(Reason.TROUBLE_BEGAN, Reason.TROUBLE_ENDED);
    }

    @Test
    void saysWhatDiffersAndSomeThingsOnlyOnce() {
        Phrase clock = Phrase.of(Reason.CLOCK_DIFFERS, "5");
        gate.say(TROUBLE);
        gate.say(TROUBLE);
        gate.sayOnce(clock);
        gate.sayOnce(Phrase.of(Reason.CLOCK_DIFFERS, "6"));
        gate.sayOnce(clock);

        assertThat(heard).containsExactly(Reason.ABSENT, Reason.CLOCK_DIFFERS, Reason.CLOCK_DIFFERS);
    }

    @Test
    void isSilentAfterItsEnd() {
        gate.troubled(TROUBLE);
        assertThat(gate.end()).isTrue();
        assertThat(gate.end()).isFalse();
        heard.clear();
        gate.troubled(TROUBLE);
        gate.recovered();
        gate.say(TROUBLE);
        gate.sayOnce(TROUBLE);
        gate.looked(CHANGE, new Decision.Proceed(TROUBLE), null);
        gate.refuse(TROUBLE);

        assertThat(heard).isEmpty();
        assertThat(record.isReleased()).isFalse();
    }

    @Test
    void waitsOnThenLetsGoOnce() {
        gate.looked(CHANGE, new Decision.Wait(TROUBLE, null), NOW);
        gate.looked(CHANGE, new Decision.Proceed(TROUBLE), null);
        gate.looked(CHANGE, new Decision.Refuse(TROUBLE), null);

        assertThat(heard).containsExactly("looked, next " + NOW, Reason.ABSENT, "looked, next null", "proceed");
        assertThat(record.isReleased()).isTrue();
    }

    @Test
    void isRefusedWithoutALook() {
        assertThat(gate.since()).isEqualTo(NOW);
        assertThat(gate.isEnded()).isFalse();
        gate.refuse(TROUBLE);
        gate.refuse(TROUBLE);

        assertThat(gate.isEnded()).isTrue();
        assertThat(heard).containsExactly("refuse ABSENT");
    }

    @Test
    void countsFailuresInARow() {
        assertThat(gate.failedAgain()).isEqualTo(1);
        assertThat(gate.failedAgain()).isEqualTo(2);
        gate.recovered();
        assertThat(gate.failedAgain()).isEqualTo(1);
    }

    @Test
    void countsLooksInARowThatMissTheChange() {
        assertThat(gate.missedTooOften(2)).isFalse();
        gate.looked(CHANGE, new Decision.Wait(TROUBLE, null), NOW);
        assertThat(gate.missedTooOften(2))
                .as("a look that saw it came in between")
                .isFalse();
        assertThat(gate.missedTooOften(2)).isTrue();
    }

    @Test
    void countsAttemptsToMoveTheChangeToOneState() {
        assertThat(gate.movedInVain(ChangeState.SCHEDULED, 2)).isFalse();
        assertThat(gate.movedInVain(ChangeState.IMPLEMENT, 2))
                .as("another state")
                .isFalse();
        assertThat(gate.movedInVain(ChangeState.IMPLEMENT, 2)).isTrue();
    }

    @Test
    void refusesOnce() {
        gate.looked(CHANGE, new Decision.Refuse(TROUBLE), null);
        gate.refuse(TROUBLE);

        assertThat(heard).containsExactly("looked, next null", "refuse ABSENT");
        assertThat(record.isReleased()).isFalse();
    }

    @Test
    void aRecordKnowsNoRowBeforeItIsLinked() {
        assertThat(record.sysId()).isNull();
        record.link(CHANGE);
        assertThat(record.sysId()).isEqualTo(CHANGE.sysId());
    }

    @Test
    void droppingTransitionsKeepsTheNotes() {
        Bookkeeping bookkeeping = new Bookkeeping();
        bookkeeping.finish("Deployed.", BookEntry.CloseCode.SUCCESSFUL, true);
        bookkeeping.note("a note", "1-a");
        bookkeeping.dropTransitions();

        assertThat(bookkeeping.first().signedText()).isEqualTo("a note\n[ServiceNow Gate 1-a]");
        assertThat(bookkeeping.first().closeCode()).isEqualTo(BookEntry.CloseCode.UNSUCCESSFUL);
        bookkeeping.done(bookkeeping.first());
        assertThat(bookkeeping.first()).isNull();
    }
}
