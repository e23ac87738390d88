package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient.ReadResult;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a gate remembers from one act to the next, and over a restart. */
class ChangeLinkTest {
    private static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");
    private static final SysId ID = new SysId("a".repeat(32));

    private final ChangeLink record = new ChangeLink();

    private static ChangeRequest change(String number) {
        return ChangeFixture.change().sysId(ID).number(number).get();
    }

    @Test
    void knowsNothingAtFirst() {
        assertThat(record.isLinked()).isFalse();
        assertThat(record.sysId()).isNull();
        assertThat(record.number()).isNull();
        assertThat(record.created()).isNull();
        assertThat(record.creationSent()).isNull();
        assertThat(record.creationsSent()).isZero();
        assertThat(record.isReleased()).isFalse();
    }

    /** A creation that is remembered neither as sent nor as linked would be sent again. */
    @Test
    void whoeverStoresItMeanwhileFindsTheCreationOrItsChange() throws Exception {
        record.creationStarts(NOW);
        CompletableFuture<ChangeLink> found = new CompletableFuture<>();
        Thread storing = new Thread(() -> {
            try {
                found.complete(storedAndRead(record));
            } catch (IOException | ClassNotFoundException e) {
                found.completeExceptionally(e);
            }
        });
        synchronized (record) {
            storing.start();
            // Whoever changes it holds it, and whoever stores it waits for that.
            while (storing.getState() != Thread.State.BLOCKED && storing.isAlive()) {
                Thread.onSpinWait();
            }
            record.link(change("CHG0030001"));
        }

        assertThat(found.get().number()).isEqualTo("CHG0030001");
        assertThat(found.get().sysId()).isEqualTo(ID);
        assertThat(found.get().creationSent()).isNull();
    }

    /** The planned start before a request to move it, which may be none. */
    @Test
    void knowsAfterARestartThatAWindowWasToBeMoved() throws Exception {
        assertThat(record.isReplanning()).isFalse();
        record.replanningStarts(null, NOW);
        assertThat(storedAndRead(record).isReplanning()).isTrue();
        assertThat(storedAndRead(record).replannedFrom()).isNull();
        record.replanningStarts(NOW, NOW.plusSeconds(1));
        assertThat(storedAndRead(record).isReplanning()).isTrue();
        assertThat(storedAndRead(record).replannedFrom()).isEqualTo(NOW);
        assertThat(storedAndRead(record).replannedTo()).isEqualTo(NOW.plusSeconds(1));
        record.replanningEnds();
        assertThat(storedAndRead(record).isReplanning()).isFalse();
        assertThat(record.replannedFrom()).isNull();
        assertThat(record.replannedTo()).isNull();
    }

    @Test
    void countsTheCreationsWhoseOutcomeIsNotKnown() {
        record.creationStarts(NOW);
        record.creationUnanswered(NOW.plusSeconds(60));
        assertThat(record.creationSent()).isEqualTo(NOW.plusSeconds(60));
        assertThat(record.creationsSent()).isEqualTo(1);

        record.creationStarts(NOW.plusSeconds(120));
        assertThat(record.creationSent()).isEqualTo(NOW.plusSeconds(120));
        assertThat(record.creationsSent()).isEqualTo(2);
        record.creationFailed();
        assertThat(record.creationSent()).isNull();
        assertThat(record.creationsSent()).isEqualTo(1);
    }

    @Test
    void aCreatedChangeIsNotLinkedUntilItHasItsTitle() {
        record.creationStarts(NOW);
        record.createdAs(ID);
        assertThat(record.created()).isEqualTo(ID);
        assertThat(record.creationSent()).isNull();
        assertThat(record.isLinked()).isFalse();

        record.link(change("CHG1"));
        assertThat(record.created()).isNull();
        assertThat(record.sysId()).isEqualTo(ID);
        assertThat(record.number()).isEqualTo("CHG1");
        assertThat(record.isLinked()).isTrue();
    }

    @Test
    void linkingSettlesAnUnansweredCreation() {
        record.creationStarts(NOW);
        record.link(change("CHG1"));

        assertThat(record.creationSent()).isNull();
        assertThat(record.creationsSent()).isEqualTo(1);
    }

    @Test
    void aRowWithAnotherNumberProvesNothing() {
        record.link(change("CHG1"));
        ReadResult same = new ReadResult.Seen(change("CHG1"));
        ReadResult absent = new ReadResult.Absent();

        assertThat(record.verifyNumber(same)).isSameAs(same);
        assertThat(record.verifyNumber(absent)).isSameAs(absent);
        assertThat(record.verifyNumber(new ReadResult.Seen(change("CHG2"))))
                .isInstanceOfSatisfying(
                        ReadResult.Unreadable.class,
                        unreadable -> assertThat(unreadable.why())
                                .hasToString(Messages.ChangePoller_OtherNumber("CHG1", "CHG2")));
    }

    @Test
    void outlivesARestart() throws Exception {
        record.creationStarts(NOW);
        record.linksCreated(true);
        record.link(change("CHG1"));
        record.release();

        ChangeLink read = storedAndRead(record);

        assertThat(read.sysId()).isEqualTo(ID);
        assertThat(read.number()).isEqualTo("CHG1");
        assertThat(read.title()).isEqualTo("t");
        assertThat(read.isOwn()).isTrue();
        assertThat(read.creationsSent()).isEqualTo(1);
        assertThat(read.isReleased()).isTrue();
    }

    private static ChangeLink storedAndRead(ChangeLink record) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(stored)) {
            out.writeObject(record);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(stored.toByteArray()))) {
            return (ChangeLink) in.readObject();
        }
    }

    @Test
    void keepsWhatIsKnownOfConflictChecks() {
        assertThat(record.conflicts()).isSameAs(ConflictProgress.NONE);
        ConflictProgress started = ConflictProgress.NONE.started(change("CHG0030001"), NOW);
        record.conflicts(started);
        assertThat(record.conflicts()).isSameAs(started);
    }
}
