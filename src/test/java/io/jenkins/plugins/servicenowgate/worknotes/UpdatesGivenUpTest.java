package io.jenkins.plugins.servicenowgate.worknotes;

import static io.jenkins.plugins.servicenowgate.worknotes.RecordingOwner.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.polling.PollingTestBase;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can't be written is given up, each in the words of what it was, and nothing after it is sent in its place. */
class UpdatesGivenUpTest extends PollingTestBase {
    private final RecordingOwner owner = new RecordingOwner();
    private final ChangeOutbox outbox = new ChangeOutbox();
    private SimulatedChange change;

    @BeforeEach
    void open() {
        change = simulator.addChange(Map.of("short_description", TITLE));
        simulator.people().moveTo(change.number(), SimulatedState.IMPLEMENT);
    }

    private void writeAll() {
        newUpdateQueue().write(updates(change, outbox, owner));
        runUntil(owner::isSettled);
    }

    private void assertLost(String act, String why) {
        assertThat(owner.givenUp).singleElement().satisfies(what -> {
            assertThat(what.getKey()).isEqualTo("ChangeUpdateQueue.GivenUp");
            assertThat(what.toString())
                    .startsWith(act + " of " + change.number() + " failed: ")
                    .contains(why);
        });
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void aNoteThatTheInstanceDoesNotTakeIsSentOnce() {
        simulator.behaviour().ignoreFields("work_notes");
        outbox.note("a note", "1-a");
        writeAll();

        assertLost(Messages.ChangeUpdateQueue_WorkNote(), Messages.ChangeUpdater_FieldIgnored("work_notes"));
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isEqualTo(1);
    }

    @Test
    void aChangeThatCannotBeSeenIsNotMoved() {
        simulator.people().hide(change.number());
        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, true));
        writeAll();

        assertLost(Messages.ChangeUpdateQueue_TransitionToReview(), Messages.ChangeUpdater_Absent());
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();
        assertThat(change.state()).contains(SimulatedState.IMPLEMENT);
    }

    @Test
    void aChangeThatMustNotBeClosedStaysInReview() {
        simulator.behaviour().businessRule("not yet", 400, fields -> "3".equals(fields.get("state")));
        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, true));
        writeAll();

        assertLost(Messages.ChangeUpdateQueue_TransitionToClosed(), "not yet");
        assertThat(change.state()).contains(SimulatedState.REVIEW);
        assertThat(simulator.requests().to(Endpoint.UPDATE))
                .extracting(request -> request.json().get("state").asString())
                .hasSizeBetween(4, 13)
                .startsWith("0", "3", "3", "3")
                .doesNotContain("4");
    }

    @Test
    void aChangeThatPeopleClosedNeedsNothing() {
        simulator.people().review(change.number()).close(change.number());
        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, true));
        writeAll();

        assertThat(owner.givenUp).isEmpty();
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();
    }
}
