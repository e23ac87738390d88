package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A change that is approved between the moment in which it is read and the one in which its window is moved. */
class ApprovedMeanwhileTest extends WindowPollTestBase {
    /** Runs an act in ServiceNow after the change was read, and before the update of its window arrives. */
    private void justBeforeTheUpdate(Runnable act) {
        simulator.behaviour().businessRule("meanwhile", 400, sent -> {
            if (sent.containsKey("start_date")) {
                act.run();
            }
            return false;
        });
    }

    /** People saw the former window or the new one: nobody can tell. That it is moved is stored before it is sent. */
    @Test
    void anApprovalWhileTheWindowIsMovedReleasesNothing() {
        Waiter waiter = waiting();
        String number = waiter.record.number();
        waiter.saved.clear();
        justBeforeTheUpdate(() -> {
            assertThat(waiter.saved).as("stored").hasSize(1);
            simulator.people().approve(number);
        });
        runUntil(() -> waiter.refusal() != null);

        assertThat(waiter.refusal.toString())
                .isEqualTo("Refused: " + number + " was approved while the gate moved its planned start from"
                        + " 2026-12-01 22:00:00 UTC to 2026-12-02 22:00:00 UTC, so it is not certain which of them was"
                        + " approved. Check the planned window in ServiceNow, then build again.");
        assertThat(startsSent()).as("never moved back either").containsExactly(TOMORROW);
        assertThat(waiter.isReleased()).isFalse();
    }

    /** Neither a failure to read the change back nor a restart makes the approval certain. */
    @Test
    void anApprovalWhileTheWindowIsMovedReleasesNothingAfterARestart() {
        Waiter before = waiting();
        justBeforeTheUpdate(() -> {
            simulator.people().approve(before.record.number());
            simulator.faults().on(Endpoint.LIST).always(Fault.unavailable());
        });
        runTo(START.minusSeconds(30));
        assertThat(startsSent()).containsExactly(TOMORROW);
        poller.cancel(before.approval);
        simulator.faults().clear();
        poller = new ChangePoller(context);
        Waiter after = new Waiter(TITLE, null, before.id, before.record).admit();
        runUntil(() -> after.refusal() != null);

        assertThat(after.refusal()).isEqualTo("WindowRule.ApprovedMeanwhile");
        assertThat(before.isReleased() || after.isReleased()).isFalse();
    }

    /**
     * Jenkins reads the record again, as after Reload Configuration from Disk, just before the window is moved: what the
     * former reading stores from then on is lost, so it sends nothing.
     */
    @Test
    void aReloadJustBeforeTheWindowIsMovedForgetsNothing() {
        Waiter before = waiting();
        ChangeLink stored = new ChangeLink();
        Waiter after = new Waiter(TITLE, null, before.id, stored);
        after.linkedTo(before.record.number());
        stored.linksCreated(true);
        before.whileSaving = () -> {
            before.whileSaving = () -> {};
            poller.cancel(before.approval);
            after.admit();
            simulator.people().approve(before.record.number());
        };
        runUntil(after::isReleased);
        assertThat(startsSent()).as("approved").isEmpty();
        assertThat(theChange().get("start_date")).isEqualTo(TODAY);
    }

    /** That the window is moved could not be stored, so nothing was sent: other dates are those that people planned. */
    @Test
    void whatCouldNotBeStoredWasNotMoved() {
        Waiter waiter = waiting();
        waiter.diskFull.set(true);
        runTo(START.minusSeconds(50));
        assertThat(startsSent()).isEmpty();
        simulator.people().window(waiter.record.number(), START.plusSeconds(1800), START.plusSeconds(5400));
        runUntil(() -> waiter.lines().contains("ColumnUpdate.OtherWindow"));
        waiter.diskFull.set(false);
        simulator.people().approve(waiter.record.number());
        runUntil(() -> waiter.isReleased() || waiter.refusal() != null);
        assertThat(waiter.refusal()).isNull();
    }

    /** It was seen without an approval in its new window, although the first attempt to read it back failed. */
    @Test
    void anApprovalOfTheNewWindowCounts() {
        Waiter waiter = waiting();
        justBeforeTheUpdate(() -> simulator.faults().on(Endpoint.LIST).times(1, Fault.unavailable()));
        runTo(START.plusSeconds(600));
        assertThat(startsSent()).containsExactly(TOMORROW);
        assertThat(waiter.record.isReplanning()).isFalse();
        simulator.people().approve(waiter.record.number());
        runUntil(waiter::isReleased);
        assertThat(clock.instant()).isAfterOrEqualTo(Instant.parse("2026-12-02T22:00:00Z"));
    }

    /** The update was lost on the way: what people approved is the window that the change has. */
    @Test
    void anApprovalOfTheFormerWindowCountsIfNothingWasMoved() {
        Waiter waiter = waiting();
        simulator.faults().on(Endpoint.UPDATE).once(Fault.connectionReset());
        runTo(START.minusSeconds(55));
        assertThat(waiter.record.isReplanning()).isTrue();
        simulator.people().approve(waiter.record.number());
        runUntil(waiter::isReleased);
        assertThat(theChange().get("start_date")).isEqualTo(TODAY);
        assertThat(clock.instant()).isBetween(START, START.plus(Duration.ofMinutes(10)));
    }

    /**
     * Somebody plans the change otherwise while the request to move it is on its way, and people approve that: the request
     * arrives afterwards.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatPeoplePlanMeanwhileDoesNotProveThatTheWindowWasMoved(boolean answered) {
        Waiter waiter = waiting();
        String number = waiter.record.number();
        if (answered) {
            simulator.behaviour().businessRule("No new dates", 403, sent -> sent.containsKey("start_date"));
        } else {
            simulator.faults().on(Endpoint.UPDATE).always(Fault.connectionReset());
        }
        runTo(START.minusSeconds(58));
        simulator.people().window(number, START.plusSeconds(1800), START.plusSeconds(5400));
        runUntil(() -> waiter.lines().contains("ColumnUpdate.OtherWindow"));
        simulator.people().approve(number);
        if (answered) {
            runUntil(waiter::isReleased);
            assertThat(clock.instant()).isAfterOrEqualTo(START.plusSeconds(1800));
            return;
        }
        theChange().set("start_date", TOMORROW).set("end_date", "2026-12-03 00:00:00");
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("WindowRule.ApprovedMeanwhile");
        assertThat(waiter.isReleased()).isFalse();
    }
}
