package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ApprovalRound;
import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.rules.Separation;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient.ReadResult;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeOutbox;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate;
import io.jenkins.plugins.servicenowgate.worknotes.RecordingOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.jvnet.localizer.Localizable;

/** A gate says each thing once, ends once, and is silent after its end. */
class PendingApprovalTest {
    private static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");
    private static final ChangeRequest CHANGE = ChangeFixture.change().get();
    private static final Localizable TROUBLE = Messages._ChangePoller_Absent("CHG1");
    private static final Separation SEPARATION = new Separation("Production", false, Set.of(), TROUBLE);

    private final List<Object> heard = new ArrayList<>();
    private final ChangeLink record = new ChangeLink();
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final PendingApproval approval = of(null, false, null);

    private final class Listener implements ApprovalListener, ReleaseRequirements {
        @Override
        public void save() {
            heard.add("saved");
        }

        @Override
        public void report(Localizable news) {
            heard.add(news.getKey());
        }

        @Override
        public void onPolled(ChangeRequest change, ReleaseDecision decision, Instant next) {
            heard.add("polled, next " + next);
        }

        @Override
        public boolean isFinished(SysId change) {
            return change.equals(CHANGE.sysId());
        }

        @Override
        public void onApprovals(ApprovalRound approvals) {
            heard.add(approvals);
        }

        @Override
        public Separation separation() {
            return SEPARATION;
        }

        @Override
        public ConflictPolicy conflictPolicy() {
            return ConflictPolicy.WAIT;
        }

        @Override
        public void proceed(ChangeRequest change, Localizable reason) {
            heard.add("proceed");
        }

        @Override
        public void refuse(Localizable reason) {
            heard.add("refuse " + reason.getKey());
        }
    }

    @Test
    void reportsAnOutageUnlessItWasTheLastEvent() {
        approval.reportOutage(TROUBLE);
        approval.reportOutage(TROUBLE);
        approval.report(Messages._ChangePoller_AvailableAgain());
        approval.reportOutage(TROUBLE);
        approval.end();
        approval.reportOutage(Messages._ChangePoller_AvailableAgain());

        assertThat(heard).containsExactly("ChangePoller.Absent", "ChangePoller.AvailableAgain", "ChangePoller.Absent");
    }

    @Test
    void remembersWhenItsChangeWasPolled() {
        assertThat(approval.lastPolled()).isEqualTo(Instant.MIN);
        approval.polledAt(NOW);
        assertThat(approval.lastPolled()).isEqualTo(NOW);
    }

    @Test
    void reportsTheBeginningAndTheEndOfAFailureOnce() {
        approval.reportRecovery();
        approval.reportError(TROUBLE, false);
        approval.reportError(TROUBLE, false);
        approval.reportRecovery();
        approval.reportRecovery();

        assertThat(heard).containsExactly("ChangePoller.Unavailable", "ChangePoller.AvailableAgain");
    }

    @Test
    void reportsEachChangeAndSomeEventsOnlyOnce() {
        Localizable clock = Messages._ChangePoller_ClockDiffers("5");
        approval.report(TROUBLE);
        approval.report(TROUBLE);
        approval.reportOnce(clock);
        approval.reportOnce(Messages._ChangePoller_ClockDiffers("6"));
        approval.reportOnce(clock);

        assertThat(heard)
                .containsExactly("ChangePoller.Absent", "ChangePoller.ClockDiffers", "ChangePoller.ClockDiffers");
    }

    @Test
    void isSilentAfterItsEnd() {
        approval.reportError(TROUBLE, false);
        assertThat(approval.end()).isTrue();
        assertThat(approval.end()).isFalse();
        heard.clear();
        approval.reportError(TROUBLE, false);
        approval.reportRecovery();
        approval.report(TROUBLE);
        approval.reportOnce(TROUBLE);
        approval.onEnds(CHANGE, new ReleaseDecision.Proceed(TROUBLE));
        approval.refuse(TROUBLE);

        assertThat(heard).isEmpty();
        assertThat(record.isReleased()).isFalse();
    }

    @Test
    void waitsOnThenLetsGoOnce() {
        approval.onWaits(CHANGE, new ReleaseDecision.Wait(TROUBLE, null), NOW, true);
        approval.onEnds(CHANGE, new ReleaseDecision.Proceed(TROUBLE));
        approval.onEnds(CHANGE, new ReleaseDecision.Refuse(TROUBLE));

        assertThat(heard).containsExactly("polled, next " + NOW, "ChangePoller.Absent", "polled, next null", "proceed");
        assertThat(record.isReleased()).isTrue();
    }

    @Test
    void isRefusedWithoutAPoll() {
        assertThat(approval.since()).isEqualTo(NOW);
        assertThat(approval.isEnded()).isFalse();
        approval.refuse(TROUBLE);
        approval.refuse(TROUBLE);

        assertThat(approval.isEnded()).isTrue();
        assertThat(heard).containsExactly("refuse ChangePoller.Absent");
    }

    @Test
    void countsFailuresInARow() {
        assertThat(approval.countFailure()).isEqualTo(1);
        assertThat(approval.countFailure()).isEqualTo(2);
        approval.reportRecovery();
        assertThat(approval.countFailure()).isEqualTo(1);
    }

    /** The first failure, the message of the first definite one, and nothing more until the recovery. */
    @Test
    void reportsTheMessageOfADefiniteFailureOnce() {
        approval.reportError(TROUBLE, false);
        approval.reportError(TROUBLE, true);
        approval.reportError(TROUBLE, true);
        approval.reportError(TROUBLE, false);
        approval.reportInternalError(new IllegalStateException("ours"));
        assertThat(heard).containsExactly("ChangePoller.Unavailable", "ChangePoller.Unavailable");
        approval.reportRecovery();
        approval.reportInternalError(new IllegalStateException("ours"));

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
        assertThat(approval.definiteFailures().add(NOW, policy)).isFalse();
        approval.onWaits(CHANGE, new ReleaseDecision.Wait(TROUBLE, null), NOW, true);
        assertThat(approval.definiteFailures().add(NOW, policy)).isFalse();
        assertThat(approval.definiteFailures().add(NOW, policy)).isTrue();
    }

    @Test
    void refusesOnce() {
        approval.onEnds(CHANGE, new ReleaseDecision.Refuse(TROUBLE));
        approval.refuse(TROUBLE);

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

    private static final ApprovalRound NOBODY = new ApprovalRound(List.of());

    @Test
    void remembersTheApprovalsAndTellsThemUntilItsEnd() {
        assertThat(approval.approvals()).isNull();
        approval.onApprovals(NOBODY);
        assertThat(approval.approvals()).isSameAs(NOBODY);
        assertThat(heard).containsExactly(NOBODY);

        approval.end();
        ApprovalRound later = new ApprovalRound(List.of());
        approval.onApprovals(later);
        assertThat(approval.approvals()).isSameAs(later);
        assertThat(heard).hasSize(1);
    }

    @Test
    void asksItsListenerWhatTheSettingsAre() {
        assertThat(approval.separation()).isSameAs(SEPARATION);
        assertThat(approval.conflictPolicy()).isEqualTo(ConflictPolicy.WAIT);
        assertThat(approval.isFinished(CHANGE.sysId())).isTrue();
        assertThat(approval.isFinished(new SysId("1".repeat(32)))).isFalse();
    }

    @Test
    void remembersWhenAConflictCheckMayBeStarted() {
        assertThat(approval.noConflictCheckBefore()).isEqualTo(Instant.MIN);
        approval.noConflictCheckBefore(NOW);
        assertThat(approval.noConflictCheckBefore()).isEqualTo(NOW);
    }

    private PendingApproval of(String number, boolean automatic, DeploymentWindow window) {
        Listener listener = new Listener();
        return new PendingApproval(
                new ChangeSpec("t", number, new NewChange.Normal(), Map.of(), automatic).withWindow(window),
                record,
                listener,
                listener,
                NOW);
    }

    /** Deployments of one change are linked one after another. */
    @Test
    void theNumberCountsBeforeTheTitle() {
        assertThat(of(null, false, null).serialKey()).isEqualTo("t");
        assertThat(of("CHG7", false, null).serialKey()).isEqualTo("CHG7");
    }

    @Test
    void whatIsLinkedByNumberIsNotMoved() {
        record.link(CHANGE);
        assertThat(of(null, true, null).mayBeMoved()).isTrue();
        assertThat(of(null, true, null).mayBeUpdated()).isTrue();
        assertThat(of(null, false, null).mayBeMoved()).isFalse();
        assertThat(of(null, false, null).mayBeUpdated()).isFalse();
        assertThat(of(null, false, WINDOW).mayBeMoved()).isFalse();
        assertThat(of(null, false, WINDOW).mayBeUpdated()).isTrue();
        record.link(CHANGE, true);
        assertThat(of(null, true, null).mayBeMoved()).isFalse();
        assertThat(of(null, true, null).mayBeUpdated()).isFalse();
    }

    private static final DeploymentWindow WINDOW = DeploymentWindow.parse("18:00", "4", "UTC", "MON-THU");

    /** The plugin planned the change: without its dates, it would be released at any time. */
    @Test
    void aChangeThatThePluginPlannedIsNotReleasedWithoutItsWindow() {
        record.linksCreated(true);
        record.link(CHANGE);
        ReleaseDecision lost = of(null, false, WINDOW).decide(CHANGE, NOW, ModelStates.DEFAULT);
        assertThat(lost)
                .isInstanceOfSatisfying(
                        ReleaseDecision.Refuse.class,
                        refuse -> assertThat(refuse.reason())
                                .hasToString(
                                        io.jenkins.plugins.servicenowgate.rules.Messages.WindowRule_NoWindow("CHG1")));
        assertThat(of(null, false, null).decide(CHANGE, NOW, ModelStates.DEFAULT))
                .as("never planned")
                .isInstanceOf(ReleaseDecision.Proceed.class);
        ChangeRequest planned = ChangeFixture.change()
                .plannedStart(NOW.minus(MINUTE))
                .plannedEnd(NOW.plus(MINUTE))
                .get();
        assertThat(of(null, false, WINDOW).decide(planned, NOW, ModelStates.DEFAULT))
                .isInstanceOf(ReleaseDecision.Proceed.class);
        ChangeRequest waiting =
                ChangeFixture.change().state(-4).approval("requested").get();
        assertThat(of(null, false, WINDOW).decide(waiting, NOW, ModelStates.DEFAULT))
                .isInstanceOf(ReleaseDecision.Wait.class);

        record.linksCreated(false);
        assertThat(of(null, false, WINDOW).decide(CHANGE, NOW, ModelStates.DEFAULT))
                .as("found, so that its dates are those of people")
                .isInstanceOf(ReleaseDecision.Proceed.class);
    }

    /** A poll that could not read everything that is needed says nothing about the failures before. */
    @Test
    void onlyAFinalDecisionEndsARowOfDefiniteFailures() {
        PollingPolicy policy = new PollingPolicy(MINUTE, MINUTE, MINUTE, MINUTE, 3, 2);
        approval.definiteFailures().add(NOW, policy);
        approval.onWaits(CHANGE, new ReleaseDecision.Wait(TROUBLE, null), NOW, false);
        assertThat(approval.definiteFailures().tries()).isEqualTo(1);
        assertThat(heard).containsExactly("polled, next " + NOW, "ChangePoller.Absent");
    }

    @Test
    void doesNotWaitOnAfterItsEnd() {
        approval.end();
        approval.onWaits(CHANGE, new ReleaseDecision.Wait(TROUBLE, null), NOW, true);
        assertThat(heard).isEmpty();
    }

    @Test
    void anotherRowThanTheLinkedOneProvesNothing() {
        record.link(CHANGE);
        ReadResult seen = new ReadResult.Seen(CHANGE);
        assertThat(approval.verify(seen)).isSameAs(seen);
        ReadResult absent = new ReadResult.Absent();
        assertThat(approval.verify(absent)).isSameAs(absent);
        ChangeRequest other = ChangeFixture.change().number("CHG2").get();
        assertThat(approval.verify(new ReadResult.Seen(other)))
                .isInstanceOfSatisfying(
                        ReadResult.Unreadable.class,
                        unreadable -> assertThat(unreadable.why())
                                .hasToString(Messages.ChangePoller_OtherNumber("CHG1", "CHG2")));
    }
}
