package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.Decision;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeOutbox;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate;
import io.jenkins.plugins.servicenowgate.worknotes.RecordingOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.jvnet.localizer.Localizable;

/** A gate says each thing once, ends once, and is silent after its end. */
class PendingApprovalTest {
    private static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");
    private static final ChangeRequest CHANGE = new ChangeRequest(
            new SysId("0".repeat(32)), "CHG1", "t", -1, "approved", false, "", true, null, null, "normal", "");
    private static final Localizable TROUBLE = Messages._ChangePoller_Absent("CHG1");

    private final List<Object> heard = new ArrayList<>();
    private final ChangeLink record = new ChangeLink();
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final PendingApproval gate = new PendingApproval(
            new ChangeSpec("t", null, new NewChange.Normal(), Map.of(), false), record, new Listener(), NOW);

    private final class Listener implements ApprovalListener {
        @Override
        public void save() {
            heard.add("saved");
        }

        @Override
        public void report(Localizable news) {
            heard.add(news.getKey());
        }

        @Override
        public void onPolled(ChangeRequest change, Decision decision, Instant next) {
            heard.add("polled, next " + next);
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
        public void refuse(Localizable reason) {
            heard.add("refuse " + reason.getKey());
        }
    }

    @Test
    void reportsAnOutageUnlessItWasTheLastEvent() {
        gate.reportOutage(TROUBLE);
        gate.reportOutage(TROUBLE);
        gate.report(Messages._ChangePoller_AvailableAgain());
        gate.reportOutage(TROUBLE);
        gate.end();
        gate.reportOutage(Messages._ChangePoller_AvailableAgain());

        assertThat(heard).containsExactly("ChangePoller.Absent", "ChangePoller.AvailableAgain", "ChangePoller.Absent");
    }

    @Test
    void remembersWhenItsChangeWasPolled() {
        assertThat(gate.lastPolled()).isEqualTo(Instant.MIN);
        gate.polledAt(NOW);
        assertThat(gate.lastPolled()).isEqualTo(NOW);
    }

    @Test
    void reportsTheBeginningAndTheEndOfAFailureOnce() {
        gate.reportRecovery();
        gate.reportError(TROUBLE, false);
        gate.reportError(TROUBLE, false);
        gate.reportRecovery();
        gate.reportRecovery();

        assertThat(heard).containsExactly("ChangePoller.Unavailable", "ChangePoller.AvailableAgain");
    }

    @Test
    void reportsEachChangeAndSomeEventsOnlyOnce() {
        Localizable clock = Messages._ChangePoller_ClockDiffers("5");
        gate.report(TROUBLE);
        gate.report(TROUBLE);
        gate.reportOnce(clock);
        gate.reportOnce(Messages._ChangePoller_ClockDiffers("6"));
        gate.reportOnce(clock);

        assertThat(heard)
                .containsExactly("ChangePoller.Absent", "ChangePoller.ClockDiffers", "ChangePoller.ClockDiffers");
    }

    @Test
    void isSilentAfterItsEnd() {
        gate.reportError(TROUBLE, false);
        assertThat(gate.end()).isTrue();
        assertThat(gate.end()).isFalse();
        heard.clear();
        gate.reportError(TROUBLE, false);
        gate.reportRecovery();
        gate.report(TROUBLE);
        gate.reportOnce(TROUBLE);
        gate.onEnds(CHANGE, new Decision.Proceed(TROUBLE));
        gate.refuse(TROUBLE);

        assertThat(heard).isEmpty();
        assertThat(record.isReleased()).isFalse();
    }

    @Test
    void waitsOnThenLetsGoOnce() {
        gate.onWaits(CHANGE, new Decision.Wait(TROUBLE, null), NOW, true);
        gate.onEnds(CHANGE, new Decision.Proceed(TROUBLE));
        gate.onEnds(CHANGE, new Decision.Refuse(TROUBLE));

        assertThat(heard).containsExactly("polled, next " + NOW, "ChangePoller.Absent", "polled, next null", "proceed");
        assertThat(record.isReleased()).isTrue();
    }

    @Test
    void isRefusedWithoutAPoll() {
        assertThat(gate.since()).isEqualTo(NOW);
        assertThat(gate.isEnded()).isFalse();
        gate.refuse(TROUBLE);
        gate.refuse(TROUBLE);

        assertThat(gate.isEnded()).isTrue();
        assertThat(heard).containsExactly("refuse ChangePoller.Absent");
    }

    @Test
    void countsFailuresInARow() {
        assertThat(gate.countFailure()).isEqualTo(1);
        assertThat(gate.countFailure()).isEqualTo(2);
        gate.reportRecovery();
        assertThat(gate.countFailure()).isEqualTo(1);
    }

    /** The first failure, the message of the first definite one, and nothing more until the recovery. */
    @Test
    void reportsTheMessageOfADefiniteFailureOnce() {
        gate.reportError(TROUBLE, false);
        gate.reportError(TROUBLE, true);
        gate.reportError(TROUBLE, true);
        gate.reportError(TROUBLE, false);
        gate.reportInternalError(new IllegalStateException("ours"));
        assertThat(heard).containsExactly("ChangePoller.Unavailable", "ChangePoller.Unavailable");
        gate.reportRecovery();
        gate.reportInternalError(new IllegalStateException("ours"));

        assertThat(heard)
                .containsExactly(
                        "ChangePoller.Unavailable",
                        "ChangePoller.Unavailable",
                        "ChangePoller.AvailableAgain",
                        "ChangePoller.InternalError");
    }

    @Test
    void aDecisionEndsARowOfDefiniteFailures() {
        PollingPolicy policy = new PollingPolicy(MINUTE, MINUTE, MINUTE, MINUTE, 3, 2);
        assertThat(gate.definiteFailures().add(NOW, policy)).isFalse();
        gate.onWaits(CHANGE, new Decision.Wait(TROUBLE, null), NOW, true);
        assertThat(gate.definiteFailures().add(NOW, policy)).isFalse();
        assertThat(gate.definiteFailures().add(NOW, policy)).isTrue();
    }

    @Test
    void refusesOnce() {
        gate.onEnds(CHANGE, new Decision.Refuse(TROUBLE));
        gate.refuse(TROUBLE);

        assertThat(heard).containsExactly("polled, next null", "refuse ChangePoller.Absent");
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
        ChangeOutbox outbox = new ChangeOutbox();
        outbox.finish(RecordingOwner.ended(PendingUpdate.CloseCode.SUCCESSFUL, true));
        outbox.note("a note", "1-a");
        outbox.dropTransitions();

        assertThat(outbox.first().signedText()).isEqualTo("a note\n[ServiceNow Gate 1-a]");
        assertThat(outbox.first().closeCode()).isEqualTo(PendingUpdate.CloseCode.UNSUCCESSFUL);
        outbox.done(outbox.first());
        assertThat(outbox.first()).isNull();
    }
}
