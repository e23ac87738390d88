package io.jenkins.plugins.servicenowgate.worknotes;

import static io.jenkins.plugins.servicenowgate.worknotes.RecordingOwner.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.polling.PollingTestBase;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Notes and transitions after a deployment: each once, in order, whatever happens in between. */
class ChangeUpdateQueueTest extends PollingTestBase {
    private ChangeUpdateQueue updateQueue;
    private SimulatedChange change;
    private final Owner owner = new Owner();
    private final ChangeOutbox outbox = new ChangeOutbox();

    @BeforeEach
    void open() {
        updateQueue = newUpdateQueue();
        change = simulator.addChange(Map.of("short_description", TITLE, "type", "standard"));
        simulator.people().moveTo(change.number(), SimulatedState.IMPLEMENT);
    }

    private final class Owner extends RecordingOwner {
        final List<String> finishing = new ArrayList<>();
        final AtomicBoolean diskFull = new AtomicBoolean();
        final AtomicInteger asked = new AtomicInteger();
        volatile ChangeUpdateQueue.Turn turn = ChangeUpdateQueue.Turn.NOW;

        @Override
        public void save() throws IOException {
            if (diskFull.get()) {
                throw new IOException("disk full");
            }
        }

        @Override
        public ChangeUpdateQueue.Turn turn(SysId finished) {
            asked.incrementAndGet();
            return turn;
        }

        @Override
        public synchronized void finishing(SysId finished) {
            finishing.add(finished.value() + simulator.change(change.number()).get("state"));
        }
    }

    private void write() {
        updateQueue.write(updates(change, outbox, owner));
    }

    private void writeAll() {
        int before = owner.settled.get();
        write();
        runUntil(() -> owner.settled.get() > before);
    }

    @Test
    void writesNotesInOrder() {
        outbox.note("first", "d1-a");
        outbox.note("second\nline", "d1-b");
        writeAll();

        assertThat(change.workNotes())
                .containsExactly("first\n[ServiceNow Gate d1-a]", "second\nline\n[ServiceNow Gate d1-b]");
        assertThat(owner.troubledOnce).isFalse();
    }

    @Test
    void reportsAFactOnce() {
        assertThat(outbox.begin(ChangeOutbox.Fact.STARTED)).isTrue();
        assertThat(outbox.begin(ChangeOutbox.Fact.STARTED)).isFalse();
    }

    /** Refused before it was carried out, or carried out and not answered: one note at the end. */
    @ParameterizedTest
    @ValueSource(strings = {"429", "502", "503", "reset", "resetAfter", "slowAfter", "cutOff", "emptyAfter", "html"})
    void writesEachNoteOnce(String what) {
        simulator.behaviour().journalShown(true);
        Fault fault =
                switch (what) {
                    case "429" -> Fault.rateLimited();
                    case "502" -> Fault.badGateway();
                    case "503" -> Fault.unavailable();
                    case "reset" -> Fault.connectionReset();
                    case "resetAfter" -> Fault.connectionReset().afterCommit();
                    case "slowAfter" -> Fault.slow(Duration.ofSeconds(1)).afterCommit();
                    case "cutOff" -> Fault.cutOffJson();
                    case "emptyAfter" -> Fault.emptyBody().afterCommit();
                    default -> Fault.html();
                };
        simulator.faults().on(Endpoint.UPDATE).once(fault);
        realReadTimeout(Duration.ofMillis(300));
        outbox.note("first", "d1-a");
        outbox.note("second", "d1-b");
        writeAll();

        assertThat(change.workNotes())
                .containsExactly("first\n[ServiceNow Gate d1-a]", "second\n[ServiceNow Gate d1-b]");
        assertThat(owner.trouble).as("over").isNull();
        assertThat(owner.givenUp).isEmpty();
    }

    /** The controller was killed after the answer and before the next save: the journal tells that it is done. */
    @Test
    void readsTheJournalBeforeItWritesAgain() {
        simulator.behaviour().journalShown(true);
        outbox.note("first", "d1-a");
        owner.diskFull.set(false);
        PendingUpdate entry = outbox.first();
        entry.sentAt(clock.instant());
        change.set("work_notes", entry.signedText());
        writeAll();

        assertThat(change.workNotes()).hasSize(1);
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();
    }

    @Test
    void sendsNothingThatItCouldNotRemember() {
        owner.diskFull.set(true);
        outbox.note("first", "d1-a");
        write();
        runUntil(() -> owner.trouble != null);
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();
        owner.diskFull.set(false);
        runUntil(() -> owner.settled.get() == 1);
        assertThat(change.workNotes()).hasSize(1);
    }

    @Test
    void givesUpWhatTheInstanceKeepsRefusingAndGoesOn() {
        simulator.behaviour().businessRule("no notes", 403, fields -> fields.containsKey("work_notes"));
        outbox.note("first", "d1-a");
        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, false));
        writeAll();

        assertThat(owner.givenUp)
                .singleElement()
                .satisfies(lost ->
                        assertThat(lost.toString()).startsWith("The work note of " + change.number() + " failed: "));
        assertThat(change.state()).contains(SimulatedState.REVIEW);
    }

    @Test
    void movesToReviewWithTheResult() {
        outbox.finish(ended(PendingUpdate.CloseCode.UNSUCCESSFUL, false));
        writeAll();

        assertThat(change.state()).contains(SimulatedState.REVIEW);
        assertThat(change.get("close_code")).isEqualTo("unsuccessful");
        assertThat(change.get("close_notes")).isEqualTo("Deployed.\n[ServiceNow Gate]");
        assertThat(simulator.requests().to(Endpoint.UPDATE))
                .singleElement()
                .satisfies(request ->
                        assertThat(request.json().get("state").asString()).isEqualTo("0"));
        assertThat(owner.finishing).as("remembered before it is moved").containsExactly(change.sysId() + "-1");
    }

    @Test
    void closesWhereThatIsConfigured() {
        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, true));
        writeAll();

        assertThat(change.state()).contains(SimulatedState.CLOSED);
        assertThat(simulator.requests().to(Endpoint.UPDATE))
                .extracting(request -> request.json().get("state").asString())
                .containsExactly("0", "3");
    }

    @Test
    void movesWithoutTheCloseCodeWhereTheInstanceRejectsIt() {
        simulator.behaviour().businessRule("too early", 400, fields -> fields.containsKey("close_code"));
        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, false));
        writeAll();

        assertThat(change.state()).contains(SimulatedState.REVIEW);
        assertThat(owner.givenUp).isEmpty();
    }

    @Test
    void whatPeopleDidAlreadyIsSuccess() {
        simulator.people().review(change.number());
        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, false));
        writeAll();

        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();
        assertThat(owner.givenUp).isEmpty();
    }

    @Test
    void leavesAChangeAloneThatIsNotInImplement() {
        simulator.people().cancel(change.number());
        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, true));
        writeAll();

        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();
        assertThat(owner.givenUp)
                .singleElement()
                .satisfies(lost -> assertThat(lost.toString()).contains("transition to Review", "is in Canceled"));
    }

    @Test
    void leavesAChangeAloneOnWhichAnotherDeploymentRelies() {
        owner.turn = ChangeUpdateQueue.Turn.NEVER;
        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, true));
        writeAll();

        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();
        assertThat(owner.givenUp).isEmpty();
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void movesAChangeWhenTheLastDeploymentThatUsesItIsOver() {
        owner.turn = ChangeUpdateQueue.Turn.LATER;
        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, false));
        write();
        runUntil(() -> owner.asked.get() == 3);
        assertThat(simulator.requests().count()).isZero();

        owner.turn = ChangeUpdateQueue.Turn.NOW;
        runUntil(() -> owner.settled.get() > 0);
        assertThat(change.state()).contains(SimulatedState.REVIEW);
        assertThat(owner.troubledOnce).as("nothing failed").isFalse();
    }

    @Test
    void reportsWhenAnAcceptedTransitionChangesNothing() {
        simulator.behaviour().silentState(true);
        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, false));
        writeAll();

        assertThat(owner.givenUp)
                .singleElement()
                .satisfies(lost -> assertThat(lost.toString()).contains("transition to Review", "is in Implement"));
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void ridesOutALongOutage() {
        simulator.behaviour().journalShown(true);
        simulator.faults().on(Endpoint.UPDATE).times(8, Fault.unavailable());
        outbox.note("first", "d1-a");
        outbox.finish(ended(PendingUpdate.CloseCode.SUCCESSFUL, false));
        writeAll();

        assertThat(change.workNotes()).hasSize(1);
        assertThat(change.state()).contains(SimulatedState.REVIEW);
        assertThat(owner.trouble).isNull();
    }

    /** The build stores everything it has whenever it wants to, and so may find the books being added to. */
    @Test
    void theBooksCanBeStoredWhileTheyAreAddedTo() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread writing = new Thread(() -> {
            for (int i = 0; !over.get(); i++) {
                outbox.note("note", "mark " + i);
                if (i % 20 == 19) {
                    while (!outbox.isEmpty()) {
                        outbox.done(outbox.first());
                    }
                }
            }
        });
        writing.start();
        try {
            for (int i = 0; i < 2000; i++) {
                try (ObjectOutputStream stored = new ObjectOutputStream(OutputStream.nullOutputStream())) {
                    stored.writeObject(outbox);
                }
            }
        } finally {
            over.set(true);
            writing.join();
        }
    }
}
